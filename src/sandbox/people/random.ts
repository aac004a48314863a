/** A small seeded generator (mulberry32): the same seed always gives the same sequence, on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T {
    return at(list, this.int(0, list.length - 1));
  }
}

/** A generator of its own for the n-th thing of a kind, so that no kind's data depends on how much another drew. */
export function randomFor(seed: number, kind: string, index: number): Random {
  return new Random(mix(mix(hash(kind), seed), index));
}

/** Stirs two 32-bit numbers into one. */
export function mix(one: number, other: number): number {
  let mixed = Math.imul(one ^ (other + 0x9e3779b9), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A 32-bit FNV-1a hash of a text. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

/** The n-th of a table, counted round and round; the table must not be empty. */
export function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}
