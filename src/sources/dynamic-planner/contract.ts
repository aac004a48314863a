import { z } from 'zod';
import { DEFAULT_WEBHOOKS, webhooks } from './contract-webhooks.ts';

/**
 * What the gateway assumes of Dynamic Planner's Open API beyond what is published: data, so that whoever has real credentials can
 * correct it without a change of code. Paths under /crm, /finances and /profiling, comma-separated lists, pageSize and pageNumber
 * from 1 are platform documentation; envelope keys, caps, the other paths and all item fields are designed, unverified.
 */
const path = z
  .string()
  .regex(
    /^(\/([\w.~-]+|\{ids\}|\{id\}))+$/,
    'must be a path such as /crm/v1/clients, with no placeholders but {ids}, and {id} where a thing is written below another',
  )
  .refine((text) => !text.split('/').includes('..'), 'must not go up');

const resourceFields = z.strictObject({
  /**
   * Path with placeholders: `{ids}` takes the comma-separated ids, else they go into the query; `{id}` the id of one thing that is written
   * below another.
   */
  path,
  /** Largest page of this resource, where it differs from `pageCap`. */
  pageCap: z.int().min(1).max(1_000).optional(),
  /** Most ids in one call, where it differs from `maxIds`. */
  maxIds: z.int().min(1).max(1_000).optional(),
  /**
   * Item fields that the platform calls otherwise: this gateway's name (dotted inside nested items) to the platform's, for example
   * `{ "lastName": "surname", "owners.clientId": "owners.id" }`.
   */
  fields: z.record(z.string().regex(/^\w+(\.\w+)*$/), z.string().regex(/^\w+(\.\w+)*$/)).optional(),
  /** Most characters of the ids in the path: some servers stop at 260 for a segment. */
  maxPathIdsLength: z.int().min(36).max(8_000).optional(),
});

const resource = resourceFields.refine(({ path }) => !path.includes('{ids}'), {
  path: ['path'],
  message: 'takes its ids in the query: {ids} must not stand in it',
});
const belowAnother = resourceFields.refine(({ path }) => path.includes('{ids}') && path.includes('{id}'), {
  path: ['path'],
  message: 'is written below another thing: {ids} and {id} must stand in it',
});
const byIdsInPath = resourceFields.refine(({ path }) => path.includes('{ids}'), {
  path: ['path'],
  message: 'takes its ids in the path: {ids} must stand in it',
});

/** Finances come from one path for all types, or from one for each. */
const finances = resourceFields
  .extend({
    /** By type, `{ "investment": "/finances/v1/clients/{ids}/investments" }`: then `path` is not asked, and items need not name their type. */
    byType: z.record(z.string().regex(/^\w+$/), path).optional(),
  })
  .refine(
    ({ path: combined, byType = {} }) => [combined, ...Object.values(byType)].every((one) => one.includes('{ids}')),
    { path: ['path'], message: 'takes its ids in the path: {ids} must stand in it, and in each path of byType' },
  );

const schema = z.strictObject({
  envelope: z.strictObject({
    items: z.string().min(1),
    pageSize: z.string().min(1),
    totalCount: z.string().min(1),
  }),
  parameters: z.strictObject({
    pageSize: z.string().min(1),
    pageNumber: z.string().min(1),
    ids: z.string().min(1),
    clientIds: z.string().min(1),
    organisationUnitIds: z.string().min(1),
    status: z.string().min(1),
    /** Filters of the list of clients that are not known to exist: null walks the list and applies them here. */
    adviserIds: z.string().min(1).nullable(),
    dateOfBirth: z.string().min(1).nullable(),
    updatedSince: z.string().min(1).nullable(),
    fields: z.string().min(1),
    includes: z.string().min(1),
    unions: z.string().min(1),
    from: z.string().min(1),
    to: z.string().min(1),
  }),
  pageCap: z.int().min(1).max(1_000),
  maxIds: z.int().min(1).max(1_000),
  maxUrlLength: z.int().min(500).max(32_000),
  resources: z.strictObject({
    clients: resource,
    relationships: resource,
    selfRelationships: resource,
    organisationUnits: resource,
    employees: resource,
    documents: byIdsInPath,
    /** A document's bytes: read with GET, written with PUT. */
    documentContent: byIdsInPath,
    finances,
    financesById: resource,
    valuations: byIdsInPath,
    trackedInvestments: byIdsInPath,
    trackedPensions: byIdsInPath,
    results: byIdsInPath,
    questionnaires: resource,
    /** What the platform can tell of. */
    topics: resource,
    /** All subscriptions to events; one of them, to write; and what happened on one's topic. */
    subscriptions: resource,
    subscription: byIdsInPath,
    subscriptionEvents: byIdsInPath,
    /** One thing, to write. Field names are those of the lists that it stands in, unless it has some of its own. */
    client: byIdsInPath,
    relationship: byIdsInPath,
    employee: byIdsInPath,
    document: belowAnother,
    finance: byIdsInPath,
    valuation: belowAnother,
  }),
  webhooks,
});

