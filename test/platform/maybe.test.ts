import { describe, expect, it } from 'vitest';
import { allOf } from '../../src/platform/maybe.ts';
import { remembered } from '../../src/platform/remembered.ts';

describe('values of which some may have to be waited for', () => {
  it('are given at once where all are at hand', () => {
    expect(allOf([1, 2])).toEqual([1, 2]);
    expect(allOf([])).toEqual([]);
  });

  it('are waited for, in order, where one is not', async () => {
    const all = allOf([1, Promise.resolve(2), 3]);
    expect(all).toBeInstanceOf(Promise);
    expect(await all).toEqual([1, 2, 3]);
  });

  it('fail together', async () => {
    await expect(allOf([1, Promise.reject(new Error('gone'))])).rejects.toThrow('gone');
  });
});

describe('work that is remembered', () => {
  it('is done once for each key, also while it is under way, and also where it fails', async () => {
    const asked: string[] = [];
    const read = remembered(
      (id: string, unit: string) => `${id} ${unit}`,
      async (id, unit) => {
        asked.push(`${id} ${unit}`);
        if (id === 'b') throw new Error('gone');
        return id + unit;
      },
    );
    expect(await Promise.all([read('a', 'x'), read('a', 'x'), read('a', 'y')])).toEqual(['ax', 'ax', 'ay']);
    await expect(read('b', 'x')).rejects.toThrow('gone');
    await expect(read('b', 'x')).rejects.toThrow('gone');
    expect(asked).toEqual(['a x', 'a y', 'b x']);
  });
});
