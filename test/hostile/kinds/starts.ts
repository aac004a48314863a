import type { Random } from '../random.ts';
import { type Bait, get, head, type Kind, type Shot } from '../shot.ts';

// How a request begins: versions, methods, other protocols.

const JSON_TYPE = 'content-type: application/json';

function startLines(random: Random, bait: Bait): Shot {
  const line = random.pick([
    'GET /graphql HTTP/1.0',
    'GET /health/live HTTP/1.0',
    'GET /health/live',
    'GET /health/live HTTP/2.0',
    'GET /health/live HTTP/9.9',
    'GET  /health/live  HTTP/1.1',
    'GET\t/health/live\tHTTP/1.1',
    ' GET /health/live HTTP/1.1',
    'get /health/live HTTP/1.1',
    'GET /health/live HTTP/1.1 x',
    'GET HTTP/1.1',
    '/health/live',
    'PRI * HTTP/2.0',
    'GET /health/live http/1.1',
    'GET /health\u0000/live HTTP/1.1',
    'GET /ü HTTP/1.1',
    '\u0016\u0003\u0001\u0002\u0000',
  ]);
  const end = random.pick(['\r\n', '\n', '\r']);
  return { pieces: [[line, `host: ${bait.host}`, '', ''].join(end)], after: random.pick(['wait', 'end']) };
}

function methods(random: Random, bait: Bait): Shot {
  const method = random.pick([
    'PUT',
    'DELETE',
    'PATCH',
    'TRACE',
    'CONNECT',
    'OPTIONS',
    'HEAD',
    'PROPFIND',
    'MKCOL',
    'SEARCH',
    'QUERY',
    'PURGE',
    'BREW',
    'G%45T',
    'X'.repeat(10_000),
    '__proto__',
    'LINK',
    'SOURCE',
  ]);
  const target = random.pick([
    '/graphql',
    '/graphql?query=%7B__typename%7D',
    '/health/live',
    '/',
    '/explorer/',
    '/metrics',
    '*',
    'nowhere',
    `${bait.host}`,
  ]);
  const more = random.pick([[], ['content-length: 0'], [JSON_TYPE, 'content-length: 2']]);
  const text = head(bait, `${method} ${target}`, more) + (more.length > 1 ? '{}' : '');
  return { pieces: [text], head: method === 'HEAD' && target.startsWith('/'), after: random.pick(['wait', 'end']) };
}

function upgrades(random: Random, bait: Bait): Shot {
  const headers = [
    'connection: Upgrade',
    `upgrade: ${random.pick(['websocket', 'h2c', 'TLS/1.0', 'WebSocket, h2c', ''])}`,
    ...random.pick([
      [],
      [
        'sec-websocket-version: 13',
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-protocol: graphql-transport-ws',
      ],
      ['sec-websocket-version: 0', 'sec-websocket-key: x'],
      ['http2-settings: AAMAAABkAAQAAP__'],
    ]),
  ];
  const frames = random.pick([
    [],
    [Buffer.from('818a00000000', 'hex')],
    [random.bytes(200)],
    ['{"type":"connection_init"}'],
    [Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
  ]);
  const target = random.pick(['/graphql', '/graphql', '/', '/explorer/', '/health/live']);
  return {
    pieces: [...get(bait, target, headers).pieces, ...frames],
    answers: 2,
    whole: frames.length === 0,
    pauseMs: 2,
  };
}

export const startKinds: readonly Kind[] = [
  { name: 'start lines', weight: 3, make: startLines },
  { name: 'methods', weight: 3, make: methods },
  { name: 'upgrades', weight: 3, make: upgrades },
];
