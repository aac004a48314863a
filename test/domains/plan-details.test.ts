import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GraphQLObjectType, GraphQLUnionType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { detailsTypeOf, FIELDS_OF, graphName } from '../../src/domains/plans/details/names.ts';
import { detailsOf } from '../../src/domains/plans/details/read.ts';
import { DETAIL_FIELDS, type DetailKind } from '../../src/domains/plans/details/table.ts';
import { PLANNR_TYPES } from '../../src/domains/shared/plan.ts';
import { Wire } from '../../src/platform/wire.ts';
import { TYPE_FIELDS } from '../../src/sandbox/plannr/plan-types.ts';
import { loadSchema } from '../../src/tools/schema-files.ts';

/** The platform's reference: a row for each field, a column for each type, an x where the type has the field. */
const [[, ...types] = [], ...rows] = readFileSync(
  join(import.meta.dirname, '../fixtures/plannr-plan-fields.csv'),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => line.trim().split(','));
const REFERENCE = new Map(
  rows.map(([name = '', ...marks]) => [name, types.filter((_, index) => marks[index] === 'x')] as const),
);
/** Stands in the reference's example and not in its list. */
const INFERRED = 'mig_premium';
const schema = loadSchema();

const OUTPUT: Readonly<Record<DetailKind, string>> = {
  text: 'String',
  money: 'DetailMoney',
  percentage: 'DetailPercentage',
  date: 'DetailDate',
  flag: 'DetailFlag',
  number: 'DetailNumber',
};

describe('the table of fields', () => {
  test('has every cell of the reference, and one field more', () => {
    expect(REFERENCE.size).toBe(113);
    expect(types).toEqual([...PLANNR_TYPES]);
    const table = new Map(DETAIL_FIELDS.map(({ name, types: own }) => [name, [...own]] as const));
    expect(table.get(INFERRED)).toEqual(['mortgage']);
    table.delete(INFERRED);
    expect(Object.fromEntries(table)).toEqual(Object.fromEntries(REFERENCE));
  });

  test('is what the sandbox has too', () => {
    for (const type of PLANNR_TYPES) {
      const own = DETAIL_FIELDS.filter(({ types: of }) => of.includes(type)).map(({ name }) => name);
      expect([...(TYPE_FIELDS[type] ?? [])].sort(), type).toEqual(own.sort());
    }
  });

  test('is what the graph offers to read, field by field', () => {
    const union = schema.getType('PlanDetails') as GraphQLUnionType;
    expect(union.getTypes().map(({ name }) => name)).toEqual(PLANNR_TYPES.map(detailsTypeOf));
    for (const type of PLANNR_TYPES) {
      const object = schema.getType(detailsTypeOf(type)) as GraphQLObjectType;
      const offered = Object.values(object.getFields()).map((field) => [field.name, String(field.type)]);
      const wanted = [...(FIELDS_OF.get(type) ?? [])].map(([name, { kind }]) => [name, OUTPUT[kind]]);
      expect(offered, type).toEqual(wanted);
    }
  });

  test('gives each field a name of its own', () => {
    expect(new Set(DETAIL_FIELDS.map(({ name }) => graphName(name))).size).toBe(DETAIL_FIELDS.length);
    expect(graphName('address_1')).toBe('address1');
    expect(graphName('is_portable_mortgage')).toBe('isPortableMortgage');
  });
});

/** One field of a pension or mortgage as it comes out. */
function read(field: string, sent: unknown): unknown {
  const type = DETAIL_FIELDS.find(({ name }) => name === field)?.types[0];
  const plannr = new Wire('PLANNR', 'plan', { uuid: 'u', type, fields: { [field]: sent } });
  return detailsOf({ finance: null, plannr })?.[graphName(field)];
}

const pounds = (pence: bigint, currency = 'GBP') => ({ pence, currency });

describe('a value', () => {
  test.each([
    ['transfer_value', 123_456, { value: pounds(123_456n), raw: '123456' }],
    ['transfer_value', '123456', { value: pounds(123_456n), raw: '123456' }],
    ['transfer_value', 0, { value: pounds(0n), raw: '0' }],
    [
      'transfer_value',
      { amount: '5', currency: 'EUR' },
      { value: pounds(5n, 'EUR'), raw: '{"amount":"5","currency":"EUR"}' },
    ],
    ['interest_rate', '3.1', { value: '3.1', raw: '3.1' }],
    ['interest_rate', 3.1, { value: '3.1', raw: '3.1' }],
    ['interest_rate', '3.10 %', { value: '3.10', raw: '3.10 %' }],
    ['retirement_date', '2031-02-28', { value: '2031-02-28', raw: '2031-02-28' }],
    ['retirement_date', '2031-02-28T00:00:00+01:00', { value: '2031-02-28', raw: '2031-02-28T00:00:00+01:00' }],
    ['waiver', true, { value: true, raw: 'true' }],
    ['waiver', 0, { value: false, raw: '0' }],
    ['waiver', 'Yes', { value: true, raw: 'Yes' }],
    ['term_age', 65, { value: '65', raw: '65' }],
    ['accrual_rate', '1/60', '1/60'],
    ['accrual_rate', 5, '5'],
    ['details', ['a'], '["a"]'],
  ])('of %s that is %j is read as its name says', (field, sent, wanted) => {
    expect(read(field, sent)).toEqual(wanted);
  });

  test.each([
    ['transfer_value', '1,234.56'],
    ['transfer_value', 12.5],
    ['transfer_value', 'about £9,000'],
    ['transfer_value', '99999999999999999999'],
    ['interest_rate', '3.1 over base'],
    ['retirement_date', '31/12/2031'],
    ['retirement_date', '2031-02-30'],
    ['waiver', 'unsure'],
    ['waiver', 2],
    ['term_age', '65 or so'],
    ['term_age', { from: 60 }],
  ])('of %s that is %j stays raw, and nothing is guessed', (field, sent) => {
    expect(read(field, sent)).toEqual({ value: null, raw: typeof sent === 'object' ? '{"from":60}' : String(sent) });
  });

  test.each([undefined, null, ''])('that is %j is null', (sent) => {
    for (const { name } of DETAIL_FIELDS) expect(read(name, sent), name).toBeNull();
  });
});

describe('details', () => {
  const plan = (item: object) =>
    detailsOf({ finance: null, plannr: new Wire('PLANNR', 'plan', { uuid: 'u', ...item }) });

  test('are null where Plannr tells nothing, or the type is not known', () => {
    expect(detailsOf({ finance: new Wire('DYNAMIC_PLANNER', 'finance', { id: 'f' }), plannr: null })).toBeNull();
    for (const fields of [undefined, null, [], 'x']) expect(plan({ type: 'pension', fields })).toBeNull();
    for (const type of [undefined, 'annuity_plus', 'constructor', 7]) expect(plan({ type, fields: {} })).toBeNull();
  });

  test('hold the fields of their type and no others', () => {
    const details = plan({ type: 'group_protection', fields: { term_type: 'fixed', term_age: 60, unheard_of: 1 } });
    expect(details).toEqual({ __typename: 'GroupProtectionDetails', termType: 'fixed', renewalDate: null });
  });
});
