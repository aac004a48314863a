import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../src/platform/events/index.ts';
import { partsOf, positionOf } from '../../../src/platform/events/position.ts';
import { newLogId } from '../../../src/platform/events/state.ts';

const place = fc.maxSafeNat();

test('positions of a log are in the order of their places, and cursors give them back', () => {
  const log = newLogId();
  fc.assert(
    fc.property(place, place, (a, b) => {
      const [one, other] = [positionOf(log, a), positionOf(log, b)];
      expect(one < other).toBe(a < b);
      expect(partsOf(one)).toEqual({ log, place: a });
      expect(decodeCursor(encodeCursor(one))).toBe(one);
    }),
  );
});

test('whatever else is no cursor', () => {
  const cursor = encodeCursor(positionOf(newLogId(), 1));
  fc.assert(fc.property(fc.string(), (text) => decodeCursor(text) === undefined));
  for (const other of ['', ` ${cursor}`, `${cursor}=`, `${cursor}A`, cursor.slice(1), 'MQ', `${cursor}\n`])
    expect(decodeCursor(other)).toBeUndefined();
});
