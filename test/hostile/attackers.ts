import { type AttackOptions, attack, type Report } from './attack.ts';
import { offer } from './beside.ts';
import type { Authorizations, Range } from './range.ts';

// A process of its own, which lets all others go first: making requests and judging answers takes more time than the gateway does.

let authorizations: Authorizations = {};
let fired = 0;

const attackers = {
  /** Tokens end: they are told anew. */
  authorize(now: Authorizations): void {
    authorizations = now;
  },

  attack(range: Range, options: Omit<AttackOptions, 'onFired'>): Promise<Report> {
    const onFired = (): void => {
      fired += 1;
    };
    return attack(range, () => authorizations, { ...options, onFired });
  },

  /** How many requests were answered, or given up, in all. */
  fired: (): number => fired,
};

export type Attackers = typeof attackers;

offer(attackers);
