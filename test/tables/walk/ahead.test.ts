import { expect, test } from 'vitest';
import { ahead } from '../../../src/tables/walk/ahead.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Numbers, and what happened to their source. */
function numbers(count: number, failsAt = Number.POSITIVE_INFINITY) {
  const seen = { made: 0, ended: false };
  async function* source(): AsyncGenerator<number> {
    try {
      for (let n = 0; n < count; n += 1) {
        await turn();
        if (n === failsAt) throw new Error('broken');
        seen.made += 1;
        yield n;
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, source: source() };
}

test('gives the same, with one more under way and never two', async () => {
  const { seen, source } = numbers(6);
  const given: number[] = [];
  for await (const n of ahead(source)) {
    given.push(n);
    for (let turns = 0; turns < 5; turns += 1) await turn();
    expect(seen.made).toBe(Math.min(6, n + 2));
  }
  expect(given).toEqual([0, 1, 2, 3, 4, 5]);
  expect(seen.ended).toBe(true);
});

test('begins nothing before somebody asks', async () => {
  const { seen, source } = numbers(3);
  const given = ahead(source);
  for (let turns = 0; turns < 5; turns += 1) await turn();
  expect(seen.made).toBe(0);
  await given.return(undefined);
});

test('ends its source when its reader leaves, and makes no more', async () => {
  const { seen, source } = numbers(100);
  for await (const n of ahead(source)) if (n === 2) break;
  for (let turns = 0; turns < 10; turns += 1) await turn();
  expect(seen).toEqual({ made: 4, ended: true });
});

test('fails where its source fails, after all that came before', async () => {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', onRejection);
  const given: number[] = [];
  const read = async () => {
    for await (const n of ahead(numbers(5, 3).source)) {
      given.push(n);
      for (let turns = 0; turns < 5; turns += 1) await turn();
    }
  };
  await expect(read()).rejects.toThrow('broken');
  expect(given).toEqual([0, 1, 2]);
  // A failure that nobody waits for is nobody's.
  for await (const n of ahead(numbers(5, 1).source)) if (n === 0) break;
  for (let turns = 0; turns < 10; turns += 1) await turn();
  process.off('unhandledRejection', onRejection);
  expect(rejections).toEqual([]);
});
