import type { AttackOptions, Report } from './attack.ts';
import type { Attackers } from './attackers.ts';
import { startBeside } from './beside.ts';
import type { Callers } from './caller.ts';
import type { Field } from './field.ts';
import type { Served } from './good-caller.ts';

/** Those who ask: attackers and the good caller, each in a process of its own. */
export interface Crew {
  attack(options: Omit<AttackOptions, 'onFired'>): Promise<Report>;
  /** How many requests are done, in all. */
  fired(): Promise<number>;
  /** How the good caller was served since this was last asked. */
  served(): Promise<Served>;
  stop(): Promise<void>;
}

/** Tokens last five minutes. */
const RENEW_MS = 60_000;

/** Starts them; the good caller begins to ask at once. */
export async function startCrew(field: Field): Promise<Crew> {
  const attackers = startBeside<Attackers>('attackers.ts', { yields: true });
  const caller = startBeside<Callers>('caller.ts');
  const authorize = async (): Promise<void> => {
    const now = await field.authorizations();
    await Promise.all([attackers.call('authorize', now), caller.call('authorize', now)]);
  };
  await authorize();
  await caller.call('start', field.range.ports.jwt);
  const renewing = setInterval(() => void authorize(), RENEW_MS);
  return {
    attack: (options) => attackers.call('attack', field.range, options),
    fired: () => attackers.call('fired'),
    served: () => caller.call('take'),
    async stop() {
      clearInterval(renewing);
      await Promise.all([attackers.stop(), caller.stop()]);
    },
  };
}
