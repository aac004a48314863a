import { createHash, randomInt } from 'node:crypto';

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 12;

/** 62 to the power of 43 is just above 2 to the power of 256. */
const SECRET_LENGTH = 43;

/** Two texts that differ have the same sum once in 62 to the power of 6, about 57 thousand million. */
const SUM_LENGTH = 6;

const KEY = new RegExp(`^wg_([0-9A-Za-z]{${ID_LENGTH}})_([0-9A-Za-z]{${SECRET_LENGTH}})([0-9A-Za-z]{${SUM_LENGTH}})$`);

/** A new key: `wg_<id>_<secret><sum>`. The sum tells a key that was mistyped or cut off from one that nobody knows. */
export function newKeyText(): { readonly id: string; readonly text: string } {
  const id = randomText(ID_LENGTH);
  const body = `wg_${id}_${randomText(SECRET_LENGTH)}`;
  return { id, text: body + sumOf(body) };
}

/** The id that a key names; null where the text is no key, or its sum does not fit. Says nothing about whether the key is known. */
export function idOfKey(text: string): string | null {
  const id = KEY.exec(text)?.[1];
  return id !== undefined && sumOf(text.slice(0, -SUM_LENGTH)) === text.slice(-SUM_LENGTH) ? id : null;
}

/** Whether a text means to be a key, right or wrong. */
export function looksLikeKey(text: string): boolean {
  return text.startsWith('wg_');
}

/**
 * What is stored of a key. One round of SHA-256 without salt is right here, where it would be wrong for a password: slow and salted hashes
 * make up for what people choose, while 256 random bits can't be guessed or tabled however fast the hash is. And a slow one would be paid
 * on every request.
 */
export function hashOfKey(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function randomText(length: number): string {
  return Array.from({ length }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
}

/** The beginning of a SHA-256 in the key's letters. It can be worked out by anyone, so it takes nothing from the secret. */
function sumOf(body: string): string {
  let rest = createHash('sha256').update(body).digest().readBigUInt64BE();
  let sum = '';
  for (let place = 0; place < SUM_LENGTH; place += 1) {
    sum += LETTERS.charAt(Number(rest % 62n));
    rest /= 62n;
  }
  return sum;
}
