import type { Random } from '../random.ts';
import type { Bait, Kind, Shot } from '../shot.ts';
import { anyDocument } from './documents.ts';
import { NASTY_NAMES, times } from './material.ts';
import { init, subscribe, talk } from './socket.ts';

// What is said over a WebSocket in frames that are well-formed.

const EVENTS = 'subscription { events { cursor topic } }';
const QUERY = '{ gateway { version } }';
const BOOK = '{ clients(first: 20) { nodes { displayName plans(first: 5) { nodes { name } } } } }';
const PING = '{"type":"ping"}';

function nested(levels: number, open = '{"a":', close = '}'): string {
  return `${open.repeat(levels)}1${close.repeat(levels)}`;
}

function inits(random: Random, bait: Bait): Shot {
  const own = init(bait);
  const with_ = (payload: string): string => `{"type":"connection_init","payload":${payload}}`;
  const named = (value: unknown): string => with_(JSON.stringify({ authorization: value }));
  const token = `Bearer ${random.word(20)}.${random.word(40)}.${random.word(20)}`;
  const messages = random.pick<() => string[]>([
    () => [own, own],
    () => times(random.size(2, 500), () => own),
    () => [with_(`{"authorization":"${'x'.repeat(random.size(10, 1_500_000))}"}`)],
    () => [with_(`{"a":"${'x'.repeat(random.size(10, 1_500_000))}"}`)],
    () => [with_(nested(random.size(10, 100_000)))],
    () => [with_(nested(random.size(10, 100_000), '[', ']'))],
    () => [with_(`{${times(random.size(10, 50_000), (index) => `"a${index}":1`).join()}}`)],
    () => [
      with_(random.pick(['1', '"a"', '[]', 'true', 'null', '[{}]', '1e999', '{"headers":[]}', '{"headers":"a"}'])),
    ],
    () => [
      with_(`{"${random.pick(NASTY_NAMES)}":${random.pick(['1', '{}', '{"authorization":"Bearer a"}', 'null'])}}`),
    ],
    () => [with_(`{"headers":{"${random.pick(NASTY_NAMES)}":"a","authorization":1}}`)],
    () => [with_('{"__proto__":{"authorization":"Bearer a.b.c"},"constructor":{"prototype":{"authorization":"a"}}}')],
    () => [named(token)],
    () => [
      named(random.pick([1, true, null, [], [token], { a: token }, '', 'Bearer', 'Basic YTpi', token.repeat(200)])),
    ],
    () => [
      named(
        random.pick([`${token}\r\nx: y`, `${token}\u0000`, 'Bearer ü', 'Bearer \ud83d\ude00', 'Bearer \ufeff.a.b']),
      ),
    ],
    () => [with_(JSON.stringify({ Authorization: token, AUTHORIZATION: token, 'x-api-key': 'wg_a_b' }))],
    () => [
      with_(JSON.stringify({ 'X-API-Key': random.pick([`wg_${random.word(40)}`, '__proto__', 'x'.repeat(5_000)]) })),
    ],
    () => [subscribe('1', QUERY), own],
    () => [PING, own, PING],
    () => ['{"type":"complete","id":"1"}', own],
  ])();
  const proof = random.chance(0.5) ? [subscribe('1', QUERY)] : [];
  return talk(bait, messages, proof, { after: random.pick(['wait', 'wait', 'leave', 'end']), whole: false });
}

function ids(random: Random, bait: Bait): Shot {
  const id = random.pick([
    ...NASTY_NAMES,
    'x'.repeat(random.size(10, 400_000)),
    '\u0000',
    '\ud800',
    '𝒳'.repeat(60),
    '"',
  ]);
  const messages = random.pick<() => string[]>([
    () => [subscribe(id, QUERY)],
    () => [subscribe(id, EVENTS), subscribe(id, EVENTS)],
    () => [subscribe(id, EVENTS), JSON.stringify({ id, type: 'complete' }), subscribe(id, QUERY)],
    () => times(20, () => [subscribe(id, EVENTS), JSON.stringify({ id, type: 'complete' })]).flat(),
    () => [JSON.stringify({ id, type: 'complete' }), PING],
    () => [subscribe('', QUERY)],
    () => [`{"id":${random.pick(['1', 'null', '{}', '[]', 'true'])},"type":"subscribe","payload":{"query":"{a}"}}`],
  ])();
  return talk(bait, [init(bait)], [...messages, PING], {
    replies: 2,
    after: random.pick(['wait', 'end', 'reset', 'leave']),
  });
}

