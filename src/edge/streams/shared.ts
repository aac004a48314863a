/** Answers that one group keeps, and for how long once they are made, in milliseconds: its members come by one after the other, and soon. */
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
  readonly #answers = new Map<string, Promise<T>>();
  readonly #ended = new AbortController();

  of(id: string, make: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const known = this.#answers.get(id);
    if (known !== undefined) return known;
    const answer = make(this.#ended.signal);
    this.#answers.set(id, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > KEPT && oldest !== undefined) this.#answers.delete(oldest);
    const forget = (): void => {
      if (this.#answers.get(id) === answer) this.#answers.delete(id);
    };
    // Those who were given it are told by the answer itself; who comes later gets what is true then.
    answer.then(() => setTimeout(forget, KEPT_MS).unref(), forget);
    return answer;
  }

  end(): void {
    this.#ended.abort();
    this.#answers.clear();
  }
}
