import type { SandboxData } from '../data.ts';
import { dpLetters, dpRecipient } from '../dynamic-planner/letters.ts';
import { randomFor } from '../people/random.ts';
import { plannrLetters, plannrRecipient } from '../plannr/letters.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';

/** From now on everything that a platform tells is delivered to its subscribers. */
export function openOutboxes(
  data: SandboxData,
  policy: OutboxOptions['policy'],
  seed: number,
): { dynamicPlanner: Outbox; plannr: Outbox } {
  const dynamicPlanner = new Outbox({
    policy,
    random: randomFor(seed, 'deliveryFaults', 1),
    recipientOf: (id) => dpRecipient(data.dynamicPlanner, id),
  });
  const plannr = new Outbox({
    policy,
    random: randomFor(seed, 'deliveryFaults', 2),
    recipientOf: (id) => plannrRecipient(data.plannr, id),
  });
  data.told.dynamicPlanner.add((event) => {
    for (const letter of dpLetters(data.dynamicPlanner, event)) dynamicPlanner.send(letter);
  });
  data.told.plannr.add((event) => {
    for (const letter of plannrLetters(data.plannr, event)) plannr.send(letter);
  });
  return { dynamicPlanner, plannr };
}
