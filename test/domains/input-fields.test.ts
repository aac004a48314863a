import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyOf, type InputFields, inputPath } from '../../src/domains/shared/input-fields.ts';
import { pounds } from '../../src/domains/shared/to-platform.ts';
import { Refused } from '../../src/domains/shared/user-errors.ts';

const FIELDS = {
  name: { to: 'lastName' },
  worth: pounds('value'),
  units: { to: 'unitIds' },
  phones: { to: 'telephones', of: { number: { to: 'no' }, kind: { to: 'type' } } },
  payment: { to: 'premium', of: { each: pounds('amount'), often: { to: 'frequency' } } },
} satisfies InputFields;

describe('what is sent', () => {
  it('is only what was given, null and lists included', () => {
    expect(bodyOf(FIELDS, {}, 'input')).toEqual({});
    expect(bodyOf(FIELDS, { name: undefined, phones: undefined }, 'input')).toEqual({});
    expect(bodyOf(FIELDS, { name: null, phones: null, payment: null }, 'input')).toEqual({
      lastName: null,
      telephones: null,
      premium: null,
    });
    expect(
      bodyOf(FIELDS, { phones: [{ number: '1' }, { number: '2', kind: null }], payment: { often: null } }, 'input'),
    ).toEqual({ telephones: [{ no: '1' }, { no: '2', type: null }], premium: { frequency: null } });
    expect(bodyOf(FIELDS, { phones: [], units: ['a', 'b'] }, 'input')).toEqual({ telephones: [], unitIds: ['a', 'b'] });
  });

  it('has nothing that is no field, also of objects without a prototype', () => {
    const input = Object.assign(Object.create(null) as object, { name: 'x', id: '1', other: true });
    expect(bodyOf(FIELDS, input, 'input')).toEqual({ lastName: 'x' });
    expect(bodyOf(FIELDS, { toString: 'x', constructor: 'y' }, 'input')).toEqual({});
  });

  it('names every place that can not be sent', () => {
    const refuse = () =>
      bodyOf(FIELDS, { worth: { decimal: '1.234' }, payment: { each: { decimal: '99999999999999999.01' } } }, 'input');
    expect(refuse).toThrow(Refused);
    try {
      refuse();
    } catch (error) {
      const { faults } = error as Refused;
      expect(faults.map(({ path, code }) => [path?.join('.'), code])).toEqual([
        ['input.worth', 'BAD_USER_INPUT'],
        ['input.payment.each', 'BAD_USER_INPUT'],
      ]);
    }
  });

  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
  const inputs = fc.record({
    name: maybe(nullable(fc.string())),
    worth: maybe(nullable(fc.record({ pence: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }) }))),
    units: maybe(nullable(fc.array(fc.string()))),
    phones: maybe(
      nullable(fc.array(fc.record({ number: maybe(nullable(fc.string())), kind: maybe(nullable(fc.string())) }))),
    ),
  });

  it('keeps absent, null and every entry apart at every depth, whatever comes', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const body = bodyOf(FIELDS, input, 'input');
        const state = (value: unknown) => (value === undefined ? 'absent' : value === null ? 'null' : 'given');
        expect(state(body.lastName)).toBe(state(input.name));
        expect(state(body.value)).toBe(state(input.worth));
        expect(state(body.telephones)).toBe(state(input.phones));
        expect('telephones' in body).toBe(input.phones !== undefined);
        const sent = (body.telephones ?? []) as Record<string, unknown>[];
        const given = input.phones ?? [];
        expect(sent.map(({ no, type }) => [state(no), state(type)])).toEqual(
          given.map(({ number, kind }) => [state(number), state(kind)]),
        );
        expect(body.unitIds).toEqual(input.units);
      }),
    );
  });

  it('leads back: a place in the body is the place in the input that it came from', () => {
    const given = fc.constantFrom(
      ['name'],
      ['worth'],
      ['units', '3'],
      ['phones', '0', 'number'],
      ['phones', '12', 'kind'],
      ['phones', '7'],
      ['payment', 'each'],
    );
    const there = (fields: InputFields, [name = '', ...rest]: readonly string[]): string[] => {
      if (/^\d+$/.test(name)) return [name, ...there(fields, rest)];
      const field = fields[name];
      return field === undefined ? [] : [field.to, ...there(field.of ?? {}, rest)];
    };
    fc.assert(
      fc.property(given, (path) => {
        expect(inputPath(FIELDS, there(FIELDS, path))).toEqual(path);
      }),
    );
  });
});

describe('a place that a platform names', () => {
  it.each([
    [['telephones', '0', 'no'], 'phones.0.number'],
    [['telephones', '0', 'other'], 'phones.0'],
    [['premium', 'amount', 'pence'], 'payment.each'],
    [['unitIds', '2'], 'units.2'],
    [['value'], 'worth'],
    [['createdAt'], ''],
    [[], ''],
    [['constructor'], ''],
    [['0'], ''],
  ])('%j is %s', (path, place) => expect(inputPath(FIELDS, path).join('.')).toBe(place));

  it('never leads anywhere but into the input, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('telephones', '0', 'no', 'premium'))), (path) => {
        const [first] = inputPath(FIELDS, path);
        expect(first === undefined || first in FIELDS).toBe(true);
      }),
    );
  });
});
