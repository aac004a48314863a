import type { Random } from '../random.ts';
import { type Bait, head, type Kind, post, type Shot } from '../shot.ts';
import { times } from './material.ts';

// The wire itself: lengths that lie, bodies that never end, requests within requests.

const JSON_TYPE = 'content-type: application/json';
const BODY = '{"query":"{ __typename }"}';

function lengths(random: Random, bait: Bait): Shot {
  const real = BODY.length;
  const lines = random.pick([
    [],
    [`content-length: ${real + random.int(1, 500)}`],
    [`content-length: ${random.int(0, real - 1)}`],
    [`content-length: ${real}`, `content-length: ${real + 1}`],
    [`content-length: ${real}`, `content-length: ${real}`],
    [`content-length: ${real}, ${real}`],
    ['content-length: -1'],
    [`content-length: +${real}`],
    ['content-length: 0x1a'],
    ['content-length: 99999999999999999999'],
    ['content-length: 1e1'],
    ['content-length:'],
    [`content-length: ${real} `],
    ['content-length: 9999999'],
  ]);
  // What a shorter length leaves over is read as a second request, and refused.
  return {
    pieces: [head(bait, 'POST /graphql', [JSON_TYPE, ...lines]) + BODY],
    answers: 2,
    after: random.pick(['wait', 'end', 'reset']),
  };
}

function chunked(random: Random, bait: Bait): Shot {
  const start = head(bait, 'POST /graphql', [JSON_TYPE, 'transfer-encoding: chunked']);
  const size = BODY.length.toString(16);
  const body = random.pick([
    `${size}\r\n${BODY}\r\n`,
    `${size}\r\n${BODY.slice(0, 5)}`,
    `${size}\r\n${BODY}\r\n0\r\n`,
    `zz\r\n${BODY}\r\n0\r\n\r\n`,
    `-1\r\n${BODY}\r\n0\r\n\r\n`,
    `ffffffffffffffff\r\n${BODY}`,
    `${size};${'x'.repeat(20_000)}\r\n${BODY}\r\n0\r\n\r\n`,
    `${size}\n${BODY}\n0\n\n`,
    `${size}\r\n${BODY}\r\n0\r\nx-trailer: a\r\ncontent-length: 3\r\n\r\n`,
    `0x${size}\r\n${BODY}\r\n0\r\n\r\n`,
    `5\r\n${BODY}\r\n0\r\n\r\n`,
  ]);
  return { pieces: [start, body], answers: 2, after: random.pick(['wait', 'end', 'reset']) };
}

/** Two readings of one request: only one of them may ever be answered, and nothing behind it. */
function smuggling(random: Random, bait: Bait): Shot {
  const inner = `GET /health/live?smuggled HTTP/1.1\r\nhost: ${bait.host}\r\n\r\n`;
  const coding = random.pick([
    'transfer-encoding: chunked',
    'Transfer-Encoding : chunked',
    'transfer-encoding: xchunked',
    'transfer-encoding:\tchunked',
    'transfer-encoding: chunked, identity',
    'transfer-encoding: identity',
    'transfer-encoding: gzip, chunked',
    ' transfer-encoding: chunked',
    'x: y\ntransfer-encoding: chunked',
    'transfer-encoding:\u000bchunked',
    'transfer-encoding: "chunked"',
    'transfer-encoding: chunked\r\ntransfer-encoding: x',
  ]);
  const body = `0\r\n\r\n${inner}`;
  const length = `content-length: ${random.pick([body.length, 4, 5, 6])}`;
  return {
    pieces: [
      head(
        bait,
        'POST /graphql',
        random.pick([
          [JSON_TYPE, length, coding],
          [JSON_TYPE, coding, length],
        ]),
      ) + body,
    ],
  };
}

function pipelined(random: Random, bait: Bait): Shot {
  const count = random.int(2, 30);
  const good = (): string =>
    random.pick([
      head(bait, 'GET /health/live'),
      head(bait, 'GET /nowhere'),
      head(bait, 'POST /graphql', [JSON_TYPE, `content-length: ${BODY.length}`]) + BODY,
    ]);
  const after = random.pick(['wait', 'end', 'reset'] as const);
  // The server does not go on with what is left where the other side has closed.
  return {
    pieces: [times(count, good).join('')],
    answers: count,
    all: after === 'wait',
    whole: after === 'wait',
    after,
  };
}

function drip(random: Random, bait: Bait): Shot {
  const text = head(bait, 'POST /graphql', [JSON_TYPE, `content-length: ${BODY.length}`]) + BODY;
  const cuts = random.int(2, 8);
  const step = Math.ceil(text.length / cuts);
  const pieces = times(cuts, (index) => text.slice(index * step, (index + 1) * step));
  if (random.chance(0.6)) return { pieces, pauseMs: random.int(1, 20), whole: true };
  // It may be refused before the body breaks off, and for that again.
  return {
    pieces: pieces.slice(0, random.int(1, cuts - 1)),
    pauseMs: 5,
    answers: 2,
    after: random.pick(['wait', 'end', 'reset']),
  };
}

function halfOpen(random: Random, bait: Bait): Shot {
  return random.pick<Shot>([
    { pieces: [] },
    { pieces: [], after: 'end' },
    { pieces: ['G'], after: 'end' },
    { pieces: ['GET /graphql HTTP/1.1\r\n'], after: 'end' },
    { pieces: [head(bait, 'GET /health/live')], after: 'end' },
    { pieces: [head(bait, 'GET /health/live')], after: 'reset' },
    {
      pieces: post(
        bait,
        '{"query":"{ clients(first: 50) { nodes { displayName plans(first: 5) { nodes { name } } } } }"}',
      ).pieces,
      after: 'reset',
    },
    { pieces: ['\r\n'.repeat(random.size(1, 20_000))], after: 'end' },
  ]);
}

export const framingKinds: readonly Kind[] = [
  { name: 'lengths that lie', weight: 4, make: lengths },
  { name: 'chunks that are cut', weight: 4, make: chunked },
  { name: 'request smuggling', weight: 4, make: smuggling },
  { name: 'pipelined requests', weight: 2, make: pipelined },
  { name: 'slow bodies', weight: 3, make: drip },
  { name: 'half-open connections', weight: 3, make: halfOpen },
];
