import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokenField } from '../../src/platform/errors.ts';
import type { Wire } from '../../src/platform/wire.ts';
import { wire } from './helpers.ts';

const client = (item: Record<string, unknown>): Wire => wire(item, 'PLANNR', 'client');

/** What is thrown for a value that its field can't hold. */
function faultOf(read: () => unknown): BrokenField {
  try {
    read();
  } catch (error) {
    if (error instanceof BrokenField) return error;
    throw error;
  }
  throw new TypeError('the value was taken');
}

describe('a date', () => {
  it.each([
    ['2026-04-30', '2026-04-30'],
    ['2026-04-30T00:00:00+01:00', '2026-04-30'],
    ['2026-04-30T23:59:59-11:00', '2026-04-30'],
    ['2026-04-30T00:00:00Z', '2026-04-30'],
    ['2024-02-29', '2024-02-29'],
  ])('is the day as written, whatever the offset: %s', (text, day) => {
    expect(client({ born: text }).date('born')).toBe(day);
  });

  it('is the day as written for every day and offset', () => {
    const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, fc.constantFrom('', 'T00:00:00+14:00', 'T23:30:00-12:00', 'T12:00:00.123Z'), (date, rest) => {
        const day = date.toISOString().slice(0, 10);
        expect(client({ born: `${day}${rest}` }).date('born')).toBe(day);
      }),
    );
  });

  it.each([
    '2026-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-01-00',
    '30/04/2026',
    'soon',
    '20260430',
  ])('that the calendar does not have is broken: %s', (text) => {
    faultOf(() => client({ born: text }).date('born'));
  });
});

describe('an instant', () => {
  it('is written in UTC', () => {
    expect(client({ at: '2026-08-27T17:31:26+01:00' }).instant('at')).toBe('2026-08-27T16:31:26.000Z');
  });

  it.each(['never', '2026-13-01T00:00:00Z'])('that is none is broken: %s', (text) => {
    faultOf(() => client({ at: text }).instant('at'));
  });

  it.each(['2026-02-30T10:00:00Z', 'plan 12', '1'])('that only looks like one is broken: %s', (text) => {
    faultOf(() => client({ at: text }).instant('at'));
  });
});

describe('a missing value', () => {
  const readers: [string, (wire: Wire) => unknown][] = [
    ['text', (w) => w.text('x')],
    ['date', (w) => w.date('x')],
    ['instant', (w) => w.instant('x')],
    ['number', (w) => w.number('x')],
    ['decimal', (w) => w.decimal('x')],
    ['pounds', (w) => w.pounds('x', 'GBP')],
    ['pennies', (w) => w.pennies('x')],
    ['child', (w) => w.child('x')],
  ];

  it.each(readers)('is null whether absent or null: %s', (_name, read) => {
    expect(read(client({}))).toBeNull();
    expect(read(client({ x: null }))).toBeNull();
  });

  it('is an empty list and a flag that is not set', () => {
    for (const item of [{}, { x: null }]) {
      expect(client(item).children('x')).toEqual([]);
      expect(client(item).texts('x')).toEqual([]);
      expect(client(item).flag('x')).toBe(false);
    }
  });

  it('is broken where the field must be there', () => {
    expect(faultOf(() => client({}).required('x', null)).message).toContain('client.x');
    expect(client({}).required('x', 0)).toBe(0);
  });
});

describe('money', () => {
  it.each([[{ amount: 123456 }], [{ amount: '123456' }], [123456], ['123456']])(
    'is pennies as a number or a string: %j',
    (value) => {
      expect(client({ value }).pennies('value')).toEqual({ pence: 123456n, currency: 'GBP' });
    },
  );

  it('has the currency that is named', () => {
    expect(client({ value: { amount: -5, currency: 'EUR' } }).pennies('value')).toEqual({
      pence: -5n,
      currency: 'EUR',
    });
    expect(client({ value: 12345.67 }).pounds('value', 'USD')).toEqual({ pence: 1234567n, currency: 'USD' });
    expect(client({ value: { amount: null, currency: 'GBP' } }).pennies('value')).toBeNull();
  });

  it.each([[12.5], ['12.50'], [{ amount: '£12' }], [{ amount: true }]])(
    'that is no whole number of pennies is broken: %j',
    (value) => {
      faultOf(() => client({ value }).pennies('value'));
    },
  );
});

describe('a broken field', () => {
  const SECRET = 'QQ123456C';
  const reads: [string, unknown, (wire: Wire) => unknown][] = [
    ['text', { nino: SECRET }, (w) => w.text('x')],
    ['date', SECRET, (w) => w.date('x')],
    ['instant', SECRET, (w) => w.instant('x')],
    ['number', SECRET, (w) => w.number('x')],
    ['pounds', SECRET, (w) => w.pounds('x', 'GBP')],
    ['pennies', { amount: SECRET }, (w) => w.pennies('x')],
    ['child', SECRET, (w) => w.child('x')],
    ['children', SECRET, (w) => w.children('x')],
    ['items of children', [SECRET], (w) => w.children('x')],
    ['texts', [SECRET, 1], (w) => w.texts('x')],
  ];

  it.each(reads)('names the field and the system, and never the value: %s', (_name, value, read) => {
    const fault = faultOf(() => read(client({ x: value })));
    expect(fault).toMatchObject({ code: 'UPSTREAM_INVALID_DATA', system: 'PLANNR' });
    expect(fault.message).toMatch(/Plannr .*client\.x/);
    expect(JSON.stringify([fault.message, fault.details])).not.toContain(SECRET);
  });

  it('is named by its whole path inside nested items', () => {
    const [owner] =
      client({ plan: { owners: [{ share: 'half' }] } })
        .child('plan')
        ?.children('owners') ?? [];
    expect(faultOf(() => owner?.number('share')).message).toContain('client.plan.owners.share');
  });

  it('leaves the other fields readable', () => {
    const item = client({ born: 'soon', name: 'Ann', level: 7 });
    faultOf(() => item.date('born'));
    expect([item.text('name'), item.text('level'), item.number('level')]).toEqual(['Ann', '7', 7]);
  });
});

describe('what is made of an item', () => {
  const [NAME, AGE] = [Symbol('name'), Symbol('age')];

  it('is made once for each key', () => {
    const item = client({ name: 'Ann', age: 40 });
    const made: string[] = [];
    const name = (wire: Wire): string => {
      made.push('name');
      return `${wire.text('name')}`;
    };
    expect([item.once(NAME, name), item.once(AGE, (wire) => wire.number('age')), item.once(NAME, name)]).toEqual([
      'Ann',
      40,
      'Ann',
    ]);
    expect(made).toEqual(['name']);
  });

  it('is made again where it could not be made', () => {
    const item = client({ age: 'forty' });
    for (const _ of [1, 2])
      expect(faultOf(() => item.once(AGE, (wire) => wire.number('age')))).toBeInstanceOf(BrokenField);
  });

  it('may be nothing', () => {
    const item = client({});
    let asked = 0;
    const nothing = (): null => {
      asked += 1;
      return null;
    };
    expect([item.once(NAME, nothing), item.once(NAME, nothing), asked]).toEqual([null, null, 1]);
  });
});
