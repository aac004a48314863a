/** Under which keys an item is found. */
export type KeysOf<T> = (item: T) => readonly string[];

interface Index<T> {
  readonly keysOf: KeysOf<T>;
  /** Key → ids, in order of arrival. */
  readonly ids: Map<string, string[]>;
  /** Id → the keys it stands under now. */
  readonly keys: Map<string, readonly string[]>;
}

/**
 * Items by id with indexes beside them. It is a `Map`, so a test can read and change it; after changing something that
 * an index looks at, `set` the item again. Iteration is in order of first arrival.
 */
export class Collection<T, Name extends string = never> extends Map<string, T> {
  readonly #indexes: ReadonlyMap<string, Index<T>>;
  #all: readonly T[] | undefined;

  constructor(indexes: Readonly<Record<Name, KeysOf<T>>>) {
    super();
    const entries = Object.entries<KeysOf<T>>(indexes);
    this.#indexes = new Map(
      entries.map(([name, keysOf]): [string, Index<T>] => [name, { keysOf, ids: new Map(), keys: new Map() }]),
    );
  }

  override set(id: string, item: T): this {
    for (const index of this.#indexes.values()) file(index, id, index.keysOf(item));
    this.#all = undefined;
    return super.set(id, item);
  }

  override delete(id: string): boolean {
    for (const index of this.#indexes.values()) file(index, id, []);
    this.#all = undefined;
    return super.delete(id);
  }

  override clear(): void {
    for (const id of [...this.keys()]) this.delete(id);
  }

  /** Every item, in order of first arrival. The array is shared until the next change: do not write to it. */
  all(): readonly T[] {
    this.#all ??= [...this.values()];
    return this.#all;
  }

  /** The items that stand under one key, in order of arrival. */
  by(name: Name, key: string): T[] {
    return this.#resolve(this.#indexes.get(name)?.ids.get(key) ?? []);
  }

  /** The items that stand under any of the keys, each once, in order of id: never in the order that was asked for. */
  byAny(name: Name, keys: readonly string[]): T[] {
    const found = new Set<string>();
    const ids = this.#indexes.get(name)?.ids;
    for (const key of keys) for (const id of ids?.get(key) ?? []) found.add(id);
    return this.#resolve([...found].sort());
  }

  /** The items with these ids, each once, in order of id; ids that do not exist are left out. */
  byIds(ids: readonly string[]): T[] {
    return this.#resolve([...new Set(ids)].sort());
  }

  #resolve(ids: readonly string[]): T[] {
    const items: T[] = [];
    for (const id of ids) {
      const item = this.get(id);
      if (item !== undefined) items.push(item);
    }
    return items;
  }
}

function file<T>(index: Index<T>, id: string, keys: readonly string[]): void {
  const before = index.keys.get(id);
  if (before !== undefined) {
    if (before.length === keys.length && before.every((key, position) => key === keys[position])) return;
    for (const key of before) {
      const left = (index.ids.get(key) ?? []).filter((other) => other !== id);
      if (left.length > 0) index.ids.set(key, left);
      else index.ids.delete(key);
    }
    index.keys.delete(id);
  }
  if (keys.length === 0) return;
  index.keys.set(id, keys);
  for (const key of new Set(keys)) {
    const ids = index.ids.get(key);
    if (ids === undefined) index.ids.set(key, [id]);
    else ids.push(id);
  }
}
