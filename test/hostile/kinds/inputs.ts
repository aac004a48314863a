import type { Random } from '../random.ts';
import { type Bait, graphql, type Kind, post, type Shot } from '../shot.ts';
import { addresses, NASTY_NAMES, TRICKS, times } from './material.ts';

// Values: ids, cursors, filters, variables.

const TYPES = [
  'Client',
  'Plan',
  'Valuation',
  'Relationship',
  'OrganisationUnit',
  'Employee',
  'Questionnaire',
  'ProfilingResult',
  'Document',
  'Query',
  'NoSuchType',
  '__proto__',
  'toString',
  'Constructor',
] as const;

/** A well-made global id of bad parts, or a bad one. */
function forgedId(random: Random, bait: Bait): string {
  const part = (): string =>
    random
      .weighted([
        { weight: 5, make: () => random.pick(TRICKS) },
        { weight: 2, make: () => random.pick(addresses(bait.canary)) },
        { weight: 1, make: () => random.word(random.size(1, 128)) },
        { weight: 1, make: () => random.pick(NASTY_NAMES) },
      ])
      .make();
  const parts = times(random.int(0, 3), part);
  const text = [random.pick(TYPES), random.pick(['d', 'p', 'D', 'x', '', '__proto__']), ...parts].join(':');
  const known = random.pick(bait.ids);
  return random
    .weighted([
      { weight: 6, make: () => Buffer.from(text).toString('base64url') },
      { weight: 1, make: () => Buffer.from(text).toString('base64') },
      { weight: 1, make: () => random.bytes(random.size(1, 200)).toString('base64url') },
      { weight: 2, make: () => known.slice(0, random.int(0, known.length)) + random.word(3) },
      {
        weight: 1,
        make: () =>
          Buffer.from(Buffer.from(known, 'base64url').toString().replace(/^\w+/, random.pick(TYPES))).toString(
            'base64url',
          ),
      },
      { weight: 1, make: () => known },
      { weight: 1, make: () => random.pick(TRICKS) },
      { weight: 1, make: () => 'A'.repeat(random.size(100, 500_000)) },
    ])
    .make();
}

function forgedCursor(random: Random, bait: Bait): string {
  const hash = Buffer.from(bait.cursor, 'base64url').toString('latin1').slice(0, 10);
  const numbers = times(random.int(0, 4), () =>
    random.pick(['0', '-1', '1e3', '999999999', '99999999999999999999', '0x10', ' 1', '', 'NaN', '..']),
  );
  const text = [hash, ...numbers].join(':');
  return random.pick([
    Buffer.from(text).toString('base64url'),
    Buffer.from(text).toString('base64'),
    random.bytes(20).toString('base64url'),
    bait.cursor,
    random.pick(TRICKS),
    '',
    'A'.repeat(random.size(10, 300_000)),
    random.pick(addresses(bait.canary)),
  ]);
}

const NODE_FIELDS =
  '__typename id ... on Client { displayName plans(first: 2) { nodes { id } } riskLevel { level } relationships { id } wealth { total { decimal } } } ... on Plan { name owners { client { id } } valuations(first: 2) { nodes { id } } }';

