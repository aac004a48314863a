import { afterAll, describe, expect, test } from 'vitest';
import { emptyDatabase } from '../platform/cache/nodes.ts';
import { brokenPromises } from './promises.ts';
import { killAgainAndAgain } from './run.ts';
import { DATABASE } from './soak.ts';

// `npm run soak -- kills` kills 20 times on each log.

const KILLS = Number(process.env.KILLS ?? 2);
const database = await emptyDatabase(DATABASE);
afterAll(() => database?.stop());

describe('what was answered with 2xx before a kill -9 reaches every subscriber once, and in order', () => {
  const survives = async (redisUrl?: string): Promise<void> => {
    const outcome = await killAgainAndAgain({ kills: KILLS, redisUrl });
    expect(brokenPromises(outcome)).toEqual([]);
    expect(outcome.received).toHaveLength(3);
    expect(outcome.accepted.length).toBeGreaterThan(20 * KILLS);
  };

  test('on the embedded log', () => survives(), 600_000);
  test.skipIf(database === null)('on the log in Redis', () => survives(database?.url), 600_000);
});

describe('the check bites', () => {
  const got = (...ids: string[]) => ids.map((id) => ({ id, cursor: `cursor of ${id}` }));
  const all = got('a-0', 'b-0', 'a-1', 'end');
  const accepted = all.map(({ id }) => id);
  const broken = (...others: (typeof all)[]) => brokenPromises({ accepted, received: [all, ...others], strange: [] });

  test.each([
    ['nothing where all is well', all, []],
    ['what was lost', got('a-0', 'a-1', 'end'), [/never got 1: b-0$/, /another order/]],
    [
      'what came twice',
      got('a-0', 'b-0', 'b-0', 'a-1', 'end'),
      [/more than once 1: b-0$/, /out of order/, /another order/],
    ],
    ['what came too soon', got('a-1', 'b-0', 'a-0', 'end'), [/out of order 2: a-1, a-0$/, /another order/]],
    ['another order', got('b-0', 'a-0', 'a-1', 'end'), [/another order/]],
    ['a cursor of two events', all.map(({ id }) => ({ id, cursor: 'x' })), [/a cursor twice/, /another order/]],
  ])('on %s', (_name, received, expected) => {
    expect(broken(received)).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });

  test('on what nobody should have been told', () => {
    expect(brokenPromises({ accepted: [], received: [], strange: ['a', 'a'] })).toEqual(['a']);
  });
});
