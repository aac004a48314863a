import type { Random } from '../random.ts';
import { type Bait, get, type Kind, post, type Shot } from '../shot.ts';
import { addresses, times } from './material.ts';

// Header fields that others believe, and more of them than fit.

const BODY = '{"query":"{ clients(first: 1) { nodes { displayName } } }"}';
const JSON_TYPE = 'content-type: application/json';

/** What a proxy, a browser or a cache would believe. */
function believed(random: Random, bait: Bait): Shot {
  const url = random.pick(addresses(bait.canary));
  const line = random.pick([
    `x-forwarded-for: ${url}`,
    `x-forwarded-host: ${url}`,
    `x-forwarded-proto: ${url}`,
    `forwarded: for="${url}";host=${url}`,
    `x-original-url: /health/live`,
    `x-rewrite-url: ${url}`,
    `x-http-method-override: DELETE`,
    `origin: ${url}`,
    'origin: null',
    'origin: https://studio.apollographql.com.evil.example',
    `referer: ${url}`,
    `cookie: ${'a=b; '.repeat(random.size(1, 3_000))}`,
    'range: bytes=0-0,1-1,2-2,-1',
    'range: bytes=-99999999999999999999',
    'if-none-match: *',
    'if-modified-since: x',
    'expect: 100-continue',
    'expect: 200-ok',
    'te: trailers',
    'accept: x',
    'accept-language: ../../',
    'accept-encoding: ../',
    'connection: close, x-dt-traceid, content-length',
    'keep-alive: timeout=99999',
    'max-forwards: 0',
    'x-plannr-account-uuid: a',
    'ocp-apim-subscription-key: a',
    'apollo-federation-include-trace: ftv1',
    'x-apollo-operation-name: a',
    'x-wealthgraph-explain: 1',
    `x-wealthgraph-explain: ${url}`,
  ]);
  const target = random.pick([
    '/graphql?query=%7B__typename%7D',
    '/explorer/',
    '/explorer/main.js',
    '/explorer',
    '/',
    '/health/live',
    '/metrics',
  ]);
  if (random.chance(0.2)) return post(bait, BODY, [JSON_TYPE, line]);
  if (random.chance(0.2)) {
    const preflight = get(bait, target, [
      line,
      `origin: ${url}`,
      'access-control-request-method: POST',
      'access-control-request-headers: authorization',
    ]);
    return { ...preflight, pieces: preflight.pieces.map((piece) => String(piece).replace(/^GET/, 'OPTIONS')) };
  }
  return get(bait, target, [line]);
}

function hosts(random: Random, bait: Bait): Shot {
  const host = random.pick([
    '',
    'evil.example',
    `${bait.host}, evil.example`,
    '127.0.0.1:1',
    '[::1',
    'a b',
    `a@${bait.host}`,
    '{host}',
    'x'.repeat(5_000),
    '../..',
    'localhost:99999',
    '\u00ff',
  ]);
  const shot = get(
    { ...bait, host },
    random.pick(['/', '/explorer', '/explorer/', '/graphql', '/health/live']),
    random.chance(0.2) ? ['host: second.example'] : [],
  );
  return { ...shot, whole: false };
}

function manyHeaders(random: Random, bait: Bait): Shot {
  const shot = random.pick([
    () =>
      get(
        bait,
        '/health/live',
        times(random.size(10, 5_000), (index) => `x-${index}: ${index}`),
      ),
    () =>
      get(
        bait,
        '/health/live',
        times(random.size(10, 2_000), () => 'accept: */*'),
      ),
    () => get(bait, '/health/live', [`x: ${'a'.repeat(random.size(10, 100_000))}`]),
    () => get(bait, '/health/live', [`${'x'.repeat(random.size(10, 20_000))}: a`]),
    () => get(bait, '/health/live', ['no colon']),
    () => get(bait, '/health/live', ['space : a']),
    () => get(bait, '/health/live', [': a']),
    () => get(bait, '/health/live', ['a: b', ' folded']),
    () => get(bait, '/health/live', ['__proto__: a', 'constructor: b', 'toString: c', 'hasOwnProperty: d']),
    () => get(bait, '/health/live', ['ü: a']),
  ])();
  return { ...shot, whole: false, answers: 2 };
}

export const trustedKinds: readonly Kind[] = [
  { name: 'headers that others believe', weight: 4, make: believed },
  { name: 'hosts', weight: 2, make: hosts },
  { name: 'many and huge headers', weight: 3, make: manyHeaders },
];
