import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { detailsTypeOf } from '../../src/domains/plans/details/names.ts';
import { PLANNR_TYPES } from '../../src/domains/shared/plan.ts';
import type { House } from '../e2e/harness.ts';
import { operation } from './operation.ts';

/** What an operation's answer holds: as deep as its query asks. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is the query's, which TypeScript does not see.
type Answer = any;

/** What a row promises beside that there is something. */
export interface Promised {
  /** Whether looking at it changes something. */
  readonly changes?: boolean;
  /** Fails where the answer does not hold it. */
  holds(house: House, answer: Answer): Promise<void> | void;
}

/** Bytes go up to a document's door, and come down as they were. */
async function passes(house: House, contentUrl: string): Promise<void> {
  const bytes = randomBytes(50_000);
  const url = house.gateway.url + contentUrl;
  const up = await fetch(url, { method: 'PUT', headers: { 'content-type': 'application/pdf' }, body: bytes });
  expect(up.status).toBe(204);
  const down = await fetch(url);
  expect([down.status, down.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  expect(Buffer.from(await down.arrayBuffer()).equals(bytes)).toBe(true);
}

/** Of each filter: whether an item belongs to what was asked for. */
type Filters = Readonly<Record<string, (item: Answer, wanted: Answer) => boolean>>;
const CLIENT_FILTERS: Filters = {
  unit: ({ organisationUnit }, { unit }) => unit.includes(organisationUnit.id),
  status: ({ status }) => status === 'INACTIVE',
  adviser: ({ adviser }, wanted) => wanted.adviser.includes(adviser.id),
  name: ({ displayName }, { name }) => displayName.toLowerCase().includes(name),
  born: ({ dateOfBirth }, { born }) => dateOfBirth === born,
  since: ({ updatedAt }, { since }) => Date.parse(updatedAt) >= Date.parse(since),
};

/** The values of details, in whatever they are wrapped. */
const said = ({ __typename, ...fields }: Answer): unknown[] =>
  Object.values(fields).filter((value: Answer) => value !== null && value.raw !== null);

const TEN = PLANNR_TYPES.map((type) => type.toUpperCase());

/** By operation. */
export const PROMISES: ReadonlyMap<string, Promised> = new Map<string, Promised>([
  [
    'clients-filtered',
    {
      holds(_house, { all, ...filtered }) {
        const { variables } = operation<Answer>('clients-filtered');
        expect(Object.keys(filtered).sort()).toEqual(Object.keys(CLIENT_FILTERS).sort());
        for (const [name, { nodes }] of Object.entries<Answer>(filtered)) {
          expect(nodes.length, name).toBeGreaterThan(0);
          expect(nodes.length, name).toBeLessThan(all.nodes.length);
          for (const node of nodes) expect(CLIENT_FILTERS[name]?.(node, variables), `${name}: ${node.id}`).toBe(true);
        }
      },
    },
  ],
  [
    'document-content',
    {
      changes: true,
      holds: (house, { clients }) =>
        passes(house, clients.nodes.flatMap((client: Answer) => client.documents.nodes)[0].contentUrl),
    },
  ],
  ['documentUpload', { holds: (house, { documentUpload }) => passes(house, documentUpload.document.contentUrl) }],
  [
    'plan-details',
    {
      holds(_house, { plans }) {
        const details = plans.nodes.flatMap((plan: Answer) => plan.details ?? []);
        for (const type of PLANNR_TYPES) {
          const own = details.filter(({ __typename }: Answer) => __typename === detailsTypeOf(type));
          expect(own.flatMap(said).length, type).toBeGreaterThan(0);
        }
      },
    },
  ],
  [
    'plannr-plans',
    {
      holds(_house, { plans }) {
        const types = plans.nodes.map(({ type }: Answer) => type);
        expect(TEN.filter((type) => !types.includes(type))).toEqual([]);
      },
    },
  ],
  [
    'investments-and-pensions',
    {
      holds(_house, { clients }) {
        const types = clients.nodes.flatMap((client: Answer) => client.plans.nodes.map(({ type }: Answer) => type));
        expect([...new Set(types)].sort()).toEqual(['INVESTMENT', 'PENSION']);
      },
    },
  ],
]);
