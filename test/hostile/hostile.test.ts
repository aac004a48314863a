import { afterAll, beforeAll, expect, test } from 'vitest';
import { attack, line, type Report } from './attack.ts';
import { type Field, openField } from './field.ts';
import { type Served, startGoodCaller } from './good-caller.ts';
import { KINDS } from './kinds/index.ts';
import { mostHeap } from './memory.ts';
import { GOOD_CALLER, headerValue } from './range.ts';

// Each request has a seed, which makes it again: `npm run soak -- <seed>`. Nothing here depends on how long anything takes. The gateways
// and the platforms are processes of their own; who fires, and the good caller, are in this one.

const REQUESTS = 5_000;
const WARM_UP = 1_000;
const PARALLEL = 32;
const SEED = 1;

let field: Field;
let warm: Report;
let attacked: Report;
let strange: string[];
let served: Served;
let heap: { warm: number; after: number };
beforeAll(async () => {
  field = await openField();
  const authorizations = await field.authorizations();
  const { range } = field;
  const fire = (requests: number, seed: number): Promise<Report> =>
    attack(range, () => authorizations, { requests, seed, parallel: PARALLEL });
  const goodCaller = await startGoodCaller(range.ports.jwt, () => headerValue(authorizations[GOOD_CALLER]));
  warm = await fire(WARM_UP, SEED);
  strange = await field.strange();
  const before = await field.heapInUse();
  attacked = await fire(REQUESTS - WARM_UP, SEED + WARM_UP);
  await goodCaller.stop();
  served = goodCaller.take();
  strange.push(...(await field.strange()));
  heap = { warm: before, after: await field.heapInUse() };
}, 280_000);
afterAll(() => field?.stop());

test('every answer is well-formed, below 500, and betrays nothing', () => {
  expect(warm.fired + attacked.fired).toBe(REQUESTS);
  expect([...warm.breaches, ...attacked.breaches].map(line)).toEqual([]);
});

test('the platforms are asked only what the contract says, and nobody else is called', () => {
  expect(strange).toEqual([]);
});

test('every kind of request was made', () => {
  expect([...attacked.counts.keys()].sort()).toEqual(KINDS.map(({ name }) => name).sort());
});

test('the gateway lives, and is ready', async () => {
  for (const port of Object.values(field.range.ports)) {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect(response.status).toBe(200);
  }
});

test('a good caller beside it is always answered', () => {
  expect(served.failures).toEqual([]);
  expect(served.times.length).toBeGreaterThan(10);
});

test('memory is given back', () => {
  expect(heap.after).toBeLessThan(mostHeap(heap.warm));
});
