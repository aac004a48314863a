import type { Random } from '../random.ts';
import { type Bait, get, type Kind, post, type Shot } from '../shot.ts';

// Requests by GET and by the id of a document.

const MUTATIONS = [
  'mutation{__typename}',
  'mutation M{deleteClient(id:"a"){id}}',
  '{__typename}',
  'subscription{__typename}',
  'query A{__typename}mutation B{__typename}',
  '{clients(first:1){nodes{displayName}}}',
] as const;

function byGet(random: Random, bait: Bait): Shot {
  const query = encodeURIComponent(random.pick(MUTATIONS));
  const search = random.pick([
    `query=${query}`,
    `query=${query}&query=${query}`,
    `query[]=${query}`,
    `query[a]=${query}`,
    `query=${query}&variables=${encodeURIComponent('{"__proto__":1}')}`,
    `query=${query}&variables=%7B`,
    `query=${query}&extensions=[1]`,
    `query=${query}&operationName=B`,
    `__proto__[query]=${query}`,
    `query=%ff%fe`,
    `query=%zz`,
    `query=%00`,
    'query',
    '',
    `query=${query}&documentId=..%2f..%2fetc%2fpasswd`,
    'documentId=..%2f..%2f..%2fetc%2fpasswd',
    `id=${encodeURIComponent(bait.canary)}`,
  ]);
  const headers = random.pick([
    [],
    ['apollo-require-preflight: 1'],
    ['x-apollo-operation-name: a'],
    ['content-type: application/json'],
    ['content-type: text/plain', 'origin: null'],
    ['accept: text/html'],
    ['accept: multipart/mixed;deferSpec=20220824'],
    ['accept: text/event-stream'],
  ]);
  return get(bait, `/graphql?${search}`, headers);
}

function persisted(random: Random, bait: Bait): Shot {
  const value = random.pick([
    '"../../../etc/passwd"',
    '"..%2f..%2fpackage.json"',
    '"sha256:__proto__"',
    `"${'f'.repeat(64)}"`,
    `"${'a'.repeat(100_000)}"`,
    '{"a":1}',
    '[]',
    'null',
    '1',
    `"${bait.canary}"`,
    '"constructor"',
    '"\\u0000"',
    '"schema/schema.graphql"',
  ]);
  const body = random.pick([
    `{"documentId":${value}}`,
    `{"id":${value}}`,
    `{"docId":${value},"doc_id":${value}}`,
    `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":${value}}}}`,
    `{"query":"{ __typename }","extensions":{"persistedQuery":{"version":${value},"sha256Hash":${value}}}}`,
    `{"query":"{ __typename }","documentId":${value}}`,
    `{"extensions":${value}}`,
  ]);
  return post(bait, body);
}

export const requestKinds: readonly Kind[] = [
  { name: 'GET with anything', weight: 5, make: byGet },
  { name: 'persisted documents', weight: 3, make: persisted },
];
