import { EVERYTHING, kindOf, type Tag } from './tags.ts';

/** Tags whose last drop is known one by one; older drops are known only to have been. */
const MOST_TAGS = 100_000;

/**
 * What was dropped when, as positions in one sequence. An entry carries the position at which the read that brought it began, its fence:
 * it holds while none of its tags was dropped behind that. So a read that began before a drop can't put the old value back, whenever it ends.
 */
export class Drops {
  readonly #lastOfTag = new Map<string, number>();
  readonly #lastOfKind = new Map<string, number>();
  #position = 0;
  /** Nothing from before is trusted: what was dropped there is not known one by one. */
  #horizon = 0;

  get position(): number {
    return this.#position;
  }

  /** Notes a drop. @param at its position, behind all before */
  note(at: number, tags: readonly string[]): void {
    this.#position = Math.max(this.#position, at);
    for (const tag of tags) {
      if (tag === EVERYTHING) this.forgetBefore(at);
      // The oldest stand first in a map, so a later drop moves its tag to the end.
      this.#lastOfTag.delete(tag);
      this.#lastOfTag.set(tag, at);
      this.#lastOfKind.set(kindOf(tag as Tag), at);
    }
    for (const [tag, last] of this.#lastOfTag) {
      if (this.#lastOfTag.size <= MOST_TAGS) break;
      this.#lastOfTag.delete(tag);
      this.#horizon = Math.max(this.#horizon, last);
    }
  }

  /** Drops up to a position are not known: no entry from before is trusted. */
  forgetBefore(position: number): void {
    this.#horizon = Math.max(this.#horizon, position);
    this.#position = Math.max(this.#position, position);
  }

  /** Whether what was read from a position on still holds. */
  holds(fence: number, tags: readonly Tag[]): boolean {
    if (fence >= this.#position) return true;
    return fence >= this.#horizon && tags.every((tag) => (this.#lastOfTag.get(tag) ?? 0) <= fence);
  }

  /** Whether nothing of these tags' kinds was dropped since: for reads under way, which have not brought all their tags yet, and for very many things. */
  holdsKinds(fence: number, tags: readonly Tag[]): boolean {
    if (fence >= this.#position) return true;
    return fence >= this.#horizon && tags.every((tag) => (this.#lastOfKind.get(kindOf(tag)) ?? 0) <= fence);
  }
}

/** Where drops are kept in order. */
export interface DropLog {
  readonly drops: Drops;
  /** Brings the drops up to now. @returns the position, or null where it can't be told: then nothing that is kept can be trusted */
  sync(): Promise<number | null>;
  /** Drops tags on every node. Ends when every later look anywhere sees it, or after a bounded wait, and then goes on trying. */
  drop(tags: readonly Tag[]): Promise<void>;
  stop(): void;
}

/** The drops of a node that shares its cache with no other. */
export function localDropLog(): DropLog {
  const drops = new Drops();
  return {
    drops,
    sync: async () => drops.position,
    drop: async (tags) => drops.note(drops.position + 1, tags),
    stop() {},
  };
}
