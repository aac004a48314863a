import { setTimeout as pause } from 'node:timers/promises';
import { fireSeed } from './attack.ts';
import type { Field } from './field.ts';
import { ms, say } from './figures.ts';

/** Makes the request of a seed again, and shows it with what came. @returns whether all was well */
export async function replay(field: Field, seed: number): Promise<boolean> {
  const start = performance.now();
  await field.vitals();
  const { kind, shot, outcome, breach } = await fireSeed(field.range, await field.authorizations(), seed);
  const took = performance.now() - start;
  const { thread, late } = await field.vitals();
  const sent = Buffer.concat(shot.pieces.map((piece) => Buffer.from(piece)));
  say(`${kind.name}, ${sent.length} bytes:\n${sent.subarray(0, 4_000).toString()}\n`);
  for (const { status, headers, body } of outcome.answers) {
    say(`${status} ${JSON.stringify(Object.fromEntries(headers))}\n${body.subarray(0, 4_000).toString()}\n`);
  }
  await pause(100);
  const strange = await field.strange();
  say(
    `${outcome.end} after ${ms(took)}; the gateways' thread ran for ${ms(thread.ran)}, and its loop was late by ${ms(late.most)}`,
  );
  say(`The gateways' log:\n${field.log()}`);
  for (const fault of [...(breach?.faults ?? []), ...strange]) say(`Broken: ${fault}`);
  return breach === null && strange.length === 0;
}
