import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, startHouse } from '../e2e/harness.ts';
import { operation } from './operation.ts';
import { mutationsTo } from './rows.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 40 }, env: { CACHE: 'on' } });
});
afterAll(() => house.stop());

/** Each mutation, what it gives, and the path that it writes to. */
const WRITES = [
  ['clientUpsert', 'client', /^PUT \/crm\/v1\/clients\/[\w-]+$/],
  ['relationshipUpsert', 'relationship', /^PUT \/crm\/v1\/relationships\/[\w-]+$/],
  ['relationshipDelete', 'deletedId', /^DELETE \/crm\/v1\/relationships\/[\w-]+$/],
  ['employeeUpsert', 'employee', /^PUT \/crm\/v1\/employees\/[\w-]+$/],
  ['documentUpload', 'document', /^PUT \/crm\/v1\/clients\/[\w-]+\/documents\/[\w-]+$/],
  ['documentDelete', 'deletedId', /^DELETE \/crm\/v1\/clients\/[\w-]+\/documents\/[\w-]+$/],
  ['financeUpsert', 'plan', /^PUT \/finances\/v1\/finances\/[\w-]+$/],
  ['valuationRecord', 'valuation', /^PUT \/finances\/v1\/finances\/[\w-]+\/valuations\/[\w-]+$/],
  ['financeDelete', 'deletedId', /^DELETE \/finances\/v1\/finances\/[\w-]+$/],
] as const;

test('each mutation is here', () => {
  expect(WRITES.map(([name]) => name).sort()).toEqual(mutationsTo(/^`\w+ \/(crm|finances)\//).sort());
});

test.each(WRITES)('%s changes one thing, and gives its %s', async (name, thing, path) => {
  house.clear();
  const { query, variables } = operation<Record<string, unknown>>(name);
  const reply = await house.ask(query, variables);
  expect(reply.errors).toBeUndefined();
  const payload = reply.data[name];
  expect(payload.userErrors).toEqual([]);
  expect(payload[thing]).not.toBeNull();
  const writes = house.calls().filter(({ method }) => method !== 'GET');
  expect(writes.map(({ method, path: at }) => `${method} ${at}`)).toEqual([expect.stringMatching(path)]);
  const { id } = payload.changes[0];
  expect(payload.changes).toEqual([{ system: 'DYNAMIC_PLANNER', resource: expect.stringMatching(/^\w+$/), id }]);
  expect(writes[0]?.path.endsWith(id)).toBe(true);
});
