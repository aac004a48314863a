import fc from 'fast-check';
import { afterAll, describe, expect, test, vi } from 'vitest';
import {
  decodeCursor,
  type EventLog,
  encodeCursor,
  ForeignPosition,
  LogUnavailable,
  type Position,
  type Retention,
  TrimmedAway,
} from '../../../src/platform/events/index.ts';
import { partsOf } from '../../../src/platform/events/position.ts';
import { LONG } from '../cache/nodes.ts';
import { failureOf } from '../helpers.ts';
import { all, type Kind, type Place } from './logs.ts';
import type { Value } from './open.ts';

const entry = (key: string, value: Value = { of: key }) => ({ key, value });
const keysOf = (entries: readonly { key: string }[]) => entries.map(({ key }) => key);
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => entry(`key-${from + i}`));
const EVERYTHING: Retention = { maxAgeMs: 1e12, maxEntries: 1e9 };

/** What every event log does, whatever it is made of. */
export function compliance(name: string, make: () => Promise<Kind | null>): void {
  describe(name, async () => {
    // Asked for here: a suite is skipped before its hooks run.
    const kind = await make();
    if (kind === null) return test.skip('no Redis here', () => {});
    afterAll(() => kind.stop());
    suite(kind);
  });
}

function suite(kind: Kind): void {
  /** Gives a test a log on an empty store, and stops whatever it opens. */
  const withLog =
    (work: (log: EventLog<Value>, place: Place) => Promise<void>, options = {}) =>
    async () => {
      const place = await kind.place();
      const log = await place.open(options);
      try {
        await work(log, place);
      } finally {
        await log.stop();
      }
    };

  test(
    'entries come back in the order in which they were appended, with what was put in',
    withLog(async (log) => {
      const odd = [null, 0, '', [], {}, 'ü\u2028\ud800', { a: [{ b: 1.5 }] }, true];
      const appended = await log.append(odd.map((value, i) => entry(`${i}`, value)));
      await log.append([entry('key\u0000 "with" \\ odd \ud800 things')]);
      const read = await log.read(null, 100);
      expect(read.slice(0, odd.length).map(({ value }) => value)).toEqual(odd);
      expect(read.at(-1)?.key).toBe('key\u0000 "with" \\ odd \ud800 things');
      expect(appended.map(({ isNew }) => isNew)).toEqual(odd.map(() => true));
      expect(appended.map(({ position }) => position)).toEqual(read.slice(0, -1).map(({ position }) => position));
      expect(read.map(({ position }) => position)).toEqual(read.map(({ position }) => position).sort());
    }),
  );

  test(
    'a position is greater than every one before, whatever the clock does',
    withLog(
      async (log) => {
        const positions: Position[] = [];
        for (let i = 0; i < 20; i += 1)
          positions.push(...(await log.append(numbered(3, 3 * i))).map(({ position }) => position));
        expect(new Set(positions).size).toBe(60);
        expect([...positions].sort()).toEqual(positions);
      },
      { now: () => 1e12 + Math.sin(Math.floor(performance.now())) * 1e9 },
    ),
  );

  test(
    'the same key again has no second effect and tells where the first one stands',
    withLog(async (log) => {
      const [first] = await log.append([entry('a', 1)]);
      const again = await log.append([entry('b', 2), entry('a', 3), entry('b', 4)]);
      expect(again.map(({ isNew }) => isNew)).toEqual([true, false, false]);
      expect(again[1]?.position).toBe(first?.position);
      expect(again[2]?.position).toBe(again[0]?.position);
      expect((await log.read(null, 10)).map(({ value }) => value)).toEqual([1, 2]);
      expect((await log.append([entry('a')]))[0]).toEqual({ position: first?.position, isNew: false });
    }),
  );

  test(
    'of many appends of one key at the same time one has an effect, and all tell the same position',
    withLog(async (log, place) => {
      const others = kind.isShared ? [await place.open(), await place.open()] : [];
      const logs = [log, ...others];
      const results = await Promise.all(
        Array.from({ length: 60 }, (_, i) => logs[i % logs.length]?.append([entry(`own-${i}`), entry('shared', i)])),
      );
      const shared = results.map((result) => result?.[1]);
      expect(shared.filter((one) => one?.isNew)).toHaveLength(1);
      expect(new Set(shared.map((one) => one?.position)).size).toBe(1);
      expect(keysOf(await all(log)).sort()).toEqual(
        ['shared', ...Array.from({ length: 60 }, (_, i) => `own-${i}`)].sort(),
      );
      for (const other of others) await other.stop();
    }),
  );

  test(
    'thousands of appends at the same time are all there, once each, where they were told to be',
    withLog(async (log) => {
      const results = await Promise.all(numbered(3_000).map((one) => log.append([one])));
      const read = await all(log, 500);
      expect(read).toHaveLength(3_000);
      const at = new Map(read.map(({ key, position }) => [key, position]));
      for (const [i, [one]] of results.entries()) expect(at.get(`key-${i}`)).toBe(one?.position);
    }),
  );

  test(
    'nothing is appended where one of the entries can not be',
    withLog(async (log) => {
      const circle: Record<string, unknown> = {};
      circle.self = circle;
      for (const bad of [
        entry('', 1),
        { key: 'x', value: undefined },
        { key: 'x', value: circle },
        { key: 'x', value: 1n },
      ])
        expect(await failureOf(log.append([entry('good'), bad]))).toBeInstanceOf(TypeError);
      expect(await log.append([])).toEqual([]);
      expect(await log.read(null, 10)).toEqual([]);
      const { first, last } = await log.bounds();
      expect(first).toBeNull();
      expect(partsOf(last)?.place).toBe(0);
      // Where it begins is a position like any other.
      expect(await log.read(last, 10)).toEqual([]);
    }),
  );

  test(
    'large values',
    withLog(async (log) => {
      const large = 'é'.repeat(3_000_000);
      await log.append([entry('small'), entry('large', large), entry('after')]);
      const read = await log.read(null, 10);
      expect(keysOf(read)).toEqual(['small', 'large', 'after']);
      expect(read[1]?.value === large).toBe(true);
    }),
  );

  test('appends, duplicates, trims and reads in any order do what an array would', { timeout: 240_000 }, async () => {
    const key = fc.integer({ min: 0, max: 30 }).map(String);
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ append: fc.array(key, { maxLength: 6 }) }) },
      { weight: 2, arbitrary: fc.record({ read: fc.nat(1_000), limit: fc.integer({ min: 1, max: 12 }) }) },
      { weight: 1, arbitrary: fc.record({ passMs: fc.integer({ min: 0, max: 800 }) }) },
      { weight: 1, arbitrary: fc.constant({ trim: true as const }) },
      { weight: 1, arbitrary: fc.constant({ restart: true as const }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        let now = 1_700_000_000_000;
        const retention = { maxAgeMs: 1_000, maxEntries: 8, maxBytes: 100 };
        const options = { retention, now: () => now };
        const place = await kind.place();
        let log = await place.open(options);
        const begin = (await log.bounds()).last;
        const given: { key: string; position: Position; at: number; bytes: number }[] = [];
        let gone = 0;
        try {
          for (const step of steps) {
            if ('append' in step) {
              const results = await log.append(step.append.map((one, i) => entry(one, i)));
              for (const [i, { position, isNew }] of results.entries()) {
                const one = step.append[i] ?? '';
                const known = given.slice(gone).find((other) => other.key === one);
                expect(isNew).toBe(known === undefined);
                if (known !== undefined) expect(position).toBe(known.position);
                else given.push({ key: one, position, at: now, bytes: `["${one}",${i}]`.length });
              }
            } else if ('read' in step) {
              const from = (step.read % (given.length + 1)) - 1;
              const read = await log.read(given[from]?.position ?? null, step.limit).catch((error) => error);
              if (from >= 0 && from < gone - 1) {
                expect(read).toBeInstanceOf(TrimmedAway);
                expect(read.resumeAfter).toBe(given[gone - 1]?.position);
              } else {
                const first = Math.max(gone, from + 1);
                expect(keysOf(read)).toEqual(keysOf(given.slice(first, first + step.limit)));
              }
            } else if ('trim' in step) {
              const before = gone;
              const bytes = () => given.slice(gone).reduce((sum, one) => sum + one.bytes, 0);
              const isBeyond = (one: { at: number }) =>
                one.at < now - 1_000 || given.length - gone > 8 || bytes() > 100;
              for (let one = given[gone]; one !== undefined && isBeyond(one); one = given[gone]) gone += 1;
              expect(await log.trim()).toBe(gone - before);
            } else if ('restart' in step) {
              await log.stop();
              log = await place.open(options);
            } else now += step.passMs;
            const kept = given.slice(gone);
            expect(await log.bounds()).toEqual({
              first: kept[0]?.position ?? null,
              last: given.at(-1)?.position ?? begin,
            });
          }
        } finally {
          await log.stop();
        }
      }),
      { numRuns: 100 },
    );
  });

  describe('cursors', () => {
    test(
      'are opaque, and go on behind their entry, also after a restart',
      withLog(async (log, place) => {
        const appended = await log.append(numbered(5));
        const cursor = encodeCursor(appended[2]?.position as Position);
        expect(cursor).toMatch(/^[\w-]+$/);
        await log.stop();
        const again = await place.open();
        const after = decodeCursor(cursor) as Position;
        expect(keysOf(await again.read(after, 10))).toEqual(['key-3', 'key-4']);
        await again.append([entry('later')]);
        expect(keysOf(await again.read(after, 10))).toEqual(['key-3', 'key-4', 'later']);
        await again.stop();
      }),
    );

    test(
      'at the end give nothing until something comes',
      withLog(async (log) => {
        await log.append(numbered(2));
        const { last } = await log.bounds();
        expect(await log.read(last, 10)).toEqual([]);
        await log.append([entry('new')]);
        expect(keysOf(await log.read(last, 10))).toEqual(['new']);
      }),
    );

    test(
      'of another log, of the future and made up are refused',
      withLog(async (log) => {
        const [one] = await log.append([entry('a')]);
        const position = one?.position as Position;
        const [id, place] = position.split('.') as [string, string];
        const foreign = [
          `${'x'.repeat(id.length)}.${place}`,
          `${id}.${String(Number(place) + 1).padStart(16, '0')}`,
          `${id}.9999999999999999`,
          'nonsense',
          '',
        ];
        for (const other of foreign)
          expect(await failureOf(log.read(other as Position, 10))).toBeInstanceOf(ForeignPosition);
      }),
    );

    test(
      'that were trimmed away say from where one can resume',
      withLog(
        async (log, place) => {
          const appended = (await log.append(numbered(10))).map(({ position }) => position);
          expect(await log.trim()).toBe(7);
          const error = (await failureOf(log.read(appended[2] as Position, 10))) as TrimmedAway;
          expect(error).toBeInstanceOf(TrimmedAway);
          expect(error.code).toBe('BAD_USER_INPUT');
          expect(error.message).toContain(`"${error.details.resumeAfter}"`);
          expect(decodeCursor(error.details.resumeAfter as string)).toBe(error.resumeAfter);
          expect(keysOf(await log.read(error.resumeAfter, 10))).toEqual(['key-7', 'key-8', 'key-9']);
          expect(keysOf(await log.read(null, 10))).toEqual(['key-7', 'key-8', 'key-9']);
          // Nothing behind the last one that is gone is missing.
          expect(keysOf(await log.read(appended[6] as Position, 10))).toEqual(['key-7', 'key-8', 'key-9']);
          expect(await failureOf(log.read(appended[5] as Position, 10))).toBeInstanceOf(TrimmedAway);
          await log.stop();
          const again = await place.open();
          expect(await failureOf(again.read(appended[5] as Position, 10))).toBeInstanceOf(TrimmedAway);
          await again.stop();
        },
        { retention: { ...EVERYTHING, maxEntries: 3 } },
      ),
    );
  });

  describe('retention', () => {
    test('by age: what is too old goes, with its key', async () => {
      let now = 1_700_000_000_000;
      await withLog(
        async (log) => {
          await log.append([entry('old')]);
          now += 600;
          const [young] = await log.append([entry('young')]);
          now += 600;
          expect(await log.trim()).toBe(1);
          expect(keysOf(await log.read(null, 10))).toEqual(['young']);
          expect((await log.append([entry('young')]))[0]).toEqual({ position: young?.position, isNew: false });
          expect((await log.append([entry('old')]))[0]?.isNew).toBe(true);
          now += 2_000;
          expect(await log.trim()).toBe(2);
          const { first, last } = await log.bounds();
          expect([first, last === null]).toEqual([null, false]);
          expect(await log.read(last, 10)).toEqual([]);
          expect(await log.trim()).toBe(0);
        },
        { now: () => now, retention: { ...EVERYTHING, maxAgeMs: 1_000 } },
      )();
    });

    test(
      'by number and by bytes, also of more than are trimmed in one step',
      withLog(
        async (log) => {
          await log.append(numbered(1_100));
          expect(await log.trim()).toBe(1_080);
          await log.append([entry('large', 'x'.repeat(10_000))]);
          await log.append(numbered(3, 2_000));
          expect(await log.trim()).toBe(21);
          expect(keysOf(await log.read(null, 10))).toEqual(['key-2000', 'key-2001', 'key-2002']);
        },
        { retention: { ...EVERYTHING, maxEntries: 20, maxBytes: 9_000 } },
      ),
    );

    test(
      'by itself, now and then',
      withLog(
        async (log) => {
          await log.append(numbered(10));
          await vi.waitFor(async () => expect(await log.read(null, 10)).toHaveLength(4), LONG);
        },
        { retention: { ...EVERYTHING, maxEntries: 4 }, trimEveryMs: 20 },
      ),
    );
  });

  describe('watching', () => {
    test(
      'tells of what is appended, until it ends',
      withLog(async (log, place) => {
        const writer = kind.isShared ? await place.open() : log;
        const told = vi.fn();
        const other = vi.fn();
        const end = log.watch(told);
        log.watch(other);
        const seen = new Set<string>();
        let after: Position | null = null;
        // As a subscriber does: read to the end whenever told, and nothing is missed.
        const follow = async () => {
          const { length } = told.mock.calls;
          await vi.waitFor(() => expect(told.mock.calls.length).toBeGreaterThan(length), LONG);
        };
        for (let round = 0; round < 5; round += 1) {
          const came = follow();
          await writer.append(numbered(3, 3 * round));
          await came;
          await vi.waitFor(async () => {
            for (const { key, position } of await log.read(after, 10)) {
              seen.add(key);
              after = position;
            }
            expect(seen.size).toBe(3 * round + 3);
          }, LONG);
        }
        end();
        const { length } = told.mock.calls;
        const before = other.mock.calls.length;
        await writer.append([entry('last')]);
        await vi.waitFor(() => expect(other.mock.calls.length).toBeGreaterThan(before), LONG);
        expect(told.mock.calls.length).toBe(length);
        if (writer !== log) await writer.stop();
      }),
    );

    test('a listener that throws is reported, and the others are told', async () => {
      const onError = vi.fn();
      const told = vi.fn();
      await withLog(
        async (log) => {
          log.watch(() => {
            throw new Error('its own fault');
          });
          log.watch(told);
          await log.append([entry('a')]);
          await vi.waitFor(() => expect(told).toHaveBeenCalled(), LONG);
          expect(onError).toHaveBeenCalled();
        },
        { onError },
      )();
    });
  });

  test(
    'a log that was stopped says so, and to stop it again does nothing',
    withLog(async (log) => {
      const underWay = log.append(numbered(3));
      await log.stop();
      await log.stop();
      expect(await underWay).toHaveLength(3);
      for (const work of [log.append([entry('a')]), log.read(null, 1), log.bounds(), log.trim()])
        expect(await failureOf(work)).toBeInstanceOf(LogUnavailable);
    }),
  );
}
