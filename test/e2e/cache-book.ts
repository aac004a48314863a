import { readFileSync } from 'node:fs';
import type { RecordedRequest } from '../../src/sandbox/index.ts';
import { emptyDatabase } from '../platform/cache/nodes.ts';
import { expectedBookCalls } from './expected-calls.ts';
import { type House, type HouseOptions, startHouse } from './harness.ts';

export const BOOK = readFileSync('src/edge/examples/book.graphql', 'utf8');

/** What every gateway has that these tests start: things are kept, and nobody's budget runs out. */
export const KEEPING = { CACHE: 'entities', COST_PER_MINUTE: '100000000' };

export const startKeeping = ({ env, ...options }: HouseOptions = {}): Promise<House> =>
  startHouse({ ...options, env: { ...KEEPING, ...env } });

export { emptyDatabase };

/** The id of a thing of Dynamic Planner in the graph. */
export const globalId = (type: string, id: string | undefined): string =>
  Buffer.from(`${type}:d:${id}`).toString('base64url');

/** Calls by route. */
export function byTemplate(calls: readonly RecordedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { template } of calls) counts[template] = (counts[template] ?? 0) + 1;
  return counts;
}

/** Calls that the Book query costs, so many times over. */
export function bookCalls(house: House, first: number, times = 1): Record<string, number> {
  const expected = expectedBookCalls(house.sandbox, 0, first);
  return Object.fromEntries(Object.entries(expected).map(([template, count]) => [template, times * count]));
}

/** A token of the platform's own, as a caller might hold; another one each time. */
export async function bearerOfPlatform({ sandbox }: House): Promise<{ authorization: string }> {
  const { DP_TOKEN_URL = '', DP_CLIENT_ID = '', DP_CLIENT_SECRET = '' } = sandbox.settings;
  const form = { grant_type: 'client_credentials', client_id: DP_CLIENT_ID, client_secret: DP_CLIENT_SECRET };
  const reply = await fetch(DP_TOKEN_URL, { method: 'POST', body: new URLSearchParams(form) });
  return { authorization: `Bearer ${((await reply.json()) as { access_token: string }).access_token}` };
}
