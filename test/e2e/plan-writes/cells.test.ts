import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphName } from '../../../src/domains/plans/details/names.ts';
import { DETAIL_FIELDS } from '../../../src/domains/plans/details/table.ts';
import { type House, startHouse } from '../harness.ts';
import { CREATE, faults, fullDetails, least, sent } from './field.ts';

/** The platform's reference: each field, and under each type an x where the type has it. */
const [[, ...types] = [], ...rows] = readFileSync(
  join(import.meta.dirname, '../../fixtures/plannr-plan-fields.csv'),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => line.trim().split(','));

let house: House;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 20 }, env: { COST_PER_MINUTE: '1000000000' } });
});
afterAll(() => house.stop());

/** A value that the field takes on a type that has it. */
function valueFor(field: string): unknown {
  const type = DETAIL_FIELDS.find(({ name }) => name === field)?.types[0] ?? '';
  return fullDetails(type).given[graphName(field)];
}

/** Cells that were tried: `type field`. */
const tried: string[] = [];

const create = (type: string, field: string) => {
  tried.push(`${type} ${field}`);
  return house.ask(CREATE, {
    input: least(house, { details: { [graphName(type)]: { [graphName(field)]: valueFor(field) } } }),
  });
};

describe.each(types.map((type, column) => ({ type, column })))('$type', ({ type, column }) => {
  test('takes each field that it has', async () => {
    for (const [field = '', ...marks] of rows.filter((row) => row[column + 1] === 'x')) {
      const reply = await create(type, field);
      expect(reply.errors, `${field} ${marks[column]}`).toBeUndefined();
      expect(faults(reply, 'planCreate'), field).toEqual([]);
      const plan = house.sandbox.data.plannr.plans.get(reply.data.planCreate.changes[0].id);
      expect(Object.keys(plan?.fields ?? {}), field).toEqual([field]);
    }
  });

  test('takes no field that it lacks, and nothing is sent', async () => {
    const lacking = rows.filter((row) => row[column + 1] !== 'x').map(([field = '']) => field);
    expect(lacking.length).toBeGreaterThan(0);
    house.clear();
    for (const field of lacking) {
      const reply = await create(type, field);
      expect(reply.status, field).toBe(400);
      expect(reply.errors?.[0]?.extensions.code, field).toBe('BAD_USER_INPUT');
      expect(reply.errors?.[0]?.message, field).toContain(`Field "${graphName(field)}" is not defined by type`);
    }
    expect(house.calls()).toEqual([]);
  });
});

test('there are 113 fields and 10 types, each cell of which was tried', () => {
  expect([rows.length, types.length]).toEqual([113, 10]);
  expect([tried.length, new Set(tried).size]).toEqual([1_130, 1_130]);
});

test.each([
  ['none of the ten', {}],
  ['two of the ten', { pension: {}, mortgage: {} }],
  ['one of the ten that is null', { pension: null }],
])('%s is refused', async (_what, details) => {
  house.clear();
  const reply = await house.ask(CREATE, { input: least(house, { details }) });
  expect(reply.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  const literal = JSON.stringify(details).replaceAll('"', '');
  const inline = await house.ask(
    `mutation { planCreate(input: { idempotencyKey: "k", name: "n", owners: [], details: ${literal} }) { changes { id } } }`,
  );
  expect(inline.status).toBe(400);
  expect(sent(house)).toEqual([]);
});
