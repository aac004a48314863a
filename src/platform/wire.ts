import { BrokenField } from './errors.ts';
import { type Money, penceOfInteger, penceOfPounds } from './money.ts';
import type { System } from './system.ts';

/** An item as a platform sent it: nothing in it is to be trusted before it was read through a Wire. */
export type WireItem = Readonly<Record<string, unknown>>;

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:$|[Tt])/;
/** RFC 3339. */
const INSTANT = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

export function isItem(value: unknown): value is WireItem {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether these are the year, month and day of a date of the calendar. */
function exists(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  if (day <= 28) return true;
  // The day before the first of the next month.
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/**
 * Reads an item's fields. Absent and null are null, and unknown fields are never looked at; a value of the wrong kind throws
 * BrokenField, which names the field and the system, so that the one field fails and not the answer.
 */
export class Wire {
  readonly item: WireItem;
  readonly #system: System;
  readonly #name: string;
  /** What was made of the item, each after its key: there are few. */
  #made: unknown[] | undefined;

  /** @param name what the item is, for messages: `client` */
  constructor(system: System, name: string, item: WireItem) {
    this.item = item;
    this.#system = system;
    this.#name = name;
  }

  /**
   * What `make` makes of this item alone, made once however many ask: records are kept between operations. What it throws is not kept.
   * @param key one for each thing that is made
   */
  once<T>(key: symbol, make: (wire: this) => T): T {
    this.#made ??= [];
    for (let at = 0; at < this.#made.length; at += 2) if (this.#made[at] === key) return this.#made[at + 1] as T;
    const made = make(this);
    this.#made.push(key, made);
    return made;
  }

  text(field: string): string | null {
    const value = this.item[field];
    if (value === undefined || value === null || value === '') return null;
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
    throw this.#broken(field, 'text');
  }

  /** The calendar date as written, whatever the offset behind it: `2026-04-30T00:00:00+01:00` is the 30th. */
  date(field: string): string | null {
    const text = this.text(field);
    if (text === null) return null;
    const match = DATE.exec(text);
    if (match === null || !exists(Number(match[1]), Number(match[2]), Number(match[3])))
      throw this.#broken(field, 'a date');
    return text.slice(0, 10);
  }

  instant(field: string): string | null {
    const text = this.text(field);
    if (text === null) return null;
    const time = INSTANT.test(text) && this.date(field) !== null ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(time)) throw this.#broken(field, 'a date and time with an offset');
    return new Date(time).toISOString();
  }

  number(field: string): number | null {
    const text = this.decimal(field);
    return text === null ? null : Number(text);
  }

  /** A number in its own digits. */
  decimal(field: string): string | null {
    const text = this.text(field);
    if (text === null) return null;
    if (!DECIMAL.test(text)) throw this.#broken(field, 'a number');
    return text;
  }

  /** A whole number. */
  whole(field: string): bigint | null {
    const text = this.text(field);
    if (text === null) return null;
    const number = penceOfInteger(text);
    if (number === null) throw this.#broken(field, 'a whole number');
    return number;
  }

  flag(field: string): boolean {
    return this.item[field] === true || this.item[field] === 1;
  }

  /** A flag that may not be told: null where it is not. */
  flagOrNull(field: string): boolean | null {
    const value = this.item[field];
    if (value === undefined || value === null) return null;
    if (typeof value !== 'boolean' && value !== 0 && value !== 1) throw this.#broken(field, 'true or false');
    return this.flag(field);
  }

  /** Dynamic Planner's money: pounds as a JSON number, in the item's `currency`. */
  pounds(field: string, currency: string): Money | null {
    const value = this.item[field];
    if (value === undefined || value === null) return null;
    const pence = penceOfPounds(value);
    if (pence === null) throw this.#broken(field, 'an amount of money');
    return { pence, currency };
  }

  /** Plannr's money: `{ amount, currency }` with the amount in pennies, a number or a string (platform documentation). */
  pennies(field: string): Money | null {
    const value = this.item[field];
    if (value === undefined || value === null) return null;
    const money: WireItem = isItem(value) ? value : { amount: value };
    if (money.amount === undefined || money.amount === null) return null;
    const pence = penceOfInteger(money.amount);
    if (pence === null) throw this.#broken(field, 'an amount of money');
    return { pence, currency: typeof money.currency === 'string' && money.currency ? money.currency : 'GBP' };
  }

  /** One nested item; null where there is none. */
  child(field: string): Wire | null {
    const value = this.item[field];
    if (value === undefined || value === null) return null;
    if (!isItem(value)) throw this.#broken(field, 'an object');
    return new Wire(this.#system, `${this.#name}.${field}`, value);
  }

  /** A list of nested items; empty where there is none. */
  children(field: string): Wire[] {
    const value = this.item[field];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.#broken(field, 'a list');
    return value.map((item) => {
      if (!isItem(item)) throw this.#broken(field, 'a list of objects');
      return new Wire(this.#system, `${this.#name}.${field}`, item);
    });
  }

  /** A list of strings; empty where there is none. */
  texts(field: string): string[] {
    const value = this.item[field];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value) || value.some((entry) => typeof entry !== 'string')) throw this.#broken(field, 'a list');
    return value;
  }

  /** What `read` gives, or `fallback` where the field is broken; `onBroken` is told. */
  static safely<T>(read: () => T, fallback: T, onBroken: (problem: BrokenField) => void = () => {}): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof BrokenField)) throw error;
      onBroken(error);
      return fallback;
    }
  }

  /** A field that must be there. */
  required<T>(field: string, value: T | null): T {
    if (value === null) throw this.#broken(field, 'there');
    return value;
  }

  #broken(field: string, expected: string): BrokenField {
    return new BrokenField(this.#system, `${this.#name}.${field}`, expected);
  }
}
