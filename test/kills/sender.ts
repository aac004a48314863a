import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** What the platforms of these tests sign with. */
export const SECRETS = { dynamicPlanner: randomUUID(), plannr: randomUUID() };

/** Whoever waits for an answer sends again after this, in milliseconds. */
const RETRY_MS = 20;
/** Of so many events one is sent again although it was answered: platforms deliver at least once. */
const EVERY_TWICE = 5;

/** Platforms that tell what happens, several strands of events at a time. */
export interface Sender {
  /** Ids of the events that were answered with 2xx, in the order of the answers. */
  readonly accepted: readonly string[];
  /** Answers that a right delivery must not get. */
  readonly strange: readonly number[];
  /** Sends one event until it is accepted. */
  send(id: string): Promise<void>;
  /** Begins to send. */
  start(): void;
  /** Ends when whatever was begun is accepted. */
  stop(): Promise<void>;
}

/** What a strand is called, and how far it is, as its events' ids have it. */
export const idOf = (strand: number, number: number): string => `strand${strand}-${number}`;

interface Delivery {
  readonly path: string;
  readonly body: Buffer;
  readonly headers: Record<string, string>;
}

/**
 * Makes a sender. Each strand sends its events one after the other, the next one when the one before is accepted: so they must stand in
 * the log. Strands take turns with both platforms.
 * @param url where the gateway is now
 * @param perSecond how many events are sent in a second by all strands together, while they are accepted
 */
export function sender(
  url: () => Promise<string>,
  { strands, perSecond }: { strands: number; perSecond: number },
): Sender {
  const accepted: string[] = [];
  const strange: number[] = [];
  let isStopping = false;
  let running: Promise<void>[] = [];

  /** The status of the answer; null where there was none. @throws Error where there is no gateway any more */
  const post = async ({ path, body, headers }: Delivery): Promise<number | null> => {
    const base = await url();
    try {
      const response = await fetch(`${base}/webhooks/${path}`, { method: 'POST', body, headers });
      return response.status;
    } catch {
      return null;
    }
  };

  const send = async (delivery: Delivery): Promise<void> => {
    for (;;) {
      const status = await post(delivery);
      if (status !== null && status >= 200 && status < 300) return;
      // Only that it can't be kept now is a right answer.
      if (status !== null && status !== 503) strange.push(status);
      await pause(RETRY_MS);
    }
  };

  const sendOne = async (strand: number, id: string, isTwice: boolean): Promise<void> => {
    const delivery = strand % 2 === 0 ? ofDynamicPlanner(id) : ofPlannr(id);
    await send(delivery);
    accepted.push(id);
    if (isTwice) await send(delivery);
  };

  const run = async (strand: number): Promise<void> => {
    const everyMs = (1_000 * strands) / perSecond;
    let due = performance.now();
    for (let number = 0; !isStopping; number += 1) {
      await sendOne(strand, idOf(strand, number), number % EVERY_TWICE === 0);
      // What was late is not made up for: a gateway that comes back is not met by a flood.
      due = Math.max(due + everyMs, performance.now());
      await pause(due - performance.now());
    }
  };

  return {
    accepted,
    strange,
    send: (id) => sendOne(0, id, true),
    start() {
      running = Array.from({ length: strands }, (_, strand) => run(strand));
      // Whoever stops it is told.
      for (const strand of running) strand.catch(() => {});
    },
    async stop() {
      isStopping = true;
      await Promise.all(running);
    },
  };
}

function ofDynamicPlanner(id: string): Delivery {
  return delivery(
    'dynamic-planner/5b000000-0000-4000-8000-000000000002',
    'x-hub-signature',
    'sha256=',
    SECRETS.dynamicPlanner,
    {
      id: `event-${id}`,
      topic: 'client.updated',
      occurredAt: new Date().toISOString(),
      resource: { type: 'client', id },
    },
  );
}

function ofPlannr(id: string): Delivery {
  return delivery('plannr', 'x-signature', '', SECRETS.plannr, {
    uuid: `event-${id}`,
    event: 'account.updated',
    occurred_at: new Date().toISOString(),
    data: { uuid: id },
  });
}

function delivery(path: string, header: string, prefix: string, secret: string, event: object): Delivery {
  const body = Buffer.from(JSON.stringify(event));
  const signature = prefix + createHmac('sha256', secret).update(body).digest('hex');
  return { path, body, headers: { 'content-type': 'application/json', [header]: signature } };
}
