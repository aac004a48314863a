import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { batched, chunked, groupBy } from '../../src/platform/batch.ts';
import { SANDBOX_CALLER } from '../../src/platform/caller.ts';
import type { Operation } from '../../src/platform/operation.ts';
import { Waves } from '../../src/platform/waves.ts';
import { callScope, settle } from './helpers.ts';

/** Work that ends when it is told to. */
function gate<T>() {
  let open: (value: T) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

const operationOf = (waves: Waves): Operation => ({
  ...callScope(),
  waves,
  caller: SANDBOX_CALLER,
  selection: { has: () => false },
});

describe('waves', () => {
  it('lets work that is asked for in one go leave together, at once', async () => {
    const waves = new Waves();
    const left: string[] = [];
    waves.schedule(() => left.push('a'));
    waves.schedule(() => left.push('b'));
    expect(left).toEqual([]);
    await settle();
    expect(left).toEqual(['a', 'b']);
  });

  it('holds work back while calls are under way, and lets it leave together behind the last', async () => {
    const waves = new Waves();
    const [quick, slow] = [gate<void>(), gate<void>()];
    const left: string[] = [];
    void waves.track(quick.promise).then(() => waves.schedule(() => left.push('after quick')));
    void waves.track(slow.promise).then(() => waves.schedule(() => left.push('after slow')));
    quick.open();
    await settle();
    expect(left).toEqual([]);
    slow.open();
    await settle();
    expect(left).toEqual(['after quick', 'after slow']);
  });

  it('lets a failed call hold nothing up, and gives its failure on', async () => {
    const waves = new Waves();
    const broken = gate<void>();
    const tracked = waves.track(broken.promise);
    const left: string[] = [];
    waves.schedule(() => left.push('next'));
    broken.fail(new TypeError('broken'));
    await expect(tracked).rejects.toThrow('broken');
    await settle();
    expect(left).toEqual(['next']);
  });

  it('counts work that it runs as under way, and gives its result', async () => {
    const waves = new Waves();
    const work = gate<string>();
    const result = waves.run(() => work.promise);
    await settle();
    let left = false;
    waves.schedule(() => {
      left = true;
    });
    await settle();
    expect(left).toBe(false);
    work.open('done');
    expect(await result).toBe('done');
    await settle();
    expect(left).toBe(true);
  });
});

describe('patience', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ends after a second: ready work leaves without the straggler, and so does the next', async () => {
    const waves = new Waves();
    void waves.track(new Promise(() => {}));
    const left: string[] = [];
    waves.schedule(() => left.push('first'));
    await vi.advanceTimersByTimeAsync(900);
    waves.schedule(() => left.push('second'));
    expect(left).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(left).toEqual(['first', 'second']);
    waves.schedule(() => left.push('third'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(left).toEqual(['first', 'second', 'third']);
  });

  it('ends after a second also where the straggler began just behind what was asked for', async () => {
    const waves = new Waves();
    const left: string[] = [];
    waves.schedule(() => left.push('first'));
    void waves.track(new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(left).toEqual(['first']);
  });
});

describe('batches of one resource', () => {
  it('that become ready at different times within one wave are one call', async () => {
    const waves = new Waves();
    const asked: string[][] = [];
    const people = batched<string, null>(
      operationOf(waves),
      async (ids) => {
        asked.push([...ids]);
        return new Map(ids.map((id) => [id, `person ${id}`]));
      },
      () => null,
    );
    const [relationships, plans] = [gate<string>(), gate<string>()];
    const first = waves.track(relationships.promise).then((id) => people.load(id));
    const second = waves.track(plans.promise).then((id) => people.load(id));
    relationships.open('a');
    await settle();
    await settle();
    plans.open('b');
    expect(await Promise.all([first, second])).toEqual(['person a', 'person b']);
    expect(asked).toEqual([['a', 'b']]);
  });

  it('answer by id, whatever the order, and ask for each id once', async () => {
    const asked: string[][] = [];
    const loader = batched<string, string>(
      operationOf(new Waves()),
      async (ids) => {
        asked.push([...ids]);
        return new Map<string, string | Error>([
          ['c', 'C'],
          ['a', 'A'],
          ['bad', new TypeError('bad one')],
        ]);
      },
      (id) => `no ${id}`,
    );
    const wanted = ['a', 'b', 'c', 'a'].map((id) => loader.load(id));
    const bad = expect(loader.load('bad')).rejects.toThrow('bad one');
    expect(await Promise.all(wanted)).toEqual(['A', 'no b', 'C', 'A']);
    await bad;
    expect(asked).toEqual([['a', 'b', 'c', 'bad']]);
  });

  it('fail as one where the call fails', async () => {
    const loader = batched(
      operationOf(new Waves()),
      () => Promise.reject(new TypeError('down')),
      () => null,
    );
    const results = await Promise.allSettled([loader.load('a'), loader.load('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('groups and chunks', () => {
  it('attach an item to each wanted id that it belongs to, once', () => {
    const items = [
      { name: 'joint', owners: ['a', 'b', 'a'] },
      { name: 'other', owners: ['x', 'constructor'] },
    ];
    const groups = groupBy(['a', 'b', 'c'], items, ({ owners }) => owners);
    expect([...groups].map(([id, list]) => [id, list.map(({ name }) => name)])).toEqual([
      ['a', ['joint']],
      ['b', ['joint']],
      ['c', []],
    ]);
  });

  it('hold at most so many ids and so many characters, and every id once in order', () => {
    const ids = Array.from({ length: 250 }, (_, index) => `id-${index}`);
    expect(chunked(ids, 100).map(({ length }) => length)).toEqual([100, 100, 50]);
    const short = chunked(ids, 100, 50);
    expect(short.flat()).toEqual(ids);
    expect(Math.max(...short.map((chunk) => chunk.map(encodeURIComponent).join(',').length))).toBeLessThanOrEqual(50);
    expect(chunked(['a'.repeat(80)], 100, 50)).toHaveLength(1);
    expect(chunked([], 100)).toEqual([]);
  });
});
