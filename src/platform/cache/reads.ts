import { kindOf, type Tag } from './tags.ts';

/** What is kept of more things than that is told by their kinds: a table of everything would take more room for its tags than for itself. */
const MOST_TAGS = 10_000;

/** What an answer was made of, and how long it is good. */
export interface WholeReads {
  readonly tags: readonly Tag[];
  /** Kinds of which nothing may change: there is too much of them to tell it one by one. */
  readonly kinds: readonly Tag[];
  /** Milliseconds of the epoch. */
  readonly freshUntil: number;
  /** Position in the drop log from which on it was read. */
  readonly fence: number;
}

/** What an operation has read, so that its whole answer can be kept as long as all of it holds. */
export class Reads {
  readonly #tags = new Set<Tag>();
  readonly #kinds = new Set<Tag>();
  #freshUntil: number;
  #fence: number;
  #isWhole = true;

  /** @param fence position in the drop log when the operation began @param freshUntil how long its answer is good at most */
  constructor(fence: number, freshUntil: number) {
    this.#fence = fence;
    this.#freshUntil = freshUntil;
  }

  /** @param freshUntil milliseconds of the epoch @param fence position in the drop log at which the read began */
  add(tags: readonly Tag[], freshUntil: number, fence: number): void {
    if (!this.#isWhole) return;
    for (const tag of tags)
      if (this.#kinds.size === 0) this.#tags.add(tag);
      else this.#kinds.add(kindOf(tag));
    if (this.#tags.size > MOST_TAGS) {
      for (const tag of this.#tags) this.#kinds.add(kindOf(tag));
      this.#tags.clear();
    }
    this.#freshUntil = Math.min(this.#freshUntil, freshUntil);
    this.#fence = Math.min(this.#fence, fence);
  }

  /** Something was read that nothing can be kept of: it is stale, or nobody tells when it changes. */
  leaveOut(): void {
    this.#isWhole = false;
    this.#tags.clear();
  }

  /** All that was read; null where the answer must not be kept. */
  get whole(): WholeReads | null {
    if (!this.#isWhole) return null;
    return { tags: [...this.#tags], kinds: [...this.#kinds], freshUntil: this.#freshUntil, fence: this.#fence };
  }
}
