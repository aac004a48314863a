import { createHash } from 'node:crypto';
import type { NewEntry } from './log.ts';

/** An entry as it is stored. */
export interface PackedEntry {
  /** 32 bytes that stand for the key: keys may be long, and of any characters. */
  readonly digest: Buffer;
  /** Key and value as JSON. */
  readonly text: string;
  /** Length of the text in bytes. */
  readonly bytes: number;
}

const digestOf = (keyAsJson: string): Buffer => createHash('sha256').update(keyAsJson).digest();

/** @throws TypeError for an empty key, or a value that JSON can't hold */
export function pack({ key, value }: NewEntry<unknown>): PackedEntry {
  if (key === '') throw new TypeError('an event needs a key');
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError('an event needs a value that JSON can hold');
  const keyAsJson = JSON.stringify(key);
  const text = `[${keyAsJson},${json}]`;
  return { digest: digestOf(keyAsJson), text, bytes: Buffer.byteLength(text) };
}

/** @throws SyntaxError for a text that is damaged */
export function unpack<T>(text: string): NewEntry<T> {
  const [key, value] = JSON.parse(text) as [string, T];
  return { key, value };
}

/** The digest of a packed entry's key. @throws SyntaxError for a text that is damaged */
export const digestIn = (text: string): Buffer => digestOf(JSON.stringify(unpack(text).key));