function ids(random: Random, bait: Bait): Shot {
  const list = times(random.size(1, 250), () => forgedId(random, bait));
  const variables = { id: forgedId(random, bait), ids: list.slice(0, random.chance(0.3) ? 250 : 2) };
  const query = random.pick([
    `query ($id: ID!) { node(id: $id) { ${NODE_FIELDS} } }`,
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ${NODE_FIELDS} } }`,
    'query ($id: ID!) { client(id: $id) { displayName plans(first: 1) { nodes { name } } riskLevel { level } profilingResults(first: 1) { nodes { id } } } }',
    'query ($id: ID!) { plan(id: $id) { name latestValuation { valuedOn } valuations(first: 2) { nodes { id } } } }',
    'query ($ids: [ID!]!) { plans(first: 2, filter: { clientIds: $ids }) { nodes { id } } }',
    'query ($ids: [ID!]!) { clients(first: 2, filter: { organisationUnitIds: $ids }) { totalCount } }',
  ]);
  return graphql(random, bait, query, variables);
}

function pages(random: Random, bait: Bait): Shot {
  const numbers = [0, -1, 1, 2, 200, 201, 2 ** 31 - 1, 2 ** 31, 1e300, 1.5, '1', null, true, [], {}];
  const first = random.pick(numbers);
  const field = random.pick(['clients', 'plans', 'employees', 'organisationUnits', 'questionnaires']);
  const query = `query ($first: Int, $after: String) { ${field}(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
  return graphql(random, bait, query, { first, after: forgedCursor(random, bait) });
}

function serverSideRequests(random: Random, bait: Bait): Shot {
  const url = (): string => random.pick(addresses(bait.canary));
  const query = random.pick([
    'query ($url: String) { clients(first: 1, filter: { nameContains: $url }) { nodes { id } } }',
    'query ($url: String) { clients(first: 1, after: $url) { totalCount } }',
    'query ($url: String) { clients(last: 1, before: $url) { totalCount } }',
    'query ($url: String) { plans(first: 1, filter: { policyNumber: $url }) { nodes { id } } }',
    'query ($id: ID!) { node(id: $id) { id } client(id: $id) { id } plan(id: $id) { id } }',
    'query ($id: ID!) { clients(first: 1, filter: { organisationUnitIds: [$id] }) { totalCount } }',
  ]);
  const more = random.pick([
    {},
    { operationName: url() },
    { extensions: { url: url(), persistedQuery: { version: 1, sha256Hash: url() } } },
    { documentId: url() },
    { id: url() },
  ]);
  return graphql(
    random,
    bait,
    query,
    { url: url(), id: random.chance(0.5) ? url() : Buffer.from(`Client:d:${url()}`).toString('base64url') },
    more,
  );
}

const QUERY = 'query ($filter: ClientFilter, $first: Int) { clients(filter: $filter, first: $first) { totalCount } }';

function variables(random: Random, bait: Bait): Shot {
  const size = random.size(100, 900_000);
  const name = random.pick(NASTY_NAMES);
  const text = random.pick([
    () => `{"first":1,"filter":{"nameContains":"${'x'.repeat(size)}"}}`,
    () => `{${times(size / 20, (index) => `"v${index}":${index}`).join()}}`,
    () => `{"first":${'['.repeat(size / 2)}${']'.repeat(size / 2)}}`,
    () => `{"filter":${'{"a":'.repeat(size / 6)}1${'}'.repeat(size / 6)}}`,
    () => `{"filter":{"organisationUnitIds":[${times(size / 6, () => '"YQ"').join()}]}}`,
    () => `{"first":1,"first":2,"filter":null,"filter":{"nameContains":"a"}}`,
    () => `{"first":${'9'.repeat(size)}}`,
    () => `{"${name}":{"first":1},"first":1}`,
    () => `{"filter":{"${name}":"a","nameContains":"a"}}`,
    () => `{"filter":{"nameContains":"\\ud800${random.pick(['', '\\u0000', '\\udfff\\ud800'])}"}}`,
    () => `{"filter":{"nameContains":{"toString":1}},"first":{"valueOf":1}}`,
    () =>
      random.pick([
        '[]',
        '"a"',
        '1',
        'null',
        'true',
        '[{"first":1}]',
        '{"first":[1]}',
        '{"filter":[[{"nameContains":"q"}]]}',
      ]),
  ])();
  return post(bait, `{"query":${JSON.stringify(QUERY)},"variables":${text}}`);
}

function bodyKeys(random: Random, bait: Bait): Shot {
  const name = random.pick([...NASTY_NAMES, 'query', 'variables', 'extensions', 'operationName']);
  const value = random.pick([
    '{"isAdmin":true}',
    '{"prototype":{"isAdmin":true}}',
    'null',
    '[]',
    '"a"',
    '1e999',
    '{"__proto__":{"unrestricted":true}}',
    `"${random.pick(NASTY_NAMES)}"`,
  ]);
  const body = random.pick([
    `{"query":"{ __typename }","${name}":${value}}`,
    `{"${name}":${value},"query":"query constructor { __typename } query toString { __typename }","operationName":"${name}"}`,
    `{"query":"{ __typename }","extensions":{"${name}":${value},"persistedQuery":{"version":1,"sha256Hash":"${name}"}}}`,
    `{"query":{"${name}":${value}}}`,
    `{"query":["{ __typename }"]}`,
    `{"\\u005f_proto__":${value},"query":"{ __typename }"}`,
  ]);
  return post(bait, body);
}

function batches(random: Random, bait: Bait): Shot {
  const count = random.size(1, 5_000);
  const one = random.pick([
    '{"query":"{ __typename }"}',
    '{"query":"{ clients(first: 1) { totalCount } }"}',
    'null',
    '[]',
    '{}',
  ]);
  return post(bait, `[${times(count, () => one).join()}]`);
}

export const inputKinds: readonly Kind[] = [
  { name: 'forged ids', weight: 9, make: ids },
  { name: 'forged cursors and pages', weight: 5, make: pages },
  { name: 'server-side request forgery', weight: 6, make: serverSideRequests },
  { name: 'hostile variables', weight: 5, make: variables },
  { name: 'hostile body keys', weight: 4, make: bodyKeys },
  { name: 'batched operations', weight: 2, make: batches },
];
