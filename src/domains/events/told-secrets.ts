import type { Notes } from '../../platform/notes.ts';

/**
 * What the subscriptions to one address sign with, by their uuid. Plannr tells a secret once, to whom makes the subscription: so it is noted
 * for the next run and for the other nodes. Never logged.
 */
export class ToldSecrets {
  readonly #notes: Notes;
  readonly #prefix: string;
  readonly #told = new Map<string, string>();

  /** @param url where the subscriptions post */
  constructor(notes: Notes, url: string) {
    this.#notes = notes;
    this.#prefix = `plannr ${url} `;
  }

  of(uuid: string): string | undefined {
    return this.#told.get(uuid);
  }

  all(): string[] {
    return [...this.#told.values()];
  }

  /** Takes over what was noted, and notes what could not be noted when it was told. @throws where the notes can't be had */
  async recall(): Promise<void> {
    const notes = await this.#notes.read();
    for (const [name, secret] of Object.entries(notes))
      if (name.startsWith(this.#prefix)) this.#told.set(name.slice(this.#prefix.length), secret);
    await this.#write([...this.#told].filter(([uuid, secret]) => notes[this.#prefix + uuid] !== secret));
  }

  /** Is known at once, and afterwards noted. @throws where it can't be noted now: the next `recall` does it */
  async add(uuid: string, secret: string): Promise<void> {
    if (this.#told.get(uuid) === secret) return;
    this.#told.set(uuid, secret);
    await this.#write([[uuid, secret]]);
  }

  /** Forgets those of subscriptions that are gone. */
  async keepOnly(uuids: ReadonlySet<string>): Promise<void> {
    const gone = [...this.#told.keys()].filter((uuid) => !uuids.has(uuid));
    for (const uuid of gone) this.#told.delete(uuid);
    await this.#write(gone.map((uuid) => [uuid, null]));
  }

  async #write(entries: readonly (readonly [string, string | null])[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#notes.write(Object.fromEntries(entries.map(([uuid, secret]) => [this.#prefix + uuid, secret])));
  }
}
