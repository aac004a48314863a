import { BadInput, type UpstreamError, upstreamErrorOf } from '../errors.ts';
import { type Connection, connection } from './connection.ts';
import { decodeCursor, lazyHash, type Place } from './cursor.ts';
import { type PageArguments, pageRequest } from './window.ts';

/** How many positions a walk reads at once. */
const WALK_STRIDE = 100;

/** What a section gives for a stretch of its own positions. */
export interface SectionStretch<T> {
  /** The items that belong to the list, with their absolute positions, in order; others of the stretch are left out. */
  readonly items: readonly { readonly position: number; readonly node: T }[];
  /** Whether the section goes on behind the stretch. */
  readonly more: boolean;
}

/**
 * One platform's part of a joined list. Positions are the platform's own, so that a cursor stays right whatever the other sections
 * hold, and whether or not items are left out by a filter that the platform does not know.
 */
export interface Section<T> {
  /** Whether every position belongs to the list, so that none has to be read to know that there is one. */
  readonly exact: boolean;
  /** Reads the stretch of `count` positions from `offset`, at once. */
  read(offset: number, count: number): Promise<SectionStretch<T>>;
  /** How many positions there are, null where the platform does not tell. Costs a call where no `read` has told it yet. */
  length(): Promise<number | null>;
  /** How many items belong to the list, null where only a walk could tell. */
  total(): Promise<number | null>;
}

interface Entry<T> {
  readonly place: Place;
  readonly node: T;
}

/** A list of sections one after the other: order and cursor come from the sections' own order, never from the order of arrival. */
export class JoinedList<T> {
  readonly #sections: readonly Section<T>[];
  readonly #hash: () => string;
  readonly #problems: UpstreamError[] = [];

  /** @param list what the list is and its filter: a cursor of another list is refused */
  constructor(list: { name: string; filter: unknown }, sections: readonly Section<T>[]) {
    this.#sections = sections;
    this.#hash = lazyHash(list.name, list.filter);
  }

  /** What could not be asked so far, one for each platform. */
  get problems(): readonly UpstreamError[] {
    return this.#problems;
  }

  /** `count` items from a place on, that place included; null for the start. */
  from(place: Place | null, count: number): Promise<Entry<T>[]> {
    return this.#readOn(place === null ? null : { ...place, position: place.position - 1 }, count);
  }

  /** The page that the arguments ask for. A section whose platform fails is left out and reported. @throws BadInput */
  async page(args: PageArguments): Promise<Connection<T>> {
    const { count, backward, from } = pageRequest(args);
    const place = from === null ? null : decodeCursor(this.#hash(), from);
    const entries = backward ? await this.#readBack(place, count) : await this.#readOn(place, count);
    const first = entries[0]?.place;
    const last = entries.at(-1)?.place;
    // Around an empty page there is the cursor that it was asked from.
    return connection(this.#hash, {
      entries,
      hasNextPage: () => (last === undefined && backward ? place !== null : this.#anyAfter(last ?? place)),
      hasPreviousPage: () => (first === undefined && !backward ? place !== null : this.#anyBefore(first ?? place)),
      totalCount: () => this.#total(),
      problems: this.#problems,
    });
  }

  /** The items behind a place, section after section, until there are enough. */
  async #readOn(after: Place | null, count: number): Promise<Entry<T>[]> {
    const found: Entry<T>[] = [];
    for (let index = after?.section ?? 0; index < this.#sections.length && found.length < count; index += 1) {
      const offset = index === after?.section ? after.position + 1 : 0;
      found.push(...(await this.#readIn(index, offset, count - found.length)));
    }
    return found;
  }

  /** The items of one section from a position on. */
  async #readIn(index: number, from: number, count: number): Promise<Entry<T>[]> {
    const found: Entry<T>[] = [];
    for (let offset = from, more = true; more && found.length < count; ) {
      const stride = this.#stride(index, count - found.length);
      const at = offset;
      const stretch = await this.#attempt(index, (section) => section.read(at, stride));
      const items = (stretch?.items ?? []).slice(0, count - found.length);
      for (const { position, node } of items) found.push({ place: { section: index, position }, node });
      offset += stride;
      more = stretch?.more ?? false;
    }
    return found;
  }

  /** The end of a section, to read back from. @throws BadInput where its platform does not tell it */
  async #end(index: number): Promise<number> {
    const known = this.#problems.length;
    const length = await this.#attempt(index, (section) => section.length());
    if (length === null && this.#problems.length === known)
      throw new BadInput('`last` is not possible here: the platform does not tell how long its list is. Use `first`.');
    return length ?? 0;
  }

  /** The items before a place (null: the end), in the list's order. */
  async #readBack(before: Place | null, count: number): Promise<Entry<T>[]> {
    const found: Entry<T>[] = [];
    for (let index = before?.section ?? this.#sections.length - 1; index >= 0 && found.length < count; index -= 1) {
      let end = index === before?.section ? before.position : await this.#end(index);
      while (end > 0 && found.length < count) {
        const start = Math.max(0, end - this.#stride(index, count - found.length));
        const stretch = await this.#attempt(index, (section) => section.read(start, end - start));
        const items = (stretch?.items ?? []).slice(-(count - found.length));
        found.unshift(...items.map(({ position, node }) => ({ place: { section: index, position }, node })));
        end = stretch === null ? 0 : start;
      }
    }
    return found;
  }

  /** A section that has to be walked is read in strides worth a call. */
  #stride(index: number, wanted: number): number {
    return this.#sections[index]?.exact ? wanted : Math.max(wanted, WALK_STRIDE);
  }

  /** Null while a platform is missing: never a smaller number. */
  async #total(): Promise<number | null> {
    if (this.#problems.length > 0) return null;
    const totals = await Promise.all(this.#sections.map((section) => section.total()));
    return totals.reduce((sum, total) => (sum === null || total === null ? null : sum + total), 0 as number | null);
  }

  /** A platform that fails only now may have more: saying no would pass for the end of the list. */
  async #anyAfter(place: Place | null): Promise<boolean> {
    const known = this.#problems.length;
    for (let index = place?.section ?? 0; index < this.#sections.length; index += 1) {
      const offset = index === place?.section ? place.position + 1 : 0;
      const length = this.#sections[index]?.exact ? await this.#attempt(index, (section) => section.length()) : null;
      if (
        length !== null ? length > offset : (await this.#readOn({ section: index, position: offset - 1 }, 1)).length > 0
      )
        return true;
    }
    return this.#problems.length > known;
  }

  async #anyBefore(place: Place | null): Promise<boolean> {
    for (let index = place?.section ?? -1; index >= 0; index -= 1) {
      if (index !== place?.section) {
        // From its start, since not every platform tells how long its list is.
        if ((await this.#readIn(index, 0, 1)).length > 0) return true;
      } else if (place.position > 0) {
        const isExact = this.#sections[index]?.exact;
        if (isExact || (await this.#readBack(place, 1)).some((entry) => entry.place.section === index)) return true;
      }
    }
    return false;
  }

  /** Asks a section; a failing platform gives null, and is reported once. */
  async #attempt<R>(index: number, ask: (section: Section<T>) => Promise<R>): Promise<R | null> {
    const section = this.#sections[index];
    if (section === undefined) return null;
    try {
      return await ask(section);
    } catch (error) {
      const problem = upstreamErrorOf(error);
      if (!this.#problems.some(({ system }) => system === problem.system)) this.#problems.push(problem);
      return null;
    }
  }
}