/** The contract as data. */
export type DynamicPlannerContract = z.infer<typeof schema>;

/** A resource of the contract. */
export type Resource = keyof DynamicPlannerContract['resources'];

/** The contract's defaults. */
export const DEFAULT_CONTRACT: DynamicPlannerContract = {
  envelope: { items: 'items', pageSize: 'pageSize', totalCount: 'totalCount' },
  parameters: {
    pageSize: 'pageSize',
    pageNumber: 'pageNumber',
    ids: 'ids',
    clientIds: 'clientIds',
    organisationUnitIds: 'organisationUnitIds',
    status: 'status',
    adviserIds: null,
    dateOfBirth: null,
    updatedSince: null,
    fields: 'fields',
    includes: 'includes',
    unions: 'unions',
    from: 'from',
    to: 'to',
  },
  pageCap: 100,
  maxIds: 100,
  maxUrlLength: 8_000,
  resources: {
    clients: { path: '/crm/v1/clients' },
    relationships: { path: '/crm/v1/relationships' },
    selfRelationships: { path: '/crm/v1/self-relationships' },
    organisationUnits: { path: '/crm/v1/organisation-units' },
    employees: { path: '/crm/v1/employees' },
    documents: { path: '/crm/v1/clients/{ids}/documents' },
    documentContent: { path: '/crm/v1/documents/{ids}/content' },
    finances: { path: '/finances/v1/clients/{ids}/finances' },
    financesById: { path: '/finances/v1/finances' },
    valuations: { path: '/finances/v1/finances/{ids}/valuations' },
    trackedInvestments: { path: '/tracking/v1/clients/{ids}/investments' },
    trackedPensions: { path: '/tracking/v1/clients/{ids}/pensions' },
    results: { path: '/profiling/v1/clients/{ids}/results' },
    questionnaires: { path: '/profiling/v1/questionnaires' },
    topics: { path: '/pubsub/v1/topics' },
    subscriptions: { path: '/pubsub/v1/subscriptions' },
    subscription: { path: '/pubsub/v1/subscriptions/{ids}' },
    subscriptionEvents: { path: '/pubsub/v1/subscriptions/{ids}/events' },
    client: { path: '/crm/v1/clients/{ids}' },
    relationship: { path: '/crm/v1/relationships/{ids}' },
    employee: { path: '/crm/v1/employees/{ids}' },
    document: { path: '/crm/v1/clients/{ids}/documents/{id}' },
    finance: { path: '/finances/v1/finances/{ids}' },
    valuation: { path: '/finances/v1/finances/{ids}/valuations/{id}' },
  },
  webhooks: DEFAULT_WEBHOOKS,
};

/**
 * The contract with the given parts put in the place of the defaults'.
 * @param overrides parsed JSON of the contract file; only what differs needs to stand in it
 * @returns the contract, or every fault found, each with the path of the value at fault
 */
export function readContract(overrides: unknown): { contract: DynamicPlannerContract } | { faults: string[] } {
  const result = schema.safeParse(merged(DEFAULT_CONTRACT, overrides));
  if (result.success) return { contract: result.data };
  return { faults: result.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`) };
}

function merged(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isRecord(base) || !isRecord(over)) return over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries([...keys].map((key) => [key, merged(base[key], over[key])]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
