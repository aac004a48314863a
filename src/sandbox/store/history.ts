/**
 * Dated items of many parents (a finance's or a plan's valuations), each list newest first. A seeded parent's list is
 * made when it is first asked for, which keeps 50,000 people cheap to start; from then on it is an ordinary live array.
 */
export class History<T> {
  readonly #lists = new Map<string, T[]>();
  readonly #seeded: (parentId: string) => T[];
  readonly #newestFirst: (one: T, other: T) => number;

  constructor(newestFirst: (one: T, other: T) => number, seeded: (parentId: string) => T[] = () => []) {
    this.#newestFirst = newestFirst;
    this.#seeded = seeded;
  }

  /** The parent's items, newest first; an empty array for an unknown parent. */
  of(parentId: string): T[] {
    let list = this.#lists.get(parentId);
    if (list === undefined) {
      list = this.#seeded(parentId);
      this.#lists.set(parentId, list);
    }
    return list;
  }

  /** Adds an item in front of older and equally old ones, and keeps the order. */
  add(parentId: string, item: T): void {
    const list = this.of(parentId);
    list.unshift(item);
    list.sort(this.#newestFirst);
  }

  /** Takes the place of the item that `is` says it replaces. */
  replace(parentId: string, item: T, is: (other: T) => boolean): void {
    const list = this.of(parentId);
    const place = list.findIndex(is);
    if (place >= 0) list[place] = item;
    list.sort(this.#newestFirst);
  }

  /** Takes away what `is` says. */
  remove(parentId: string, is: (item: T) => boolean): void {
    const list = this.of(parentId);
    const place = list.findIndex(is);
    if (place >= 0) list.splice(place, 1);
  }

  /** Forgets everything of a parent. */
  clear(parentId: string): void {
    this.#lists.set(parentId, []);
  }
}
