import type { Random } from '../people/random.ts';

const REACH = 0.15;

/** Amounts that move by one or two percent at a time, and stay within 15% of where they were first seen. */
export class Walk {
  readonly #origins = new Map<string, number>();

  /** The amount after this one, in pennies; never the same. */
  next(id: string, pence: number, random: Random): number {
    const step = Math.max(1, Math.round(Math.abs(pence) * (0.01 + random.next() * 0.01)));
    const [one, other] = random.chance(0.5) ? [pence + step, pence - step] : [pence - step, pence + step];
    if (this.#isNear(id, one, pence)) return one;
    return this.#isNear(id, other, pence) ? other : pence + step;
  }

  #isNear(id: string, next: number, pence: number): boolean {
    const origin = this.#originOf(id, pence);
    return next > 0 && Math.abs(next - origin) <= Math.max(1, Math.abs(origin) * REACH);
  }

  /** Someone else may have moved the amount far away, which is then where it is at home. */
  #originOf(id: string, pence: number): number {
    const origin = this.#origins.get(id);
    if (origin !== undefined && Math.abs(pence - origin) <= Math.max(1, Math.abs(origin) * REACH)) return origin;
    this.#origins.set(id, pence);
    return pence;
  }
}
