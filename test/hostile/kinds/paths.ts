import type { Random } from '../random.ts';
import { type Bait, get, type Kind, type Shot, wellFormed } from '../shot.ts';
import { addresses, NASTY_NAMES, TRICKS } from './material.ts';

// Targets: out of the explorer's folder, past the routes, at other hosts.

const DOORS = [
  '/',
  '/graphql',
  '/explorer',
  '/explorer/',
  '/explorer/main.js',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/nowhere',
] as const;
const COVETED = [
  'package.json',
  '.env',
  'etc/passwd',
  'proc/self/environ',
  'src/main.ts',
  '.git/config',
  'index.html',
  'iframe-sandbox/index.html',
  'node_modules/fastify/package.json',
] as const;

/** Without what would end the request line. */
function inLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stand there.
  return wellFormed(text).replace(/[\u0000-\u0020]/g, (character) => encodeURIComponent(character));
}

function tricks(random: Random, bait: Bait): Shot {
  const up = random.pick([
    '../',
    '..%2f',
    '%2e%2e/',
    '%2e%2e%2f',
    '..%5c',
    '..\\',
    '..%252f',
    '.%2e/',
    '..;/',
    '....//',
    '%c0%ae%c0%ae/',
    '..%00/',
    '//',
    './',
    '%2f',
    '%5c',
  ]);
  const target = random.pick([
    () => `/explorer/${up.repeat(random.int(1, 12))}${random.pick(COVETED)}`,
    () => `${random.pick(DOORS)}/${up.repeat(random.int(1, 4))}${random.pick(['graphql', 'health/live', ...COVETED])}`,
    () => `${random.pick(DOORS)}${inLine(random.pick(TRICKS))}`,
    () => `/explorer/${inLine(random.pick(TRICKS))}`,
    () => `/explorer/${random.pick(NASTY_NAMES)}`,
    () => `/${random.pick(NASTY_NAMES)}?${random.pick(NASTY_NAMES)}[${random.pick(NASTY_NAMES)}]=1`,
    () => `//${bait.host}/graphql`,
    () => `///${up}${random.pick(COVETED)}`,
    () => `/GRAPHQL`,
    () => `/graphql/`,
    () => `/graphql;a=b`,
    () => `/graphql%00`,
    () => `/graphql#a`,
    () => `/health/live/../../graphql?query=%7B__typename%7D`,
    () => `/explorer/initial_options.js${random.pick(['', '?a', '/', '%00', '/../main.js'])}`,
    () => `/health/${random.word(random.size(1, 3_000))}`,
  ])();
  return get(bait, target);
}

function otherTargets(random: Random, bait: Bait): Shot {
  const url = inLine(random.pick(addresses(bait.canary)));
  const target = random.pick([
    url,
    `http://${bait.host}/graphql`,
    'http://evil.example/graphql?query=%7B__typename%7D',
    '*',
    'graphql',
    '?query=%7B__typename%7D',
    '\\graphql',
    'http://',
    'http:///graphql',
    '://',
    `/graphql?url=${url}`,
    `/${url}`,
    `/explorer/${url}`,
    'javascript:alert(1)',
    'mailto:a',
  ]);
  return { ...get(bait, target), whole: false };
}

function longTargets(random: Random, bait: Bait): Shot {
  const size = random.size(500, 100_000);
  const target = random.pick([
    () => `/${'a'.repeat(size)}`,
    () => `/${'a/'.repeat(size / 2)}`,
    () => `/explorer/${'%2e%2e%2f'.repeat(size / 9)}`,
    () => `/graphql?query=${'%7B__typename%7D'.repeat(size / 16)}`,
    () => `/graphql?${'a=b&'.repeat(size / 4)}query=%7B__typename%7D`,
    () => `/graphql?query=%7B__typename%7D&${'a'.repeat(size)}`,
    () => `/${'%'.repeat(size)}`,
    () => `/health/live?${'a[b]'.repeat(size / 4)}=1`,
  ])();
  return { ...get(bait, target, ['apollo-require-preflight: 1']), answers: 2, whole: size < 12_000 };
}

export const pathKinds: readonly Kind[] = [
  { name: 'path tricks', weight: 9, make: tricks },
  { name: 'other targets', weight: 3, make: otherTargets },
  { name: 'long targets', weight: 2, make: longTargets },
];
