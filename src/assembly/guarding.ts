import { type GraphQLSchema, parse, validate } from 'graphql';
import type { Settings } from '../config/index.ts';
import { type DocumentPolicy, DocumentStore, loadDocuments } from '../guard/documents/index.ts';
import { createIdentity } from '../guard/identity/index.ts';
import { createGuard, type Guard } from '../guard/index.ts';
import { createKeyStore } from '../guard/keys/index.ts';
import { createBudget, createMeter, type Limits, type Meter } from '../guard/limits/index.ts';
import type { Log } from '../platform/log.ts';
import type { Redis } from '../platform/redis.ts';

/** What the guard is made of. */
interface GuardingOptions {
  readonly settings: Settings;
  readonly schema: GraphQLSchema;
  readonly redis: Redis | undefined;
  readonly log: Log;
}

/** Who is let in, what may be asked, and what that may cost. */
interface Guarding {
  readonly guard: Guard;
  readonly documents: DocumentPolicy;
  readonly meter: Meter;
}

/**
 * The guard as the settings have it.
 * @throws TypeError where a registered operation is not valid for the graph; what reading the files throws
 */
export async function openGuard({ settings, schema, redis, log }: GuardingOptions): Promise<Guarding> {
  const { mode, file } = settings.trustedDocuments;
  const store = file === undefined ? new DocumentStore([]) : await loadDocuments(file);
  refuseInvalid(schema, store);
  const keys = settings.apiKeysFile
    ? createKeyStore(settings.apiKeysFile, { onProblem: (reason) => log.warn({ reason }, 'the file of API keys') })
    : null;
  await keys?.load();
  const budget = createBudget({
    pointsPerMinute: settings.limits.costPerMinute,
    redis,
    redisTimeoutMs: settings.redisTimeoutMs,
    onError: () => log.warn('budgets are counted by this node alone while Redis can not be reached'),
  });
  return {
    guard: createGuard(createIdentity(settings.auth, keys)),
    documents: { mode, store, report: (unknown) => log.warn(unknown, 'an operation that is not registered') },
    meter: createMeter(schema, limitsOf(settings.limits), budget),
  };
}

function limitsOf({ tokens, depth, aliases, rootFields, cost, costPerMinute }: Settings['limits']): Limits {
  return {
    maxTokens: tokens,
    maxDepth: depth,
    maxAliases: aliases,
    maxRootFields: rootFields,
    maxCost: cost,
    budgetPerMinute: costPerMinute,
  };
}

/** Registered operations must be valid for the graph. @throws TypeError that names those that are not */
function refuseInvalid(schema: GraphQLSchema, documents: DocumentStore): void {
  const faults = documents.documents().flatMap(({ id, text }) => {
    const [error] = validate(schema, parse(text));
    return error === undefined ? [] : [`${id}: ${error.message}`];
  });
  if (faults.length > 0) throw new TypeError(`TRUSTED_DOCUMENTS_FILE: not valid for this graph: ${faults.join('; ')}`);
}
