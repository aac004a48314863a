import { accessSync, constants, statSync } from 'node:fs';
import { isIP, isIPv4 } from 'node:net';
import { z } from 'zod';
import { Secret } from './secret.ts';

// One zod schema for each kind of value. A message continues the sentence "<VARIABLE> …" and never quotes the
// value: what stands in a wrong variable may be a secret.

/** True for 127.0.0.0/8, ::1 and localhost. `host` is a bare or a bracketed host, without a port. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

/** The largest whole number that a setting may be. */
export const LARGEST = 999_999_999_999_999;

const WORDS = new Intl.ListFormat('en', { type: 'disjunction' });

/** Any text on one line. */
export const text = z.string().refine((value) => !/\p{Cc}/u.test(value), 'holds a line break or a control character');

/** Printable ASCII, as a header can carry it, kept in a `Secret`. */
export const secret = z
  .string()
  .regex(/^[\x20-\x7e]*$/, 'holds a character that is not printable ASCII')
  .transform((value) => new Secret(value));

/** Secrets separated by commas, each kept in a `Secret`. */
export const secrets = secret
  .transform((value) => splitList(value.reveal()).map((word) => new Secret(word)))
  .refine((words) => words.length > 0, 'holds no word between its commas');

/** One of the words listed. */
export const oneOf = <const W extends readonly [string, ...string[]]>(words: W) =>
  z.enum(words, `is not ${WORDS.format(words)}`);

/** One or more of the words listed, separated by commas. */
export const someOf = <const W extends readonly [string, ...string[]]>(words: W) =>
  text.transform((value, context) => {
    const result = z.array(z.enum(words)).min(1).safeParse(splitList(value));
    if (result.success) return result.data;
    context.addIssue(`is not a comma list out of ${WORDS.format(words)}`);
    return z.NEVER;
  });

/** `true` or `false`. */
export const flag = oneOf(['true', 'false']).transform((value) => value === 'true');

/** A whole number in a range, both ends included. */
export const whole = (min: number, max: number) =>
  z
    .string()
    .refine(
      (value) => /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max,
      `is not a whole number from ${min} to ${max}`,
    )
    .transform(Number);

/** A number from 0 to 1, such as 0.25. */
export const fraction = z
  .string()
  .regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, 'is not a number from 0 to 1 such as 0.25')
  .transform(Number);

/** Headers as OpenTelemetry writes them, `name=value` separated by commas, kept in a `Secret`, as they often hold a key. */
export const headerPairs = z
  .string()
  .refine(
    (value) =>
      value.split(',').every((pair) => /^\s*[\w.-]+=[\x21-\x2b\x2d-\x7e]*\s*$/.test(pair) && isDecodable(pair)),
    'is not name=value pairs separated by commas, with values percent-encoded',
  )
  .transform((value) => new Secret(value));

/** A host name or an address to listen on, without a port; brackets around an IPv6 address are dropped. */
export const host = z
  .string()
  .regex(/^(\[[\da-f:.]+\]|[\da-f:.]+|[\w.-]+)$/i, 'is not a host name or an IP address without a port')
  .transform((value) => value.replace(/^\[(.*)\]$/, '$1'));

/** An http or https URL without credentials. The value stays as it was written: issuers are compared to the letter. */
export const webUrl = z
  .string()
  .refine((value) => /^https?:\/\/[^\s\\]+$/i.test(value) && URL.canParse(value), 'is not an http or https URL')
  .refine((value) => !hasCredentials(value), 'holds a user name or a password');

/** As `webUrl`, but plain http only on this machine: tokens and personal data pass over it. */
export const guardedUrl = webUrl.refine(
  (value) => !URL.canParse(value) || !/^http:/i.test(value) || isLoopback(new URL(value).hostname),
  'uses http:// on a host that is not loopback, where only https:// is safe',
);

/** The root of an API, to which paths are appended: no query or fragment; a trailing slash is dropped. */
export const baseUrl = rootOf(guardedUrl);

/** The address by which others reach the gateway: as `baseUrl`, but http is fine anywhere. */
export const publicUrl = rootOf(webUrl);

/** A redis:// or rediss:// URL with a host, kept in a `Secret`, as it may hold a password. */
export const redisUrl = z
  .string()
  .refine(isRedisUrl, 'is not a redis:// or rediss:// URL such as rediss://:password@redis.example.com:6379/0')
  .transform((value) => new Secret(value));

/** Addresses and CIDRs separated by commas, or a number of hops, of which 0 is the same as none. */
export const proxies = text
  .transform((value) => (/^\d{1,2}$/.test(value) ? Number(value) || false : splitList(value)))
  .refine(
    (value) => !Array.isArray(value) || (value.length > 0 && value.every(isNetwork)),
    'is not a comma list of addresses and CIDRs such as 10.0.0.0/8, or a number of hops from 0 to 99',
  );

/** A regular file that this process can read; the path is kept, the content is not. */
export const readableFile = z.string().refine(isReadableFile, 'does not name a file that can be read');

/** A UUID of any version. */
export const uuid = z.guid('is not a UUID');

/** Words separated by commas, with blanks around them dropped. */
export const list = text.transform(splitList).refine((words) => words.length > 0, 'holds no word between its commas');

/** Media types such as image/png, separated by commas, in lower case and without parameters. */
export const mediaTypes = list
  .transform((words) => words.map((word) => word.toLowerCase()))
  .refine(
    (words) => words.every((word) => /^[\w.+-]+\/[\w.+-]+$/.test(word)),
    'is not a comma list of media types such as application/pdf,image/png (no parameters, no *)',
  );

/** Browser origins separated by commas, or `none`. */
export const origins = text
  .transform((value) => (value === 'none' ? [] : splitList(value)))
  .refine(
    (all) => all.every((each) => URL.canParse(each) && /^https?:/.test(each) && new URL(each).origin === each),
    'is not `none` or a comma list of origins such as https://app.example.com (no path, no trailing slash, no *)',
  );

function rootOf(schema: typeof webUrl) {
  return schema
    .refine((value) => !/[?#]/.test(value), 'holds a query or a fragment')
    .transform((value) => value.replace(/\/+$/, ''));
}

function hasCredentials(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username !== '' || password !== '';
}

/** Whether a Redis client can take it: printable, with a host, at most a database number for its path, and decodable. */
function isRedisUrl(value: string): boolean {
  if (!/^rediss?:\/\/[\x21-\x7e]+$/i.test(value) || !URL.canParse(value)) return false;
  const { hostname, pathname, username, password } = new URL(value);
  return hostname !== '' && /^(\/\d*)?$/.test(pathname) && isDecodable(username) && isDecodable(password);
}

function isDecodable(part: string): boolean {
  try {
    return decodeURIComponent(part) !== undefined;
  } catch {
    return false;
  }
}

/** An address, or one with the length of its prefix, which is not 0: that would be everyone. */
function isNetwork(value: string): boolean {
  const [, address = '', prefix = '1'] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(value) ?? [];
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return Number(prefix) >= 1 && Number(prefix) <= bits;
}

function splitList(value: string): string[] {
  return value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
