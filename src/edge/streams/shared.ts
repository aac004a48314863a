/** Answers that one group keeps, and for how long at most, in milliseconds: its members come by one after the other, and soon. */
const KEPT = 16;
const KEPT_MS = 5_000;

/** One of those who ask the same. */
export interface Member<T> {
  /** What all members are given for one thing: made by the first that asks. A failure is kept for nobody. */
  of(id: string, make: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** With the last member what is under way is given up. */
  leave(): void;
}

/** What is made once for all who ask the same in the same scope: it costs with the number of questions, not with that of who asks them. */
export class SharedAnswers<T> {
  readonly #groups = new Map<string, Group<T>>();

  /** @param key everything that the answers depend on besides what they are of */
  join(key: string): Member<T> {
    const group = this.#groups.get(key) ?? new Group<T>();
    this.#groups.set(key, group);
    group.members += 1;
    let isMember = true;
    return {
      of: (id, make) => group.of(id, make),
      leave: () => {
        if (!isMember) return;
        isMember = false;
        group.members -= 1;
        if (group.members > 0) return;
        this.#groups.delete(key);
        group.end();
      },
    };
  }

  /** How many different questions are asked. */
  get size(): number {
    return this.#groups.size;
  }
}

class Group<T> {
  members = 0;
  readonly #answers = new Map<string, { readonly answer: Promise<T>; readonly until: number }>();
  readonly #ended = new AbortController();

  async of(id: string, make: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const known = this.#answers.get(id);
    if (known !== undefined && performance.now() < known.until) return known.answer;
    const answer = make(this.#ended.signal);
    this.#answers.set(id, { answer, until: performance.now() + KEPT_MS });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > KEPT && oldest !== undefined) this.#answers.delete(oldest);
    try {
      return await answer;
    } catch (error) {
      this.#answers.delete(id);
      throw error;
    }
  }

  end(): void {
    this.#ended.abort();
  }
}
