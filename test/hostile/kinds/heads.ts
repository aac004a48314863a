import type { Random } from '../random.ts';
import { type Bait, get, type Kind, post, type Shot } from '../shot.ts';
import { addresses, NASTY_NAMES, times } from './material.ts';

// Header fields: injection, junk credentials, foreign origins, and more of them than fit.

const BODY = '{"query":"{ clients(first: 1) { nodes { displayName } } }"}';
const JSON_TYPE = 'content-type: application/json';

function nastyValue(random: Random, bait: Bait): string {
  return random.pick([
    () => 'a\r\nx-injected: 1',
    () => 'a\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
    () => 'a\nx-injected: 1',
    () => 'a\rx-injected: 1',
    () => 'a%0d%0ax-injected: 1',
    () => 'a\u0000b',
    () => '嘊嘍x-injected: 1',
    () => 'ü\u0085ñ',
    () => '\u001b[31m',
    () => 'x'.repeat(random.size(65, 100_000)),
    () => '{{7*7}}<%= 7*7 %>',
    () => '../../etc/passwd',
    () => '{"a":1}',
    () => random.pick(NASTY_NAMES),
    () => random.pick(addresses(bait.canary)),
    () => '',
    () => ' ',
  ])();
}

function tracing(random: Random, bait: Bait): Shot {
  const name = random.pick([
    'x-dt-traceid',
    'x-request-id',
    'traceparent',
    'tracestate',
    'x-correlation-id',
    'x-dt-requestid',
    'request-id',
    'baggage',
    'x-wealthgraph-explain',
    'b3',
  ]);
  const value = nastyValue(random, bait);
  const lines = times(random.chance(0.1) ? 3 : 1, () => `${name}: ${value}`);
  const shot = random.chance(0.7)
    ? post(bait, BODY, [JSON_TYPE, ...lines])
    : get(bait, random.pick(['/health/live', '/nowhere', '/explorer/', '/graphql', '/metrics']), lines);
  // A line break in a value ends the request early; the rest is a second one, and refused.
  return { ...shot, whole: false, answers: 2 };
}

function jwt(header: unknown, payload: unknown, signature = 'AAAA'): string {
  const part = (value: unknown): string =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(payload)}.${signature}`;
}

function credentials(random: Random, bait: Bait): Shot {
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    sub: 'a',
    iss: 'https://example.com',
    aud: 'wealthgraph',
    exp: now + 300,
    organisationUnitIds: ['0a000000-0000-4000-8000-000000000001'],
    scope: 'read:personal',
  };
  const value = random.pick([
    () => `Bearer ${jwt({ alg: 'none' }, claims, '')}`,
    () => `Bearer ${jwt({ alg: 'nOnE', typ: 'JWT' }, claims)}`,
    () => `Bearer ${jwt({ alg: 'HS256', kid: 'k1' }, claims)}`,
    () => `Bearer ${jwt({ alg: 'ES256', kid: '../../etc/passwd', jku: bait.canary, x5u: bait.canary }, claims)}`,
    () => `Bearer ${jwt({ alg: 'ES256', kid: '__proto__', jwk: { kty: 'EC' }, crit: ['b64'], b64: false }, claims)}`,
    () => `Bearer ${jwt({ alg: 'ES256', kid: 'k1' }, `${'{"a":'.repeat(1_500)}1${'}'.repeat(1_500)}`)}`,
    () => `Bearer ${jwt({ alg: 'ES256', kid: 'k1' }, { ...claims, iss: bait.canary }, 'x'.repeat(86))}`,
    () => `Bearer ${jwt({ alg: 'RS256', kid: random.word(8) }, claims, random.word(342))}`,
    () => `Bearer ${jwt('[]', 'null')}`,
    () => `Bearer ${'a'.repeat(random.size(10, 15_000))}`,
    () => `Bearer ${'a.'.repeat(random.size(3, 5_000))}`,
    () => 'Bearer',
    () => 'Bearer  a.b.c',
    () => `Basic ${Buffer.from('nocolon').toString('base64')}`,
    () => `Basic ${Buffer.from(`${random.pick(NASTY_NAMES)}:${random.word(40)}`).toString('base64')}`,
    () => `Basic ${Buffer.from(`:${'x'.repeat(5_000)}`).toString('base64')}`,
    () => 'Basic ====',
    () => `Basic ${random.bytes(60).toString('base64')}`,
    () => `Digest username="a", uri="${bait.canary}"`,
    () => `ApiKey wg_${random.word(40)}`,
    () => 'Negotiate',
    () => '\u00ff\u00fe',
    () => '',
  ])();
  const lines = [
    `authorization: ${value}`,
    ...(random.chance(0.15) ? [`authorization: Basic ${random.word(8)}`] : []),
    ...(random.chance(0.2)
      ? [`x-api-key: ${random.pick(['', 'wg_a_b', '__proto__', 'x'.repeat(5_000), value.slice(0, 200)])}`]
      : []),
  ];
  return random.chance(0.8)
    ? post(bait, BODY, [JSON_TYPE, ...lines])
    : get(bait, random.pick(['/graphql?query=%7B__typename%7D', '/health/ready', '/explorer', '/metrics']), lines);
}

export const headKinds: readonly Kind[] = [
  { name: 'injection through trace ids', weight: 5, make: tracing },
  { name: 'junk credentials', weight: 7, make: credentials },
];
