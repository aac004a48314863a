import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';
import { connect, type Followed, follow, openSubscriptions } from './streams.ts';

const SOCKETS = 50;

const screen = (name: string) => `subscription ${name} ($topics: [String!]) {
  events(topics: $topics) { cursor topic resource { id } client { id displayName emails { address } } }
}`;

describe('subscribers who ask the same', () => {
  let house: House;
  beforeAll(async () => {
    // Nothing is kept between operations: every execution is seen by its calls.
    house = await startHouse({ env: await listening({ CACHE: 'off' }) });
  });
  afterAll(() => house.stop());

  const open = () => openSubscriptions(house.gateway);

  /** Makes one change while these questions are followed, each over a socket of its own. */
  async function told(questions: readonly (readonly [string, Record<string, unknown>])[]) {
    const clients = questions.map(() => connect(house.gateway.url));
    const followed = questions.map(([query, variables], index) =>
      follow(clients[index] as ReturnType<typeof connect>, query, variables),
    );
    await expect.poll(open, { timeout: 30_000 }).toBe(questions.length);
    house.clear();
    const { dynamicPlanner: happened } = house.sandbox.change('client');
    await expect.poll(() => followed.every(({ got }) => got.length > 0), { timeout: 30_000 }).toBe(true);
    const answers = followed.map(({ got }: Followed) => got);
    const calls = house.calls().length;
    for (const client of clients) await client.dispose();
    await expect.poll(open, { timeout: 30_000 }).toBe(0);
    return { happened, answers, calls };
  }

  test('are all told, by one execution: it costs with the questions, not with the sockets', async () => {
    const alone = await told([[screen('One'), {}]]);
    expect(alone.calls).toBeGreaterThan(0);

    const same = await told(Array.from({ length: SOCKETS }, () => [screen('One'), {}] as const));
    expect(same.calls).toBe(alone.calls);
    const [first] = same.answers;
    expect(first?.map(({ data }) => data.events.resource.id)).toEqual(same.happened.map(({ resource }) => resource.id));
    expect(same.answers).toEqual(Array.from({ length: SOCKETS }, () => first));

    const topics = [['client.updated'], ['client.updated', 'client.created']];
    const four = ['One', 'Two'].flatMap((name) => topics.map((wanted) => [screen(name), { topics: wanted }] as const));
    const different = await told(Array.from({ length: SOCKETS }, (_, index) => four[index % 4] ?? ['', {}]));
    expect(different.calls).toBe(4 * alone.calls);
    expect(new Set(different.answers.map((got) => JSON.stringify(got))).size).toBe(1);
  });
});
