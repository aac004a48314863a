import type { HttpAnswer } from '../answers.ts';
import type { Random } from '../random.ts';
import { type Bait, head, type Kind, type Shot } from '../shot.ts';
import { anyDocument } from './documents.ts';
import { NASTY_NAMES, TRICKS, times } from './material.ts';

// Server-sent events: streams that are reserved, opened, asked of and ended in every order, mostly a wrong one.

const EVENTS = 'subscription { events { cursor topic } }';
const QUERY = '{ gateway { version } }';
const TOKEN = 'x-graphql-event-stream-token';
const UUID = '0a000000-0000-4000-8000-00000000dead';

const ACCEPTS = [
  'text/event-stream',
  'text/event-stream, application/json',
  'application/json, text/event-stream',
  'text/event-stream;q=0',
  'TEXT/EVENT-STREAM',
  'text/event-stream; charset=utf-8',
  '*/*, text/event-stream',
  'text/event-streams',
  ' , text/event-stream',
] as const;

function posted(
  bait: Bait,
  body: string,
  lines: readonly string[],
  target = '/graphql',
  type = 'application/json',
): string {
  const length = `content-length: ${Buffer.byteLength(body)}`;
  return head(bait, `POST ${target}`, [`content-type: ${type}`, ...lines, length]) + body;
}

function operation(random: Random): string {
  const query = random.pick<() => string>([
    () => EVENTS,
    () => EVENTS,
    () => QUERY,
    () => 'subscription { __typename }',
    () => 'mutation { a }',
    () => '{',
    () => anyDocument(random),
    () => '{ clients(first: 20) { nodes { displayName plans(first: 5) { nodes { name } } } } }',
  ])();
  return random.pick<() => string>([
    () => JSON.stringify({ query }),
    () => JSON.stringify({ query }),
    () => JSON.stringify({ query, variables: { [random.pick(NASTY_NAMES)]: 1 } }),
    () => JSON.stringify({ query, variables: [], extensions: 'a', operationName: 1 }),
    () => random.pick(['{}', '[]', 'null', '"a"', '{"query":1}', '{"query":null}', '', '{', '[{"query":"{a}"}]']),
  ])();
}

/** One operation in a stream of its own. */
function distinct(random: Random, bait: Bait): Shot {
  const lines = times(random.chance(0.1) ? 2 : 1, () => `accept: ${random.pick(ACCEPTS)}`);
  const after = random.pick(['wait', 'wait', 'end', 'reset', 'leave'] as const);
  const isGet = random.chance(0.4);
  if (!isGet) {
    const type = random.chance(0.9) ? 'application/json' : random.pick(['text/plain', 'application/json+x', 'x']);
    return { pieces: [posted(bait, operation(random), lines, '/graphql', type)], whole: after === 'wait', after };
  }
  const search = random.pick<() => string>([
    () => `query=${encodeURIComponent(random.pick([QUERY, EVENTS, 'mutation{a}', '{', 'subscription{__typename}']))}`,
    () =>
      `query=${encodeURIComponent(EVENTS)}&variables=${random.pick(['%7B', '[]', '1', '%ff', 'null', '%7B%22after%22%3A1%7D'])}`,
    () => `query=${encodeURIComponent(QUERY)}&extensions=${random.pick(['%7B', '[]', '"a"', '1'])}&operationName=x`,
    () =>
      random.pick(['', 'query', 'query=', 'query=%zz', 'query[]=a', 'documentId=a', '__proto__[query]=a', '?query=a']),
  ])();
  const method = random.pick(['GET', 'GET', 'GET', 'HEAD']);
  return {
    pieces: [head(bait, `${method} /graphql?${search}`, lines)],
    whole: after === 'wait',
    head: method === 'HEAD',
    after,
  };
}

/** Behind another request, whose answer has to come first. */
function behind(random: Random, bait: Bait): Shot {
  const stream = head(bait, `GET /graphql?query=${encodeURIComponent(EVENTS)}`, ['accept: text/event-stream']);
  const after = random.pick(['wait', 'end', 'reset'] as const);
  return {
    pieces: [
      random.pick([
        posted(
          bait,
          '{"query":"{ clients(first: 5) { nodes { displayName plans(first: 5) { nodes { name } } } } }"}',
          [],
        ) + stream,
        stream.repeat(random.int(2, 20)),
        stream + head(bait, 'GET /health/live').repeat(5),
        head(bait, 'GET /health/live') + stream,
      ]),
    ],
    answers: 30,
    after,
  };
}

