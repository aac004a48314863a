import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventFeed } from '../../../src/domains/events/feed.ts';
import { Follower } from '../../../src/domains/events/follower.ts';
import { type Position, TrimmedAway } from '../../../src/platform/events/index.ts';
import type { PlatformEvent } from '../../../src/sources/event.ts';
import { MemoryLog } from './memory-log.ts';

const event = (id: number): PlatformEvent => ({
  system: 'DYNAMIC_PLANNER',
  topic: 'client.updated',
  occurredAt: '2026-01-01T00:00:00Z',
  organisationUnitId: null,
  resource: { type: 'client', id: String(id) },
  clientIds: [String(id)],
  planId: null,
});

const idOf = ({ resource }: PlatformEvent): number => Number(resource?.id);

function feedOver(log: MemoryLog<PlatformEvent>) {
  const dropped = new Set<string>();
  const errors: unknown[] = [];
  const feed = new EventFeed({
    log,
    drop: async (tags) => {
      await log.hold();
      for (const tag of tags) dropped.add(tag);
    },
    onError: (error) => void errors.push(error),
  });
  return { feed, dropped, errors };
}

/** Follows from a position on and takes down what comes. */
function follow(feed: EventFeed, after: Position | null, fits: (id: number) => boolean = () => true) {
  const follower = new Follower(feed, after, ({ value }) => fits(idOf(value)));
  const got: number[] = [];
  const ended = (async () => {
    for await (const { value } of follower) got.push(idOf(value));
  })();
  ended.catch(() => undefined);
  return { follower, got, ended };
}

describe('followers of the feed', () => {
  test('get everything behind their position, in order, each once, however steps fall', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant('put' as const) },
      { weight: 2, arbitrary: fc.constant('follow' as const) },
      { weight: 1, arbitrary: fc.constant('leave' as const) },
      { weight: 3, arbitrary: fc.constant('turn' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.infiniteStream(fc.nat(5)), async (steps, delays) => {
        const log = new MemoryLog<PlatformEvent>();
        log.hold = async () => {
          for (let turns = delays.next().value ?? 0; turns > 0; turns -= 1) await Promise.resolve();
        };
        const { feed, errors } = feedOver(log);
        const all: { got: number[]; from: number; follower: Follower; left: boolean }[] = [];
        let put = 0;
        for (const one of steps) {
          if (one === 'put') {
            put += 1;
            log.put(event(put));
          } else if (one === 'follow') {
            const from = (delays.next().value ?? 0) % 2 === 0 ? put : Math.floor(put / 2);
            all.push({ ...follow(feed, log.entries[from - 1]?.position ?? null), from, left: false });
          } else if (one === 'leave') {
            const staying = all.find(({ left }) => !left);
            if (staying !== undefined) {
              staying.left = true;
              await staying.follower.return();
            }
          } else await new Promise((resolve) => setImmediate(resolve));
        }
        for (const { got, from, left } of all) {
          const expected = Array.from({ length: put - from }, (_, index) => from + 1 + index);
          if (left) expect(got).toEqual(expected.slice(0, got.length));
          else await expect.poll(() => got, { interval: 1 }).toEqual(expected);
        }
        expect(errors).toEqual([]);
        for (const { follower } of all) await follower.return();
        expect(log.watched).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test('are given nothing before what it concerns was dropped', async () => {
    const log = new MemoryLog<PlatformEvent>();
    const { feed, dropped } = feedOver(log);
    const seen: boolean[] = [];
    const follower = new Follower(feed, null, ({ value }) => {
      seen.push(dropped.has(`DYNAMIC_PLANNER/client:${idOf(value)}`));
      return true;
    });
    for (let id = 1; id <= 5; id += 1) {
      log.put(event(id));
      await follower.next();
    }
    expect(seen).toEqual([true, true, true, true, true]);
    await follower.return();
  });

  test('at the head share one read: the log is asked once for all of them', async () => {
    const log = new MemoryLog<PlatformEvent>();
    log.put(event(0));
    const { feed } = feedOver(log);
    const start = log.entries[0]?.position ?? null;
    const followers = Array.from({ length: 200 }, () => follow(feed, start));
    log.put(event(1));
    for (const { got } of followers) await expect.poll(() => got).toEqual([1]);
    log.reads = 0;
    log.put(event(2));
    for (const { got } of followers) await expect.poll(() => got).toEqual([1, 2]);
    // What has arrived, and that there is no more.
    expect(log.reads).toBe(2);
    for (const { follower } of followers) await follower.return();
  });

  test('whose place was trimmed away are told, and those at the head go on', async () => {
    const log = new MemoryLog<PlatformEvent>();
    const first = log.put(event(1));
    const { feed } = feedOver(log);
    const head = follow(feed, first);
    for (let id = 2; id <= 20; id += 1) log.put(event(id));
    await expect.poll(() => head.got.length).toBe(19);
    await head.follower.return();
    log.trimTo(5);
    await expect(follow(feed, first).ended).rejects.toThrow(TrimmedAway);
    const resumed = follow(feed, log.entries[0]?.position ?? null);
    await expect.poll(() => resumed.got).toEqual([17, 18, 19, 20]);
    await resumed.follower.return();
  });

  test('go on when the log can be had again', async () => {
    const log = new MemoryLog<PlatformEvent>();
    const first = log.put(event(1));
    const { feed, errors } = feedOver(log);
    const { got, follower } = follow(feed, first);
    log.put(event(2));
    await expect.poll(() => got).toEqual([2]);
    log.hold = async () => {
      throw new Error('not now');
    };
    log.put(event(3));
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    log.hold = async () => {};
    await expect.poll(() => got).toEqual([2, 3]);
    await follower.return();
  });

  test('end with the feed, also while they wait', async () => {
    const log = new MemoryLog<PlatformEvent>();
    const { feed } = feedOver(log);
    const { ended } = follow(feed, null);
    feed.stop();
    await ended;
    await follow(feed, null).ended;
  });
});
