import type { CacheOutcome } from '../observer.ts';
import type { CallScope } from '../operation.ts';
import type { CachedRead } from './read.ts';

/** Counts what came of the looks, and tells it in one go. */
export class Tally {
  readonly #counts = new Map<CacheOutcome, { count: number; ageMs?: number }>();
  readonly #scope: CallScope;
  readonly #read: CachedRead<unknown>;

  constructor(scope: CallScope, read: CachedRead<unknown>) {
    this.#scope = scope;
    this.#read = read;
  }

  add(outcome: CacheOutcome, ageMs?: number): void {
    const row = this.#counts.get(outcome) ?? { count: 0 };
    row.count += 1;
    if (ageMs !== undefined && outcome !== 'miss') row.ageMs = Math.max(row.ageMs ?? 0, ageMs);
    this.#counts.set(outcome, row);
  }

  tell(): void {
    const { system, kind } = this.#read;
    const { observer, wave } = this.#scope;
    for (const [outcome, row] of this.#counts)
      observer.lookedUp({ system, resource: kind, outcome, wave: wave(), ...row });
  }
}
