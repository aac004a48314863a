import type { Answer } from '../../platform/http/send.ts';
import type { Stack } from '../../platform/http/stack.ts';
import { withAuth } from '../../platform/http/withAuth.ts';
import type { HeadersOf } from '../../platform/http/withHeaders.ts';
import { isItem } from '../../platform/wire.ts';
import { type CacheUse, SourceCache } from '../caching.ts';
import { callerTokenOr } from './caller-token.ts';
import type { DynamicPlannerContract } from './contract.ts';
import { crm } from './crm.ts';
import { documents } from './documents.ts';
import { finances } from './finances.ts';
import { profiling } from './profiling.ts';
import { pubsub } from './pubsub.ts';
import { DynamicPlannerReader } from './reader.ts';
import { type ClientCredentials, ClientCredentialsToken } from './token.ts';
import { tracking } from './tracking.ts';
import { writer } from './writer.ts';
import { crmWrites, documentWrites, financeWrites } from './writes.ts';

/** What reaching Dynamic Planner takes. */
export interface DynamicPlannerOptions {
  readonly baseUrl: string;
  /** The service account; null where every call is made with its caller's own token. */
  readonly credentials: ClientCredentials | null;
  readonly subscriptionKey: () => string;
  readonly contract: DynamicPlannerContract;
  readonly stack: Stack;
  /** What is kept between operations; null where nothing is. */
  readonly cache?: CacheUse | null;
}

/** Dynamic Planner's Open API, one client for each API domain. */
export type DynamicPlanner = ReturnType<typeof createDynamicPlanner>;

export function createDynamicPlanner({
  baseUrl,
  credentials,
  subscriptionKey,
  contract,
  stack,
  cache = null,
}: DynamicPlannerOptions) {
  const service = credentials === null ? null : new ClientCredentialsToken(credentials, stack.sendBeside);
  const send = stack.sendWith(headersOf(subscriptionKey), withAuth(callerTokenOr(service), isTokenFault));
  // The subscription key chooses the environment (platform documentation), and the contract what things are called that are kept.
  const identity = [baseUrl, credentials?.clientId ?? '', subscriptionKey(), JSON.stringify(contract)];
  const kept = new SourceCache('DYNAMIC_PLANNER', cache, identity);
  const reader = new DynamicPlannerReader(baseUrl, contract, send, kept);
  const write = writer(baseUrl, contract, send);
  return {
    contract,
    /** Whether the gateway can ask on its own behalf. */
    hasServiceAccount: service !== null,
    reachability: stack.reachability,
    crm: { ...crm(reader), ...crmWrites(write) },
    documents: { ...documents(reader, baseUrl, send), ...documentWrites(write) },
    finances: { ...finances(reader), ...financeWrites(write) },
    profiling: profiling(reader),
    tracking: tracking(reader),
    pubsub: pubsub(reader, write),
  };
}

/** The headers of every call (platform documentation). */
function headersOf(subscriptionKey: () => string): HeadersOf {
  return ({ as, scope }) => ({
    accept: as === 'stream' ? '*/*' : 'application/json',
    'ocp-apim-subscription-key': subscriptionKey(),
    'x-dt-traceid': scope.traceId,
  });
}

/** A 401 of the API management layer (`{ statusCode, message }`) is about the subscription key: a new token would not help. */
function isTokenFault({ status, body }: Answer): boolean {
  return status === 401 && !(isItem(body) && 'statusCode' in body);
}
