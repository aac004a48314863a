import type { Random } from '../random.ts';
import { type Bait, head, type Kind, post, type Shot } from '../shot.ts';
import { times } from './material.ts';

// Bodies: bytes that are no JSON, and types that do not fit them.

const GOOD = '{"query":"{ __typename }"}';

function badBytes(random: Random, bait: Bait): Shot {
  const bad = random.pick([
    [0xff, 0xfe],
    [0xc0, 0xae],
    [0xed, 0xa0, 0x80],
    [0xf8, 0x88, 0x80, 0x80, 0x80],
    [0x80],
    [0x00],
    [0xe2, 0x28],
    [0xef, 0xbb, 0xbf],
  ]);
  const bytes = Buffer.from(bad);
  const text = (value: string): Buffer => Buffer.from(value);
  const body = random.pick([
    () => Buffer.concat([bytes, text(GOOD)]),
    () => Buffer.concat([text(GOOD), bytes]),
    () =>
      Buffer.concat([
        text('{"query":"{ clients(first: 1, filter: { nameContains: \\"'),
        bytes,
        text('\\" }) { totalCount } }"}'),
      ]),
    () => Buffer.concat([text('{"query":"{ __typename '), bytes, text(' }"}')]),
    () => Buffer.concat([text('{"'), bytes, text('":1,"query":"{ __typename }"}')]),
    () => Buffer.from(GOOD, 'utf16le'),
    () => random.bytes(random.size(1, 5_000)),
    () => text('\ufeff'.repeat(random.size(1, 10_000)) + GOOD),
    () => Buffer.alloc(random.size(1, 1_000_000), random.pick(['\0', ' ', '[', '{"a":', '"', '\\'])),
  ])();
  return post(bait, body, [
    `content-type: application/json${random.pick(['', '; charset=utf-8', '; charset=utf-16', '; charset=x'])}`,
  ]);
}

const CONTENT_TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/graphql',
  'application/graphql+json',
  'application/json-patch+json',
  'application/xml',
  'application/octet-stream',
  'application/json; charset=utf-7',
  'application/json;;;',
  'APPLICATION/JSON',
  'application/json, text/plain',
  'json',
  '',
  '/',
  `application/${'x'.repeat(5_000)}`,
  'application/json; boundary="',
  '*/*',
  'application/cbor',
  '__proto__',
  'text/html;<script>',
] as const;

function contentTypes(random: Random, bait: Bait): Shot {
  const type = `content-type: ${random.pick(CONTENT_TYPES)}`;
  const headers = random.chance(0.15) ? [type, 'content-type: application/json'] : random.chance(0.1) ? [] : [type];
  const body = random.pick([
    GOOD,
    '{ __typename }',
    'query=%7B__typename%7D',
    '--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--',
    '<a/>',
    '',
  ]);
  return post(bait, body, headers);
}

function encodings(random: Random, bait: Bait): Shot {
  const encoding = random.pick(['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip', 'identity, gzip', 'x', '__proto__']);
  const body = random.pick([
    Buffer.from(GOOD),
    Buffer.from('1f8b0800000000000003', 'hex'),
    random.bytes(500),
    Buffer.alloc(0),
  ]);
  return post(bait, body, [
    'content-type: application/json',
    `content-encoding: ${encoding}`,
    'accept-encoding: gzip;q=NaN, *;q=9e99',
  ]);
}

/** JSON that is well-formed and no request. */
function notRequests(random: Random, bait: Bait): Shot {
  const depth = random.size(1, 100_000);
  const body = random.pick([
    () =>
      random.pick([
        'null',
        'true',
        '1',
        '"{ __typename }"',
        '[]',
        '{}',
        '',
        ' ',
        '{"query":null}',
        '{"query":1}',
        '{"query":""}',
        '{"operationName":1}',
        'NaN',
        "{'query':'a'}",
        '{"query":"{ __typename }",}',
        '{"query":"{ __typename }"}{"query":"{ __typename }"}',
      ]),
    () => `${'['.repeat(depth)}${']'.repeat(depth)}`,
    () => `${'{"query":'.repeat(depth)}1${'}'.repeat(depth)}`,
    () => `{${times(depth / 2, (index) => `"k${index}":0`).join()}}`,
    () => '['.repeat(depth),
  ])();
  const target = random.pick(['/graphql', '/graphql', '/', '/health/live', '/explorer/', '/nowhere']);
  return post(bait, body, ['content-type: application/json'], target);
}

function tooLarge(random: Random, bait: Bait): Shot {
  const size = random.size(1_048_577, 3_000_000);
  const body = Buffer.concat([
    Buffer.from('{"query":"{ __typename }","a":"'),
    Buffer.alloc(size, 'a'),
    Buffer.from('"}'),
  ]);
  if (random.chance(0.5)) return { ...post(bait, body), whole: false };
  const chunk = `${(65_536).toString(16)}\r\n${'a'.repeat(65_536)}\r\n`;
  return {
    pieces: [
      head(bait, 'POST /graphql', ['content-type: application/json', 'transfer-encoding: chunked']),
      ...times(20, () => chunk),
      '0\r\n\r\n',
    ],
  };
}

export const bodyKinds: readonly Kind[] = [
  { name: 'bad bytes', weight: 5, make: badBytes },
  { name: 'wrong content types', weight: 5, make: contentTypes },
  { name: 'claimed encodings', weight: 3, make: encodings },
  { name: 'JSON that is no request', weight: 4, make: notRequests },
  { name: 'bodies beyond the limit', weight: 1, make: tooLarge },
];
