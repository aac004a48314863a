import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase } from '../cache-book.ts';
import { type House, startHouse } from '../harness.ts';
import { CREATE, least, planId, sent, UPDATE } from './field.ts';

const database = await emptyDatabase(3);

describe.runIf(database !== null)('two gateways that share a Redis', () => {
  let one: House;
  let other: House;
  beforeAll(async () => {
    const env = { REDIS_URL: database?.url ?? '', CACHE: 'on' };
    one = await startHouse({ sandbox: { clients: 20 }, env });
    other = await startHouse({ beside: one, env });
  });
  afterAll(async () => {
    await other.stop();
    await one.stop();
    database?.stop();
  });

  test('send one POST for one key, whichever of them is asked', async () => {
    const input = least(one);
    one.sandbox.plannr.setLatency(50);
    one.clear();
    const replies = await Promise.all([one, other, one, other].map((house) => house.ask(CREATE, { input })));
    one.sandbox.plannr.setLatency(0);
    expect(sent(one)).toHaveLength(1);
    for (const reply of replies) {
      expect(reply.errors).toBeUndefined();
      expect(reply.data).toEqual(replies[0]?.data);
    }
  });

  test('read what the other has written', async () => {
    const made = await one.ask(CREATE, { input: least(one) });
    const id = planId('p', made.data.planCreate.changes[0].id);
    const name = async (house: House) =>
      (await house.ask('query ($id: ID!) { plan(id: $id) { name } }', { id })).data.plan.name;
    for (const [writer, reader] of [
      [one, other],
      [other, one],
    ] as const) {
      const before = await name(reader);
      const after = `${before}, changed`;
      await writer.ask(UPDATE, { input: { id, name: after } });
      expect(await name(reader)).toBe(after);
    }
  });
});
