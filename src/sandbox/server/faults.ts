import type { Random } from '../people/random.ts';
import type { Fault } from './types.ts';

/** How often something that goes wrong on purpose does so. */
export interface Rate {
  times?: number;
  probability?: number;
}

interface Armed<F> {
  readonly fault: F;
  left: number;
}

/** The faults of one server, in the order in which they were added. */
export class Faults<F extends Rate = Fault> {
  readonly #random: Random;
  #armed: Armed<F>[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  add(fault: F): () => void {
    const armed: Armed<F> = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    this.#armed.push(armed);
    return () => {
      this.#armed = this.#armed.filter((other) => other !== armed);
    };
  }

  clear(): void {
    this.#armed = [];
  }

  /** The first fault that concerns what is at hand, counted as used; undefined where none does. */
  take(concerns: (fault: F) => boolean): F | undefined {
    for (const armed of this.#armed) {
      if (armed.left > 0 && concerns(armed.fault) && this.#hits(armed.fault)) {
        armed.left -= 1;
        return armed.fault;
      }
    }
    return undefined;
  }

  #hits(fault: F): boolean {
    return fault.probability === undefined || this.#random.next() < fault.probability;
  }
}

/** Whether a fault is about a request. */
export function concernsRequest(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
  if (fault.path === undefined) return true;
  fault.path.lastIndex = 0;
  return fault.path.test(path);
}