function operations(random: Random, bait: Bait): Shot {
  const variables = random.pick<() => string>([
    () => nested(random.size(10, 50_000)),
    () => `{"after":${nested(random.size(2, 90))}}`,
    () => `{"after":"${random.word(random.size(10, 100_000))}"}`,
    () => `{"clientIds":[${times(random.size(10, 30_000), () => '"a"').join()}]}`,
    () => `{"${random.pick(NASTY_NAMES)}":{"a":1}}`,
    () => random.pick(['[]', '"a"', '1', 'null']),
  ]);
  const given = (query: string, text: string): string =>
    `{"id":"v","type":"subscribe","payload":{"query":${JSON.stringify(query)},"variables":${text}}}`;
  const listed =
    'subscription ($after: String, $clientIds: [ID!]) { events(after: $after, clientIds: $clientIds) { topic } }';
  const messages = random.pick<() => string[]>([
    () => times(random.size(2, 400), (index) => subscribe(`${index}`, EVENTS)),
    () =>
      times(random.size(2, 400), (index) => subscribe(`${index}`, random.pick([QUERY, EVENTS, '{', '{ nothing }']))),
    () => [given(listed, variables())],
    () => [subscribe('d', anyDocument(random))],
    () => [subscribe('d', anyDocument(random).replace('{', 'subscription {'))],
    () => [subscribe('l', `{ __typename } #${'x'.repeat(random.size(10, 900_000))}`)],
    () => [subscribe('m', 'subscription { events { topic } b: events { topic } }')],
    () => [subscribe('m', 'subscription { __typename }'), subscribe('n', 'mutation { a }'), subscribe('o', BOOK)],
    () => [subscribe('m', 'query A { __typename } subscription B { events { topic } }', { operationName: 'B' })],
    () => [subscribe('m', EVENTS, { operationName: random.pick(NASTY_NAMES) })],
    () => [subscribe('c', `subscription { events(after: "${bait.cursor}") { client { displayName } } }`)],
    () => [subscribe('c', `subscription { clientChanged(id: "${random.pick(bait.ids)}") { client { displayName } } }`)],
    () => [
      subscribe('e', QUERY, { extensions: { persistedQuery: { version: 1, sha256Hash: random.pick(NASTY_NAMES) } } }),
    ],
    () => [
      `{"id":"p","type":"subscribe","payload":${random.pick(['null', '[]', '"a"', '{}', '{"query":1}', '{"query":null}', '{"documentId":"a"}', '{"query":"{a}","extensions":[]}'])}}`,
    ],
  ])();
  return talk(bait, [init(bait)], [...messages, PING], {
    replies: 2,
    after: random.pick(['wait', 'wait', 'end', 'reset', 'leave']),
  });
}

function nonsense(random: Random, bait: Bait): Shot {
  const type = random.pick([
    'next',
    'error',
    'complete',
    'connection_ack',
    'pong',
    'start',
    'stop',
    'connection_terminate',
    ...NASTY_NAMES,
  ]);
  const message = random.pick<() => string>([
    () => JSON.stringify({ type }),
    () =>
      JSON.stringify({ type, id: 'a', payload: random.pick([null, {}, [], 1, [{ message: 'a' }], { data: null }]) }),
    () =>
      `{"type":"ping","payload":${random.pick(['1', '[]', '{"__proto__":{"a":1}}', nested(random.size(2, 90)), nested(5_000)])}}`,
    () =>
      random.pick([
        '',
        ' ',
        '{',
        '[]',
        'null',
        '1',
        '"ping"',
        '{"type":1}',
        '{"type":["ping"]}',
        '\ufeff{"type":"ping"}',
        '{"type":"ping"}x',
      ]),
    () => random.bytes(200).toString('latin1'),
    () => `${'['.repeat(random.size(10, 500_000))}`,
  ])();
  const first = random.chance(0.7) ? [init(bait)] : [];
  return first.length > 0 ? talk(bait, first, [message], { replies: 1 }) : talk(bait, [message], [], { replies: 0 });
}

/** Much is asked for, and nothing of it read. */
function deaf(random: Random, bait: Bait): Shot {
  const payload = JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(random.size(10, 100_000)) } });
  const messages = random.pick<() => string[]>([
    () => times(Math.ceil(2_000_000 / payload.length), () => payload).slice(0, 20_000),
    () => times(5_000, (index) => subscribe(`${index}`, '{')),
    () => times(80, (index) => subscribe(`${index}`, BOOK)),
    () => times(60, (index) => subscribe(`${index}`, '{ nothing }', { variables: { a: 'x'.repeat(20_000) } })),
  ])();
  return talk(bait, [init(bait)], messages, { deafAfter: 1, after: random.pick(['wait', 'end', 'leave']) });
}

export const messageKinds: readonly Kind[] = [
  { name: 'first messages', weight: 5, make: inits },
  { name: 'ids of operations', weight: 4, make: ids },
  { name: 'operations over WebSocket', weight: 5, make: operations },
  { name: 'messages of no known type', weight: 3, make: nonsense },
  { name: 'readers that never read', weight: 1, make: deaf },
];
