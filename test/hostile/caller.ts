import { offer } from './beside.ts';
import { type GoodCaller, type Served, startGoodCaller } from './good-caller.ts';
import { type Authorizations, GOOD_CALLER, headerValue } from './range.ts';

// A process of its own: the good caller, who has no part in the attack.

let authorizations: Authorizations = {};
let caller: GoodCaller | undefined;

const callers = {
  /** Tokens end: they are told anew. */
  authorize(now: Authorizations): void {
    authorizations = now;
  },

  async start(port: number): Promise<void> {
    caller = await startGoodCaller(port, () => headerValue(authorizations[GOOD_CALLER]));
  },

  /** How it was served since this was last asked. */
  take: (): Served => caller?.take() ?? { times: [], failures: [] },
};

export type Callers = typeof callers;

offer(callers);
