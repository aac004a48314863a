import { describe, expect, test } from 'vitest';
import { checkDescriptors } from './descriptors.ts';
import { type Figures, ratio, spreadOf } from './figures.ts';
import { readOptions } from './options.ts';
import { compare } from './same.ts';
import { wavesOf } from './waves.ts';

// What the bench reckons with; that it runs is seen by running it.

const figures = (cpuMs: number): Figures => ({
  ...{
    operations: 1,
    failures: 0,
    perSecond: 1,
    p50: 1,
    p99: 1,
    rss: 1,
    bytes: 1,
    calls: 1,
    waves: null,
    wavesMs: null,
  },
  cpuMs,
});

test('a spread has the median, and the least and the most', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
  expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5);
});

test('a ratio is worked out round by round', () => {
  const [one, other] = [[1, 10, 2].map(figures), [2, 20, 8].map(figures)];
  expect(ratio(one, other, 'cpuMs')).toEqual({ median: 0.5, least: 0.25, most: 0.5 });
});

describe('waves', () => {
  const spans = (...list: [number, number][]) => list.map(([startedAt, endedAt]) => ({ startedAt, endedAt }));

  test('are counted by calls that wait for others', () => {
    expect(wavesOf(spans([30, 50], [0, 20], [1, 25]))).toEqual({ count: 2, sumMs: 45 });
  });

  test('that overlap do not count the same time twice', () => {
    expect(wavesOf(spans([0, 20], [0, 40], [21, 41]))).toEqual({ count: 2, sumMs: 41 });
  });
});

test('answers are compared by value, without ids', () => {
  const answer = (nodes: unknown[]) => JSON.stringify({ data: { nodes } });
  expect(compare(answer([{ id: 'a', name: 'x' }]), answer([{ id: 'b', name: 'x' }])).differing).toEqual([]);
  expect(compare(answer([{ name: 'x' }]), answer([{ name: 'y' }, {}])).differing).toEqual([
    'data.nodes.0.name',
    'data.nodes.length',
  ]);
});

test('options that make no sense are refused by name', () => {
  expect(readOptions({}, ['--profile'])).toMatchObject({ rounds: 5, profile: { subject: 'cold', query: 'book50' } });
  expect(() => readOptions({ BENCH_ROUNDS: 'many' }, [])).toThrow('BENCH_ROUNDS');
});

test('more sockets than files may be open are refused, with what to do', () => {
  expect(() => checkDescriptors(1)).not.toThrow();
  expect(() => checkDescriptors(5_000, '1024')).toThrow('5500 open files in a process, and at most 1024');
  expect(() => checkDescriptors(5_000, 'unlimited')).not.toThrow();
});
