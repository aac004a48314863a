import type { Breakers } from './breakers.ts';
import type { Wrapper } from './send.ts';

/** Leaves an API domain alone for a while after many failures: its calls then fail at once, and it is not burdened further. */
export function withBreaker(breakers: Breakers): Wrapper {
  return (next) => (call) => breakers.of(call.domain).run(call, () => next(call));
}
