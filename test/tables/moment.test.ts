import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDay, momentOf } from '../../src/tables/moment.ts';

const RUNS = { seed: 20_260_430, numRuns: 500 };

test('days are those of the calendar', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9_999 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
      (year, month, day) => {
        const pad = (number: number, width = 2) => String(number).padStart(width, '0');
        const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
        const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
        expect(isDay(`${pad(year, 4)}-${pad(month)}-${pad(day)}`)).toBe(day >= 1 && day <= days);
      },
    ),
    RUNS,
  );
});

test.each([
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T10:20Z', '2026-01-31T10:20:00.000Z'],
  ['2026-01-31T10:20:30.5+01:00', '2026-01-31T09:20:30.500Z'],
  ['2026-01-31T00:00:00', null],
  ['2026-01-31T00:00:00 01:00', null],
  ['2026-01-31 00:00:00Z', null],
  ['2026-02-29T00:00:00Z', null],
  ['2026-01-31T25:00:00Z', null],
  ['31 January 2026', null],
  ['1', null],
  ['', null],
])('%j is the moment %j', (text, expected) => {
  const moment = momentOf(text);
  expect(moment === null ? null : new Date(moment).toISOString()).toBe(expected);
});
