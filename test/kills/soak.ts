import { say } from '../hostile/figures.ts';
import { emptyDatabase } from '../platform/cache/nodes.ts';
import { brokenPromises } from './promises.ts';
import { killAgainAndAgain } from './run.ts';

/** The database of the log in Redis, which the suite's own test has too: they do not run together. */
export const DATABASE = 5;

/**
 * Kills a gateway so many times on each log, and says what came of it.
 * @returns whether every accepted event reached every subscriber once and in order
 */
export async function soakKills(kills: number): Promise<boolean> {
  const database = await emptyDatabase(DATABASE);
  const embedded = await soakLog('the embedded log', kills);
  const inRedis = database === null || (await soakLog('the log in Redis', kills, database.url));
  database?.stop();
  return embedded && inRedis;
}

async function soakLog(name: string, kills: number, redisUrl?: string): Promise<boolean> {
  say(`${kills} times kill -9 under 200 events a second with three subscribers, on ${name}:`);
  const onKill = (kill: number, accepted: number): void => say(`  kill ${kill} behind ${accepted} accepted events`);
  const outcome = await killAgainAndAgain({ kills, redisUrl, onKill });
  const broken = brokenPromises(outcome);
  const got = outcome.received.map(({ length }) => length).join(', ');
  say(`  ${outcome.accepted.length} events were accepted; the subscribers got ${got}.`);
  for (const promise of broken) say(`  Broken: ${promise}`);
  return broken.length === 0;
}
