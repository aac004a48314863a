import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { Pool } from 'undici';
import { WebSocket } from 'ws';
import type { DpEvent } from '../../src/sandbox/index.ts';
import { offer } from '../hostile/beside.ts';
import { quantile } from '../hostile/figures.ts';
import { signedLetter } from './letters.ts';

/** Sockets that are opened at once. */
const TOGETHER = 100;
/** Longest wait for what must come, in milliseconds. */
const PATIENCE_MS = 120_000;
const LOOK_MS = 20;
/** More than are under way at once: what is late keeps nobody back. */
const POSTERS = 64;

/** How one event reached everyone. Milliseconds since it was posted. */
export interface Reach {
  /** Its 2xx. */
  readonly answered: number;
  readonly first: number;
  readonly last: number;
  /** Of one message. */
  readonly bytes: number;
}

/** How many events were answered, in milliseconds from when each was sent. */
export interface Answered {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** Answers that are not 2xx. */
  readonly failures: number;
  readonly perSecond: number;
  /** From the last answer until the last subscriber had the last event; null without subscribers. */
  readonly lagMs: number | null;
}

interface Listener {
  readonly socket: WebSocket;
  readonly question: number;
  got: number;
  last: Buffer;
}

let listeners: Listener[] = [];
let pool: Pool | undefined;
let arrived = 0;
let firstAt = 0;
let lastAt = 0;

const crowd = {
  /** Connects so many, each with one subscription; the questions go round. Ends when all are followed. */
  async connect(url: string, count: number, questions: readonly string[]): Promise<void> {
    pool = new Pool(new URL(url).origin, { connections: POSTERS });
    for (let from = 0; from < count; from += TOGETHER) {
      const some = Array.from({ length: Math.min(TOGETHER, count - from) }, (_, index) => from + index);
      listeners.push(...(await Promise.all(some.map((index) => listen(url, questions, index % questions.length)))));
    }
    await until(async () => (await open(url)) === count, 'not all subscriptions were opened');
  },

  async leave(url: string): Promise<void> {
    for (const { socket } of listeners) socket.terminate();
    listeners = [];
    await until(async () => (await open(url)) === 0, 'not all subscriptions were ended');
  },

  /** Posts one event. @throws where anyone got another answer than the others who ask the same, or none of use */
  async deliver(url: string, event: DpEvent): Promise<Reach> {
    begin();
    const postedAt = performance.now();
    const status = await post(url, event);
    const answered = performance.now() - postedAt;
    if (status !== 204) throw new Error(`the event was answered ${status}`);
    await until(() => arrived >= listeners.length, 'not all have got the event');
    const bytes = check(event);
    return { answered, first: firstAt - postedAt, last: lastAt - postedAt, bytes };
  },

  /** Posts events so many a second, whether those before were answered or not. */
  async deliverMany(url: string, events: readonly DpEvent[], perSecond: number): Promise<Answered> {
    pool ??= new Pool(new URL(url).origin, { connections: POSTERS });
    begin();
    const times: number[] = [];
    let failures = 0;
    const startedAt = performance.now();
    const posts: Promise<void>[] = [];
    for (const [index, event] of events.entries()) {
      const early = startedAt + (1_000 * index) / perSecond - performance.now();
      if (early > 0) await after(early);
      const sentAt = performance.now();
      posts.push(
        post(url, event).then((status) => {
          times.push(performance.now() - sentAt);
          if (status !== 204) failures += 1;
        }),
      );
    }
    await Promise.all(posts);
    const answeredAt = performance.now();
    await until(() => arrived >= listeners.length * events.length, 'not all have got the events');
    return {
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      most: quantile(times, 1),
      failures,
      perSecond: events.length / ((answeredAt - startedAt) / 1_000),
      lagMs: listeners.length === 0 ? null : Math.max(0, lastAt - answeredAt),
    };
  },
};

/** Subscribers and whoever posts events, in a process of their own: one clock for what is sent and what arrives. */
export type Crowd = typeof crowd;

async function listen(url: string, questions: readonly string[], question: number): Promise<Listener> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', { perMessageDeflate: false });
  const listener: Listener = { socket, question, got: 0, last: Buffer.alloc(0) };
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  socket.on('message', (data: Buffer) => {
    lastAt = performance.now();
    if (arrived === 0) firstAt = lastAt;
    arrived += 1;
    listener.got += 1;
    listener.last = data;
  });
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: questions[question] } }));
  return listener;
}

async function post(url: string, event: DpEvent): Promise<number> {
  const { path, headers, body } = signedLetter(event);
  const answer = await pool?.request({ origin: new URL(url).origin, path, method: 'POST', headers, body });
  await answer?.body.dump();
  return answer?.statusCode ?? 0;
}

function begin(): void {
  arrived = 0;
  for (const listener of listeners) listener.got = 0;
}

/** @returns bytes of a message */
function check({ resource }: DpEvent): number {
  const first = new Map<number, Buffer>();
  for (const { question, got, last } of listeners) {
    if (got !== 1) throw new Error(`someone was told of one event ${got} times`);
    const other = first.get(question);
    if (other !== undefined && !other.equals(last)) throw new Error('two who ask the same were told different things');
    first.set(question, last);
  }
  for (const message of first.values()) {
    const { type, payload } = JSON.parse(String(message));
    if (type !== 'next' || payload.errors !== undefined || payload.data.events.resource.id !== resource.id)
      throw new Error(`no answer: ${message}`);
  }
  return first.get(0)?.length ?? 0;
}

/** How many subscriptions are open, by the gateway's own figures. */
async function open(url: string): Promise<number> {
  const answer = await fetch(new URL('/metrics', url));
  return Number(/^wealthgraph_subscriptions (\d+)$/m.exec(await answer.text())?.[1]);
}

async function until(isSo: () => boolean | Promise<boolean>, otherwise: string): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !(await isSo()); await after(LOOK_MS))
    if (performance.now() > end) throw new Error(`${otherwise}: ${arrived} messages to ${listeners.length} sockets`);
}

offer(crowd);