/** Streams that are nobody's, or somebody else's. */
function foreign(random: Random, bait: Bait): Shot {
  const token = random.pick([UUID, ...NASTY_NAMES, random.word(random.size(1, 5_000)), '', 'null', 'undefined', ',']);
  const target = `/graphql?${random.pick([
    `token=${encodeURIComponent(token)}`,
    `token=${UUID}&token=${UUID}`,
    `token[]=${UUID}`,
    `token=${encodeURIComponent(random.pick(TRICKS).replace(/[\ud800]/g, ''))}`,
    `operationId=${encodeURIComponent(random.pick(NASTY_NAMES))}`,
    '',
  ])}`;
  const lines = random.pick([[], [`${TOKEN}: ${token}`], [`${TOKEN}: ${UUID}`, `${TOKEN}: ${UUID}`]]);
  const accept = random.chance(0.5) ? [`accept: ${random.pick(ACCEPTS)}`] : [];
  const whole = random.pick<() => string>([
    () => head(bait, `GET ${target}`, [...lines, ...accept]),
    () => head(bait, `DELETE ${target}`, [...lines, ...accept]),
    () => posted(bait, operation(random), [...lines, ...accept], target),
    () => head(bait, `PUT ${target}`, [...lines, ...accept]),
  ])();
  return { pieces: [whole], whole: true };
}

/** Many streams are reserved, and nobody ever comes for them. */
function reservations(random: Random, bait: Bait): Shot {
  const count = random.size(1, 60);
  const line = random.pick([[], ['accept: text/plain'], ['accept: application/json'], ['accept: text/event-stream']]);
  return {
    pieces: [head(bait, 'PUT /graphql', line).repeat(count)],
    answers: count,
    all: true,
    whole: true,
  };
}

/** A stream is reserved, and then used: before it is opened, twice, with ids that mean something, or not at all. */
function used(random: Random, bait: Bait): Shot {
  const ids = times(random.size(1, 40), (index) =>
    random.pick([`${index}`, ...NASTY_NAMES, 'x'.repeat(random.size(10, 50_000)), '', '\u0000\n\n']),
  );
  const body = (id: string): string =>
    JSON.stringify({ query: random.pick([EVENTS, QUERY, '{', '{ nothing }']), extensions: { operationId: id } });
  const [opens, twice] = [random.chance(0.6), random.chance(0.2)];
  const asks = times(random.size(1, 150), () => random.pick(ids));
  const ends = times(random.int(0, 20), () => random.pick(ids));
  const after = random.pick(['wait', 'reset', 'leave'] as const);
  const rest = (token: string): string => {
    const line = `${TOKEN}: ${token}`;
    const stream = head(bait, 'GET /graphql', [line, 'accept: text/event-stream']);
    return [
      ...asks.map((id) => posted(bait, body(id), [line])),
      ...ends.map((id) => head(bait, `DELETE /graphql?operationId=${encodeURIComponent(id.slice(0, 500))}`, [line])),
      ...(opens ? [stream] : []),
      ...(twice ? [stream] : []),
    ].join('');
  };
  return {
    pieces: [head(bait, 'PUT /graphql')],
    next: (answers: readonly HttpAnswer[], written) =>
      written === 0 && answers[0]?.status === 201 ? rest(answers[0].body.toString()) : null,
    said: asks.join(),
    answers: 1 + asks.length + ends.length + 2,
    whole: after !== 'reset',
    after,
  };
}

export const eventKinds: readonly Kind[] = [
  { name: 'event streams', weight: 6, make: distinct },
  { name: 'event streams behind other requests', weight: 2, make: behind },
  { name: 'event streams of others', weight: 3, make: foreign },
  { name: 'reservations', weight: 2, make: reservations },
  { name: 'reservations that are used', weight: 4, make: used },
];
