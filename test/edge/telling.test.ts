import { MessageType, stringifyMessage } from 'graphql-ws';
import { expect, test } from 'vitest';
import { type EventSource, Subscription } from '../../src/edge/streams/subscription.ts';
import { nextMessage, Telling } from '../../src/edge/streams/telling.ts';

/** A subscription to so many events, and how many of them were asked for. */
function subscriptionTo(count: number) {
  let asked = 0;
  let hasEnded = false;
  const source: EventSource = {
    position: null,
    next: async () => {
      asked += 1;
      if (hasEnded || asked > count) return { done: true, value: undefined };
      return { done: false, value: { position: `p${asked}` as never, key: `k${asked}`, value: asked } };
    },
    return: async () => {
      hasEnded = true;
      return { done: true, value: undefined };
    },
  };
  const answer = async ({ value }: { value: unknown }) => ({ data: { value } });
  return { asked: () => asked, subscription: new Subscription({ source, answer, onEnd: () => {} }) };
}

test('a message is to the letter what the protocol’s library would send', () => {
  const answers = [
    { data: { name: 'Zoë “Ó” \u2028 \ud800', none: null } },
    { data: null, errors: [{ message: 'No "such"', path: ['a', 0] }], extensions: { stale: {} } },
  ];
  for (const payload of answers)
    for (const id of ['1', 'a "quoted" \\ id\n', '1'])
      expect(nextMessage(id, payload)).toBe(stringifyMessage({ id, type: MessageType.Next, payload } as never));
});

test('the next message is sent only when the one before is out, and events are asked for a few ahead', async () => {
  const { subscription, asked } = subscriptionTo(20);
  const sent: string[] = [];
  let out = (): void => {};
  const telling = new Telling(subscription, 'x', (message) => {
    sent.push(message);
    return new Promise((resolve) => {
      out = resolve;
    });
  });
  const ended = telling.next();
  for (let count = 1; count <= 20; count += 1) {
    await expect.poll(() => sent.length).toBe(count);
    // Eight ahead of the one that is on its way.
    expect(asked()).toBeLessThanOrEqual(count + 8);
    out();
  }
  expect(await ended).toEqual({ done: true, value: undefined });
  expect(sent.map((message) => JSON.parse(message).payload.data.value)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});

test('what is ended by its reader sends nothing more', async () => {
  const { subscription } = subscriptionTo(3);
  const sent: string[] = [];
  const telling = new Telling(subscription, 'x', async (message) => {
    sent.push(message);
    await telling.return();
  });
  expect(await telling.next()).toEqual({ done: true, value: undefined });
  expect(sent).toHaveLength(1);
});
