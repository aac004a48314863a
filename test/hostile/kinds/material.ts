/** What several generators are made from. */

/** Names that mean something to JavaScript. */
export const NASTY_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'then',
  'toJSON',
  'length',
  '__typename',
  '__schema',
] as const;

/** Fields of a client, with what they need. */
export const FIELDS = [
  'id',
  'displayName',
  'birthDate',
  'name { full first last }',
  'emails { address }',
  'riskLevel { level label }',
  'organisationUnit { id name }',
  'relationships { type client { id displayName } }',
  'plans(first: 2) { nodes { id name } }',
  'wealth { total { decimal } }',
  '__typename',
] as const;

/** Paths that try to leave the place they stand in. */
export const TRICKS = [
  '..',
  '.',
  '../..',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e%2f%2e%2e%2fpackage.json',
  '..%252f..%252f',
  '....//....//',
  '..\\..\\windows\\win.ini',
  '..%5c..%5c',
  '%00',
  'a%00.js',
  '%c0%ae%c0%ae%c0%af',
  '%e0%80%ae%e0%80%ae/',
  '%',
  '%zz',
  '%ff%fe',
  ';/../',
  '//127.0.0.1/',
  '/etc/passwd',
  'C:/Windows',
  '~root',
  '?a',
  '#a',
  '@127.0.0.1',
  'a/b',
  'a,b',
  'a?pageSize=1000000',
  'a&clientIds=b',
  'a;b',
  '*',
  '{{7*7}}',
  "' OR 1=1 --",
  '\r\nx: y',
  '\u0000',
  '\ud800',
  '\u202e',
  '￼',
  'x'.repeat(129),
  '-'.repeat(128),
  '....',
  '~',
] as const;

/** Addresses that a server must not be made to call. @param canary a listener that would tell */
export function addresses(canary: string): string[] {
  const port = new URL(canary).port;
  return [
    canary,
    `${canary}/latest/meta-data/`,
    `http://localhost:${port}/`,
    `http://[::1]:${port}/`,
    `http://2130706433:${port}/`,
    `http://0x7f.1:${port}/`,
    `http://user@127.0.0.1:${port}/`,
    `//127.0.0.1:${port}/`,
    'http://169.254.169.254/latest/meta-data/iam/security-credentials/',
    'http://metadata.google.internal/computeMetadata/v1/',
    'file:///etc/passwd',
    'file://localhost/proc/self/environ',
    'gopher://127.0.0.1:6379/_INFO',
    'data:application/json,{}',
    'dict://127.0.0.1:11211/stats',
    `jar:${canary}!/`,
  ];
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
