import { setTimeout as pause } from 'node:timers/promises';
import { attack, fireSeed } from './attack.ts';
import type { Field } from './field.ts';
import { ms, quantile, say } from './figures.ts';

/** What one request took of the gateway. */
interface Cost {
  readonly seed: number;
  readonly took: number;
  readonly late: number;
}

const RENEW_EVERY = 500;
/** The engine compiles what runs often. */
const WARM_UP = 1_500;
/** Until what holds the loop has been seen. */
const SETTLE_MS = 10;
const DEAREST = 15;

/**
 * Fires requests one by one and tells what each kind of them takes of the gateways: how long their thread runs for it in all, and how late
 * the event loop gets, for which everyone else waits. @returns whether there was anything to tell
 */
export async function costs(field: Field, requests: number, seed: number): Promise<boolean> {
  const found = new Map<string, Cost[]>();
  let authorizations = await field.authorizations();
  await attack(field.range, () => authorizations, { requests: WARM_UP, seed: seed + requests, parallel: 8 });
  for (let fired = 0; fired < requests; fired += 1) {
    if (fired % RENEW_EVERY === 0) authorizations = await field.authorizations();
    await field.vitals();
    const { kind } = await fireSeed(field.range, authorizations, seed + fired);
    await pause(SETTLE_MS);
    const { thread, late } = await field.vitals();
    found.set(kind.name, [...(found.get(kind.name) ?? []), { seed: seed + fired, took: thread.ran, late: late.most }]);
  }
  const sum = (list: readonly Cost[]): number => list.reduce((all, { took }) => all + took, 0);
  say(
    'How long the thread ran for a request of each kind: on average, p99 and most; and how late the loop was at most.',
  );
  for (const [kind, list] of [...found].sort(([, a], [, b]) => sum(b) - sum(a))) {
    const took = list.map((one) => one.took);
    const cells = [
      sum(list) / list.length,
      quantile(took, 0.99),
      Math.max(...took),
      Math.max(...list.map((one) => one.late)),
    ];
    say(
      `  ${kind.padEnd(36)} ${String(list.length).padStart(5)} x ${cells.map((cell) => ms(cell).padStart(10)).join('')}`,
    );
  }
  const all = [...found].flatMap(([kind, list]) => list.map((one) => ({ kind, ...one })));
  say('The dearest:');
  for (const { kind, seed: made, took, late } of all.toSorted((a, b) => b.took - a.took).slice(0, DEAREST))
    say(`  seed ${made}, ${kind}: ${ms(took)}, the loop ${ms(late)} late`);
  return all.length > 0;
}
