import type { Tag } from './tags.ts';

/** What an operation has read, so that its whole answer can be kept as long as all of it holds. */
export class Reads {
  readonly #tags = new Set<Tag>();
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
    for (const tag of tags) this.#tags.add(tag);
    this.#freshUntil = Math.min(this.#freshUntil, freshUntil);
    this.#fence = Math.min(this.#fence, fence);
  }

  /** Something was read that nothing can be kept of: it is stale, or nobody tells when it changes. */
  leaveOut(): void {
    this.#isWhole = false;
  }

  /** All that was read; null where the answer must not be kept. */
  get whole(): { readonly tags: readonly Tag[]; readonly freshUntil: number; readonly fence: number } | null {
    if (!this.#isWhole) return null;
    return { tags: [...this.#tags], freshUntil: this.#freshUntil, fence: this.#fence };
  }
}
