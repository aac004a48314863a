/** Who wants to be told that something was appended. */
export class Watchers {
  readonly #listeners = new Set<{ readonly tell: () => void }>();
  readonly #onError: (error: unknown) => void;
  #told: NodeJS.Immediate | undefined;

  /** @param onError told of what a listener throws */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** @returns takes the listener away again */
  add(tell: () => void): () => void {
    const listener = { tell };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells all of them soon: once for all calls in one turn. */
  tell(): void {
    if (this.isEmpty) return;
    this.#told ??= setImmediate(() => {
      this.#told = undefined;
      for (const listener of [...this.#listeners]) {
        try {
          if (this.#listeners.has(listener)) listener.tell();
        } catch (error) {
          this.#onError(error);
        }
      }
    });
  }

  /** Nobody is told anything any more. */
  clear(): void {
    this.#listeners.clear();
    clearImmediate(this.#told);
  }
}
