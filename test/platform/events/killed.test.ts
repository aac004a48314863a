import { afterAll, describe, expect, test } from 'vitest';
import { all, embedded, inRedis, type Kind } from './logs.ts';
import { write } from './processes.ts';

const ROUNDS = Number(process.env.KILL_ROUNDS ?? 3);

/** Kills a writer at any moment, again and again, and looks whether what it was promised is there. */
const survives = (kind: Kind) => async () => {
  const place = await kind.place();
  const promised = new Map<string, string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const length = round % 2 === 0 ? '20' : '20000';
    const said = await write([place.address, `round-${round}`, length], { killAfterMs: Math.random() * 400 });
    expect(said.code, said.errors + said.lines.at(-1)).toBe(null);
    for (const line of said.lines) {
      const [key, position, again] = line.split(' ') as [string, string, string];
      expect(again).toBe(position);
      promised.set(key, position);
    }
    const log = await place.open();
    const entries = await all(log);
    const positions = entries.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort());
    const at = new Map(entries.map(({ key, position }) => [key, position]));
    expect(at.size).toBe(entries.length);
    for (const [key, position] of promised) expect(at.get(key), key).toBe(position);
    // What each strand wrote one after the other stands so, and of what was not promised any more at most one is there.
    for (const strand of new Set(entries.map(({ key }) => key.replace(/\d+$/, '')))) {
      const numbers = entries
        .filter(({ key }) => key.startsWith(strand))
        .map(({ key }) => Number(key.slice(strand.length)));
      expect(numbers).toEqual(numbers.map((_, i) => i));
      const told = [...promised.keys()].filter((key) => key.startsWith(strand)).length;
      expect(numbers.length - told).toBeLessThanOrEqual(1);
    }
    // The log goes on where it was, and knows what it had.
    const [known] = await log.append([{ key: entries[0]?.key ?? '', value: 0 }]);
    expect(known).toEqual({ position: entries[0]?.position, isNew: false });
    await log.stop();
  }
  expect(promised.size).toBeGreaterThan(0);
};

describe('what was promised before a kill -9 is there after it', async () => {
  const kinds = { embedded: await embedded(), Redis: await inRedis(6) };
  afterAll(async () => {
    for (const kind of Object.values(kinds)) await kind?.stop();
  });
  for (const [name, kind] of Object.entries(kinds)) {
    if (kind === null) test.skip(`${name}: none here`, () => {});
    else test(`${name}, once each, in order`, survives(kind));
  }
});
