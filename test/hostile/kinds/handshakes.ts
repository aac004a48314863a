import { frame } from '../frames.ts';
import type { Random } from '../random.ts';
import { type Bait, head, type Kind, type Shot } from '../shot.ts';
import { addresses } from './material.ts';
import { init, UPGRADE, unnamed } from './socket.ts';

// Requests to upgrade that are not quite as they should be, and such as never get to the point.

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** Lines in the place of each one that a proper request has. */
function instead(random: Random): Readonly<Record<string, readonly string[]>> {
  return {
    connection: random.pick([
      ['connection: keep-alive, Upgrade'],
      ['connection: close'],
      [],
      ['connection: Upgrade', 'connection: Upgrade'],
    ]),
    upgrade: random.pick([
      ['upgrade: WebSocket'],
      ['upgrade: websocket, h2c'],
      ['upgrade: h2c'],
      ['upgrade: websocket/13'],
      ['upgrade: websocket', 'upgrade: websocket'],
      [],
    ]),
    'sec-websocket-version': random.pick([
      ['sec-websocket-version: 8'],
      ['sec-websocket-version: 7'],
      ['sec-websocket-version: 13, 8'],
      ['sec-websocket-version: 1e1'],
      ['sec-websocket-version: -13'],
      [],
    ]),
    'sec-websocket-key': random.pick([
      [`sec-websocket-key: ${'A'.repeat(random.size(1, 10_000))}`],
      ['sec-websocket-key: '],
      [`sec-websocket-key: ${KEY}`, `sec-websocket-key: ${KEY}`],
      ['sec-websocket-key: ____________________AA=='],
      [],
    ]),
    'sec-websocket-protocol': random.pick([
      ['sec-websocket-protocol: graphql-ws'],
      ['sec-websocket-protocol: mqtt, graphql-transport-ws'],
      ['sec-websocket-protocol: graphql-ws', 'sec-websocket-protocol: graphql-transport-ws'],
      ['sec-websocket-protocol: graphql-transport-ws, graphql-transport-ws'],
      ['sec-websocket-protocol: GRAPHQL-TRANSPORT-WS'],
      ['sec-websocket-protocol: ,,'],
      ['sec-websocket-protocol: __proto__'],
      [`sec-websocket-protocol: ${'a, '.repeat(random.size(1, 3_000))}b`],
      [],
    ]),
  };
}

const nameOf = (line: string): string => line.slice(0, line.indexOf(':'));

function handshakes(random: Random, bait: Bait): Shot {
  const other = instead(random);
  const wrong = random.chance(0.7) ? random.pick(UPGRADE.map(nameOf)) : null;
  const lines = UPGRADE.flatMap((line) => (nameOf(line) === wrong ? (other[wrong] ?? []) : [line]));
  const more = random.pick([
    [],
    [],
    ['sec-websocket-extensions: permessage-deflate; client_max_window_bits'],
    [`sec-websocket-extensions: ${'permessage-deflate, '.repeat(random.size(1, 500))}x;;=`],
    [`origin: http://${bait.host}`],
    [`origin: http://${bait.host}.evil.example`],
    [`origin: http://${bait.host}@evil.example`],
    [`origin: ${random.pick(addresses(bait.canary))}`],
    ['origin: null'],
    ['origin: '],
    [`origin: ${bait.canary}`, `origin: http://${bait.host}`],
    ['x-api-key: wg_a_b'],
    ['expect: 100-continue'],
  ]);
  const method = random.pick(['GET', 'GET', 'GET', 'GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH']);
  const target = random.pick([
    '/graphql',
    '/graphql',
    '/graphql',
    '/graphql?a=b',
    '/graphql/',
    '/GraphQL',
    '//graphql',
    '/%67raphql',
    '/explorer/../graphql',
    `http://${bait.host}/graphql`,
    '/',
    '/health/live',
    '/metrics',
    '/webhooks/plannr',
    '/graphql/__proto__',
    '*',
  ]);
  const after = random.pick(['wait', 'wait', 'end', 'reset', 'leave'] as const);
  return {
    pieces: [
      head(bait, `${method} ${target}`, [...lines, ...more]),
      ...(random.chance(0.5) ? [frame(init(bait))] : []),
    ],
    said: init(bait),
    head: method === 'HEAD',
    answers: 2,
    after,
  };
}

/** An upgrade whose protocol is an old one of HTTP's: it may be passed over, and then the request is answered as it stands. */
function otherProtocols(random: Random, bait: Bait): Shot {
  const body = '{"query":"{ __typename }"}';
  const lines = [
    `connection: ${random.pick(['Upgrade, HTTP2-Settings', 'upgrade'])}`,
    `upgrade: ${random.pick(['h2c', 'TLS/1.0', 'h2c, HTTP/2.0', 'foo/2', 'HTTP/3'])}`,
    'http2-settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
  ];
  const posted = [...lines, 'content-type: application/json', `content-length: ${body.length}`];
  return random.pick<() => Shot>([
    () => ({ pieces: [head(bait, 'POST /graphql', posted) + body], whole: true }),
    () => ({ pieces: [head(bait, 'POST /graphql', posted), body], pauseMs: 5, whole: true }),
    () => ({ pieces: [head(bait, 'GET /health/live', lines)], whole: true }),
    () => ({ pieces: [head(bait, 'GET /nowhere', lines)], whole: true }),
    () => ({ pieces: [head(bait, 'GET /health/live', lines).repeat(3)], whole: true, answers: 3 }),
    () => ({ pieces: [head(bait, 'POST /graphql', posted)], after: 'end' }),
    () => ({ pieces: [head(bait, 'POST /graphql', [...lines, 'transfer-encoding: chunked'])], after: 'reset' }),
  ])();
}

/** Sockets that nobody has said anything on, or not the first thing. */
function silence(random: Random, bait: Bait): Shot {
  const start = head(unnamed(bait), 'GET /graphql', UPGRADE);
  const first = frame(init(bait));
  const after = random.pick(['wait', 'end', 'reset', 'leave', 'leave'] as const);
  return {
    pieces: random.pick([
      [start],
      [start, first.subarray(0, random.int(1, first.length - 1))],
      [start, frame('{"type":"ping"}')],
      [start, frame('', { opcode: 9 })],
    ]),
    said: init(bait),
    whole: after === 'wait' || after === 'leave',
    after,
  };
}

export const handshakeKinds: readonly Kind[] = [
  { name: 'handshakes', weight: 5, make: handshakes },
  { name: 'upgrades to other protocols', weight: 3, make: otherProtocols },
  { name: 'sockets that say nothing', weight: 3, make: silence },
];
