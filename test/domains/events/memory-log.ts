import type { EventLog, LogEntry, Position } from '../../../src/platform/events/index.ts';
import { ForeignPosition, TrimmedAway } from '../../../src/platform/events/index.ts';
import { positionOf } from '../../../src/platform/events/position.ts';

/** A log in memory whose every step can be held back, to put them into any order. */
export class MemoryLog<T> implements EventLog<T> {
  readonly entries: LogEntry<T>[] = [];
  /** What each read waits for before it looks. */
  hold: () => Promise<void> = async () => {};
  reads = 0;
  #place = 0;
  #id = 'abcdefghijkl';
  #trimmed: Position | null = null;
  readonly #listeners = new Set<() => void>();

  put(value: T): Position {
    this.#place += 1;
    const position = positionOf(this.#id, Date.now() * 1_000 + this.#place);
    this.entries.push({ key: String(this.#place), value, position });
    for (const tell of this.#listeners) tell();
    return position;
  }

  async append(): Promise<never> {
    throw new Error('put is what tests use');
  }

  async read(after: Position | null, limit: number): Promise<readonly LogEntry<T>[]> {
    this.reads += 1;
    await this.hold();
    if (after !== null && !after.startsWith(this.#id)) throw new ForeignPosition();
    if (this.#trimmed !== null && after !== null && after < this.#trimmed) throw new TrimmedAway(this.#trimmed);
    return this.entries.filter(({ position }) => after === null || position > after).slice(0, limit);
  }

  async bounds() {
    await this.hold();
    return {
      first: this.entries[0]?.position ?? null,
      last: this.entries.at(-1)?.position ?? this.#trimmed ?? positionOf(this.#id, 0),
    };
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  /** Removes the oldest entries. */
  trimTo(count: number): void {
    const gone = this.entries.splice(0, Math.max(0, this.entries.length - count)).at(-1);
    if (gone !== undefined) this.#trimmed = gone.position;
  }

  /** Another log stands in its place: an older copy, or an empty one. */
  replace(): void {
    this.entries.length = 0;
    this.#id = 'ABCDEFGHIJKL';
    for (const tell of this.#listeners) tell();
  }

  async trim(): Promise<number> {
    return 0;
  }

  async stop(): Promise<void> {}
}
