import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../src/platform/cache/index.ts';
import { heapInUse } from '../hostile/memory.ts';
import { type House, type Reply, startHouse } from './harness.ts';
import { beginStorm, DEADLINE_MS, STORM_SETTINGS } from './weather.ts';

// Three in ten answers of both platforms go wrong. Every answer of the gateway is right, or says at the place what went wrong.

const BOOK = await readFile(join(import.meta.dirname, '../../src/edge/examples/book.graphql'), 'utf8');
const QUERIES = Number(process.env.STORM_QUERIES ?? 200);
const AT_ONCE = 20;
/** How many questions come between two at which nothing is cached: so the platforms are asked again on any machine, fast or slow. */
const BETWEEN_DROPS = 10;
/** How much later than its deadline an answer may be written on a busy machine, in milliseconds: the clock is the machine's. */
const GRACE_MS = 30_000;

let house: House;
const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);
beforeAll(async () => {
  process.on('unhandledRejection', onRejection);
  house = await startHouse({ env: { ...STORM_SETTINGS } });
});
afterAll(async () => {
  process.off('unhandledRejection', onRejection);
  await house.stop();
});

test('a storm of faults makes no answer wrong, none late, and leaves nothing behind', async () => {
  await house.gateway.started;
  const truth = new Map<number, Reply>();
  const sizes = [5, 10, 20, 50];
  for (const first of sizes) truth.set(first, await house.ask(BOOK, { first }));
  for (const reply of truth.values()) expect(reply.errors).toBeUndefined();

  beginStorm(house.sandbox);
  const limit = pLimit(AT_ONCE);
  const platforms = [house.sandbox.dynamicPlanner, house.sandbox.plannr];
  for (const platform of platforms) platform.clearRequests();
  const tally = { right: 0, partial: 0 };
  const wrong: string[] = [];
  let latest = 0;
  const ask = async (index: number): Promise<void> => {
    const first = sizes[index % sizes.length] ?? 5;
    if (index % BETWEEN_DROPS === 0) await house.gateway.drop([EVERYTHING]);
    const start = performance.now();
    const reply = await house.ask(BOOK, { first });
    latest = Math.max(latest, performance.now() - start);
    const errors = reply.errors ?? [];
    for (const { extensions } of errors)
      if (!/^UPSTREAM_/.test(String(extensions.code))) wrong.push(`code ${extensions.code}`);
    const places = errors.map(({ path = [] }) => path.join('.'));
    wrong.push(...differences(truth.get(first)?.data, reply.data, '', places).slice(0, 3));
    if (errors.length === 0) tally.right += 1;
    else tally.partial += 1;
  };
  const run = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => limit(() => ask(index))));
  await run(QUERIES / 4);
  const warm = await heapInUse();
  await run((3 * QUERIES) / 4);
  for (const platform of platforms) platform.clearFaults();
  const spoilt = platforms.flatMap(({ requests }) => requests).filter(({ status }) => status !== 200);

  expect(wrong).toEqual([]);
  expect(tally.right + tally.partial).toBe(QUERIES);
  // How many answers are partial for it is the luck of retries and cache: it may be none.
  expect(spoilt.length).toBeGreaterThan(QUERIES / BETWEEN_DROPS);
  expect(latest).toBeLessThan(DEADLINE_MS + GRACE_MS);
  expect(rejections).toEqual([]);
  await expect.poll(async () => (await house.ask(BOOK, { first: 5 })).errors).toBeUndefined();
  // The sandbox in this process notes every request.
  expect(await heapInUse()).toBeLessThan(1.1 * warm + 64 * 1024 * 1024);
}, 600_000);

/** Where an answer is not what it should be, and no error says why: at the place, or above it. */
function differences(right: unknown, given: unknown, place: string, told: readonly string[]): string[] {
  const isTold = told.some((path) => path === place || (path !== '' && place.startsWith(`${path}.`)));
  if (isTold) return [];
  if (typeof right !== 'object' || right === null)
    return Object.is(right, given) ? [] : [`${place} is not as it should be`];
  if (typeof given !== 'object' || given === null) return [`${place} is missing without a word`];
  if (Array.isArray(right) && right.length !== (given as unknown[]).length) return [`${place} has another length`];
  const inside = (key: string): string => (place === '' ? key : `${place}.${key}`);
  return Object.keys(right).flatMap((key) =>
    differences((right as never)[key], (given as never)[key], inside(key), told),
  );
}
