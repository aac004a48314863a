import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/index.ts';
import { startIssuer, topUnitOf } from '../e2e/tokens.ts';
import { startMortal } from './gateway.ts';
import type { Outcome } from './promises.ts';
import { SECRETS, sender } from './sender.ts';
import { type Subscriber, subscribe } from './subscriber.ts';

/** How often a gateway is killed, and on which log. */
export interface KillOptions {
  readonly kills: number;
  /** Of an empty database; the embedded log where there is none. */
  readonly redisUrl?: string | undefined;
  /** Told of each kill, and how many events were accepted until then. */
  readonly onKill?: (kill: number, accepted: number) => void;
}

const PER_SECOND = 200;
const STRANDS = 8;
/** So many events are accepted between two kills, by chance; so it depends on no clock. */
const LEAST_BETWEEN = 20;
const MOST_BETWEEN = 200;
/** A kill comes up to so many milliseconds after the last of them: in the middle of whatever is done for the next. */
const JITTER_MS = 25;
/** Against what never comes, in milliseconds. */
const PATIENCE_MS = 120_000;
const LOOK_MS = 5;

/** Subscribers that share nothing: each asks as someone else and for something else. */
const QUESTIONS = [
  {},
  { fields: 'topic system', filter: ', topics: ["client.updated", "account.updated"]' },
  { fields: 'occurredAt', filter: ', systems: [DYNAMIC_PLANNER, PLANNR]' },
];

/**
 * Kills a gateway with SIGKILL at any moment, again and again, under 200 events a second, while three subscribers follow them over WebSocket
 * and come back by the cursor of the last event that they got.
 * @throws Error where the gateway does not start, or accepts nothing any more
 */
export async function killAgainAndAgain({ kills, redisUrl, onKill = () => {} }: KillOptions): Promise<Outcome> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wealthgraph-kills-'));
  const [sandbox, issuer] = [await startSandbox({ clients: 20 }), await startIssuer()];
  const top = topUnitOf(sandbox);
  const authorizationOf = async (sub: string): Promise<string> =>
    `Bearer ${await issuer.sign({ sub, organisationUnitIds: [top], scope: 'events:read' })}`;
  const gateway = startMortal({
    ...sandbox.settings,
    ...issuer.env,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    DP_WEBHOOK_SECRET: SECRETS.dynamicPlanner,
    PLANNR_WEBHOOK_SECRET: SECRETS.plannr,
    COST_PER_MINUTE: '1000000000',
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl, REDIS_TIMEOUT_MS: '10000' }),
  });
  const events = sender(gateway.url, { strands: STRANDS, perSecond: PER_SECOND });
  const subscribers: Subscriber[] = [];
  try {
    await events.send('begin');
    const after = await lastCursor(await gateway.url(), await authorizationOf('reader'));
    for (const [index, question] of QUESTIONS.entries())
      subscribers.push(
        subscribe({
          url: gateway.url,
          authorization: () => authorizationOf(`subscriber ${index}`),
          after,
          ...question,
        }),
      );
    events.start();
    for (let kill = 1; kill <= kills; kill += 1) {
      const had = events.accepted.length;
      const between = LEAST_BETWEEN + Math.floor(Math.random() * (MOST_BETWEEN - LEAST_BETWEEN));
      if (!(await until(() => events.accepted.length >= had + between)))
        throw new Error(`only ${events.accepted.length - had} events were accepted since it was started`);
      await pause(Math.random() * JITTER_MS);
      onKill(kill, events.accepted.length);
      await gateway.killAndStart();
    }
    await events.stop();
    await events.send('end');
    // Whatever is in order has come when the last one has; what has not come then never does.
    await until(() => subscribers.every((subscriber) => subscriber.got().at(-1)?.id === 'end'));
    return {
      accepted: events.accepted.filter((id) => id !== 'begin'),
      received: subscribers.map((subscriber) => subscriber.got()),
      strange: [
        ...events.strange.map((status) => `a delivery was answered with ${status}`),
        ...subscribers.flatMap(({ strange }) => strange),
      ],
    };
  } finally {
    // What failed here failed there before.
    await Promise.allSettled([gateway.stop(), ...subscribers.map((subscriber) => subscriber.stop())]);
    await sandbox.stop();
    issuer.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** @returns false where it does not come true for far too long */
async function until(isTrue: () => boolean): Promise<boolean> {
  for (const deadline = Date.now() + PATIENCE_MS; !isTrue(); await pause(LOOK_MS))
    if (Date.now() > deadline) return false;
  return true;
}

/** The cursor of the newest event of the log. */
async function lastCursor(url: string, authorization: string): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: '{ events(first: 200) { pageInfo { endCursor } } }' }),
  });
  const { data } = (await response.json()) as { data: { events: { pageInfo: { endCursor: string } } } };
  return data.events.pageInfo.endCursor;
}
