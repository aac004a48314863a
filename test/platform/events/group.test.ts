import { expect, test } from 'vitest';
import { Group } from '../../../src/platform/events/group.ts';
import { settle } from '../helpers.ts';

const full = () => new Error('full');

/** A group whose work ends when it is told to. */
function held() {
  const done: {
    items: readonly number[];
    resolve: (results: readonly number[]) => void;
    reject: (e: Error) => void;
  }[] = [];
  const group = new Group<number, number>(
    (items) => new Promise((resolve, reject) => void done.push({ items, resolve, reject })),
    full,
  );
  return { group, done };
}

test('what comes while one group is done is done together, each with its own result', async () => {
  const { group, done } = held();
  const results = [1, 2, 3].map((item) => group.add(item));
  expect(done.map(({ items }) => items)).toEqual([[1]]);
  done[0]?.resolve([10]);
  await settle();
  expect(done[1]?.items).toEqual([2, 3]);
  const idle = group.idle();
  done[1]?.resolve([20, 30]);
  expect(await Promise.all(results)).toEqual([10, 20, 30]);
  await idle;
  void group.add(4);
  expect(done[2]?.items).toEqual([4]);
});

test('a group that fails fails for all in it, and the next one is done', async () => {
  const { group, done } = held();
  const results = [1, 2].map((item) => group.add(item));
  done[0]?.reject(new Error('disk'));
  await expect(results[0]).rejects.toThrow('disk');
  await settle();
  done[1]?.resolve([20]);
  expect(await results[1]).toBe(20);
});

test('who comes while too many wait is refused', async () => {
  const { group } = held();
  for (let item = 0; item < 20_001; item += 1) void group.add(item);
  await expect(group.add(0)).rejects.toThrow('full');
});
