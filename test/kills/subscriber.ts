import { setTimeout as pause } from 'node:timers/promises';
import { connect, type Followed, follow } from '../e2e/streams.ts';

/** One event as a subscriber got it. */
export interface Got {
  readonly id: string;
  readonly cursor: string;
}

/** One who follows the events over WebSocket, and comes back behind the last one that arrived whenever the connection ends. */
export interface Subscriber {
  /** What has come so far, over all connections. */
  got(): readonly Got[];
  /** What a subscriber must not be told: errors, and ends that are none of a connection. */
  readonly strange: readonly string[];
  stop(): Promise<void>;
}

/** What it takes to subscribe. */
export interface SubscriberOptions {
  readonly url: () => Promise<string>;
  /** A new credential for each connection. */
  readonly authorization: () => Promise<string>;
  /** What is selected of `events`, besides cursor and id; and its arguments besides `after`. */
  readonly fields?: string;
  readonly filter?: string;
  /** Where it begins. */
  readonly after: string;
}

/** It comes back after this, in milliseconds. */
const RETRY_MS = 20;
/** Ends of a connection that a subscriber lives with: it broke, or was too slow for what arrives. */
const LOST = 1006;
const SLOW = 4408;

export function subscribe({ url, authorization, fields = '', filter = '', after }: SubscriberOptions): Subscriber {
  const query = `subscription ($after: String) { events(after: $after ${filter}) { cursor resource { id } ${fields} } }`;
  const past: Got[] = [];
  const strange: string[] = [];
  let current: Followed | undefined;
  let isStopped = false;

  const gotNow = (): Got[] =>
    (current?.got ?? []).flatMap(({ data }) =>
      data?.events == null ? [] : [{ id: data.events.resource.id, cursor: data.events.cursor }],
    );

  const followOnce = async (): Promise<void> => {
    const client = connect(await url(), { authorization: await authorization() });
    current = follow(client, query, { after: past.at(-1)?.cursor ?? after });
    if (isStopped) current.stop();
    const end = await current.ended;
    strange.push(...current.got.flatMap(({ errors = [] }) => errors.map(({ message }) => message)));
    if (!isStopped && !isLost(end)) strange.push(`it ended with ${said(end)}`);
    past.push(...gotNow());
    current = undefined;
    await client.dispose();
  };

  const running = (async () => {
    while (!isStopped) {
      await followOnce();
      if (!isStopped) await pause(RETRY_MS);
    }
  })();

  // Whoever stops it is told.
  running.catch(() => {});
  return {
    got: () => [...past, ...gotNow()],
    strange,
    async stop() {
      isStopped = true;
      current?.stop();
      await running;
    },
  };
}

/** Whether a connection broke, was ended because it was slow, or was never made. */
function isLost(end: unknown): boolean {
  if (typeof end !== 'object' || end === null) return false;
  const { code, error } = end as { code?: unknown; error?: { code?: unknown } };
  return code === LOST || code === SLOW || error?.code === 'ECONNREFUSED' || error?.code === 'ECONNRESET';
}

function said(end: unknown): string {
  const { code, reason, message } = (end ?? {}) as { code?: unknown; reason?: unknown; message?: unknown };
  return end === undefined ? 'nothing' : JSON.stringify(Array.isArray(end) ? end : { code, reason, message });
}
