import { makeExecutableSchema } from '@graphql-tools/schema';
import { type ExecutionResult, execute, parse, subscribe } from 'graphql';
import { describe, expect, it } from 'vitest';
import { guardScopes, scopesOf } from '../../src/guard/scopes/index.ts';
import { type Caller, SANDBOX_CALLER } from '../../src/platform/caller.ts';
import { CodedError } from '../../src/platform/errors.ts';
import { globalId } from '../../src/platform/relay/ids.ts';

const SDL = `
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE
  interface Node { id: ID! }
  interface Paper @requiresScopes(scopes: [["documents:read"]]) { id: ID! title: String @requiresScopes(scopes: [["personal:read"]]) }
  union Thing = Client | Plan | Unit
  type Client implements Node @requiresScopes(scopes: [["clients:read"]]) {
    id: ID!
    name: String
    email: String @requiresScopes(scopes: [["personal:read"]])
    plans: [Plan!] @requiresScopes(scopes: [["plans:read"]])
    either: String @requiresScopes(scopes: [["metrics:read", "events:read"], ["tables:read"]])
  }
  type Plan implements Node @requiresScopes(scopes: [["plans:read"]]) { id: ID! name: String owners: [Owner!]! }
  type Owner { client: Client percentage: Float }
  type Unit implements Node { id: ID! }
  type Letter implements Paper { id: ID! title: String }
  type Query {
    client: Client @requiresScopes(scopes: [["clients:read"]])
    plan: Plan @requiresScopes(scopes: [["plans:read"]])
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
    things: [Thing]
    letter: Letter
    paper: Paper
    open: String
  }
  type Mutation @requiresScopes(scopes: [["clients:write"]]) { rename: String plain: Int }
  type Subscription { ticks: Int @requiresScopes(scopes: [["events:read"]]) }
`;

/** Coordinates whose resolvers were called. */
const called: string[] = [];

function calling<T>(coordinate: string, value: T): () => T {
  return () => {
    called.push(coordinate);
    return value;
  };
}

const client = { __typename: 'Client' };
const plan = { __typename: 'Plan' };
const nodes: Readonly<Record<string, object>> = { Client: client, Plan: plan, Unit: { __typename: 'Unit' } };
const readNode = (id: string): object | null => {
  const type = Object.keys(nodes).find((name) => globalId(name, 'PLANNR', '1') === id) ?? 'none';
  called.push(`read ${type}`);
  return nodes[type] ?? null;
};

const original = makeExecutableSchema({
  typeDefs: SDL,
  resolvers: {
    Client: {
      id: calling('Client.id', 'c'),
      name: calling('Client.name', 'Ada'),
      email: calling('Client.email', 'ada@example.com'),
      plans: calling('Client.plans', [plan]),
      either: calling('Client.either', 'yes'),
    },
    Plan: { id: calling('Plan.id', 'p'), name: calling('Plan.name', 'ISA'), owners: calling('Plan.owners', [{}]) },
    Owner: { client: calling('Owner.client', client), percentage: () => 50 },
    Unit: { id: () => 'u' },
    Letter: { id: () => 'l', title: calling('Letter.title', 'Dear Ada') },
    Query: {
      client: calling('Query.client', client),
      plan: calling('Query.plan', plan),
      node: (_: unknown, { id }: { id: string }) => readNode(id),
      nodes: (_: unknown, { ids }: { ids: string[] }) => ids.map(async (id) => readNode(id)),
      things: () => [client, plan, { __typename: 'Unit' }],
      letter: calling('Query.letter', {}),
      paper: calling('Query.paper', { __typename: 'Letter' }),
      open: () => 'open',
    },
    Mutation: { rename: calling('Mutation.rename', 'done'), plain: calling('Mutation.plain', 1) },
    Subscription: {
      ticks: {
        subscribe: () => {
          called.push('subscribe');
          return (async function* () {
            yield { ticks: 1 };
          })();
        },
      },
    },
  },
});
const schema = guardScopes(original, { callerOf: (context: { caller: Caller }) => context.caller });

function holding(...scopes: string[]): Caller {
  return { ...SANDBOX_CALLER, subject: 'tester', unrestricted: false, scopes };
}

async function ask(query: string, caller: Caller, variableValues = {}): Promise<ExecutionResult> {
  called.length = 0;
  const result = await execute({ schema, document: parse(query), contextValue: { caller }, variableValues });
  return JSON.parse(JSON.stringify(result)) as ExecutionResult;
}

/** What was refused: path and message. */
function refusals(result: ExecutionResult): string[] {
  return (result.errors ?? []).map(({ path, message }) => `${path?.join('.')}: ${message}`);
}

const lacks = (what: string, ...scopes: string[]): string =>
  `\`${what}\` needs the scope${scopes.length > 1 ? 's' : ''} ${scopes.map((scope) => `\`${scope}\``).join(' and ')}, which the caller does not have.`;

describe('a field that needs scopes', () => {
  it('is null with FORBIDDEN and the name of the scope, and nothing below it is called', async () => {
    const result = await ask('{ open client { id name plans { name } } }', holding('plans:read'));
    expect(result.data).toEqual({ open: 'open', client: null });
    expect(refusals(result)).toEqual([`client: ${lacks('Query.client', 'clients:read')}`]);
    expect(called).toEqual([]);
  });

  it('gives a coded error, with the missing scopes for programs', async () => {
    const result = await execute({ schema, document: parse('{ client { id } }'), contextValue: { caller: holding() } });
    const error = result.errors?.[0]?.originalError;
    expect(error).toBeInstanceOf(CodedError);
    expect(error).toMatchObject({ code: 'FORBIDDEN', details: { missingScopes: ['clients:read'] } });
  });

  it('leaves its neighbours alone', async () => {
    const result = await ask('{ client { name email plans { name } } }', holding('clients:read', 'plans:read'));
    expect(result.data).toEqual({ client: { name: 'Ada', email: null, plans: [{ name: 'ISA' }] } });
    expect(refusals(result)).toEqual([`client.email: ${lacks('Client.email', 'personal:read')}`]);
    expect(called).not.toContain('Client.email');
  });

  it('is refused under any alias, in any fragment, and whatever the variables say', async () => {
    const query = `query ($yes: Boolean!) {
      me: client { a: email ...Parts ... on Client @include(if: $yes) { b: email } ... { c: email } ... on Node { id } }
    }
    fragment Parts on Client { d: email ...More }
    fragment More on Client { e: email }`;
    const result = await ask(query, holding('clients:read'), { yes: true });
    expect(result.data).toEqual({ me: { a: null, b: null, c: null, d: null, e: null, id: 'c' } });
    expect(result.errors).toHaveLength(5);
    expect(called).not.toContain('Client.email');
  });

  it('takes one of several lists, and of that list all', async () => {
    const either = async (...scopes: string[]) =>
      refusals(await ask('{ client { either } }', holding('clients:read', ...scopes)));
    expect(await either('tables:read')).toEqual([]);
    expect(await either('events:read', 'metrics:read')).toEqual([]);
    expect(await either('events:read')).toEqual([`client.either: ${lacks('Client.either', 'metrics:read')}`]);
    expect(await either()).toEqual([`client.either: ${lacks('Client.either', 'tables:read')}`]);
  });

  it('is open to an unrestricted caller', async () => {
    const result = await ask('{ client { email either plans { owners { client { id } } } } }', SANDBOX_CALLER);
    expect(result.errors).toBeUndefined();
  });

  it('is closed where nobody is known to ask', async () => {
    const result = await execute({ schema, document: parse('{ client { id } }'), contextValue: {} });
    expect(result.data).toEqual({ client: null });
  });
});

describe('a type that needs scopes', () => {
  it('is refused wherever it is reached from', async () => {
    const result = await ask('{ plan { name owners { percentage client { __typename id } } } }', holding('plans:read'));
    expect(result.data).toEqual({ plan: { name: 'ISA', owners: [{ percentage: 50, client: null }] } });
    expect(refusals(result)).toEqual([`plan.owners.0.client: ${lacks('Owner.client', 'clients:read')}`]);
    expect(called).not.toContain('Owner.client');
  });

  it('is refused behind an interface, even its name, and before it is read where the id tells', async () => {
    const id = globalId('Client', 'PLANNR', '1');
    for (const selection of ['__typename', 'id', '... on Client { name }', '... on Node { id }', '...F']) {
      const query = `query ($id: ID!) { node(id: $id) { ${selection} } } fragment F on Client { name }`;
      const result = await ask(selection === '...F' ? query : query.replace(/ fragment.*/, ''), holding(), { id });
      expect(result.data).toEqual({ node: null });
      expect(refusals(result)).toEqual([`node: ${lacks('Client', 'clients:read')}`]);
      expect(called).toEqual([]);
    }
  });

  it('is refused alone among many ids; the others keep their places', async () => {
    const ids = ['Client', 'Unit', 'Plan', 'Client', 'Unit'].map((type) => globalId(type, 'PLANNR', '1'));
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }';
    const result = await ask(query, holding('plans:read'), { ids: [...ids, 'no id'] });
    const typed = (name: string) => ({ __typename: name });
    expect(result.data).toEqual({ nodes: [null, typed('Unit'), typed('Plan'), null, typed('Unit'), null] });
    expect(result.errors?.map(({ path }) => path)).toEqual([
      ['nodes', 0],
      ['nodes', 3],
    ]);
    expect(called).toEqual(['read Unit', 'read Plan', 'read Unit', 'read none']);
  });

  it('is refused among the members of a union', async () => {
    const result = await ask('{ things { __typename } }', holding('plans:read'));
    expect(result.data).toEqual({ things: [null, { __typename: 'Plan' }, { __typename: 'Unit' }] });
    expect(refusals(result)).toEqual([`things.0: ${lacks('Client', 'clients:read')}`]);
  });

  it('guards what implements it, where it is an interface', async () => {
    const result = await ask('{ letter { title } paper { title } }', holding());
    expect(refusals(result)).toEqual([
      `letter: ${lacks('Query.letter', 'documents:read')}`,
      `paper: ${lacks('Query.paper', 'documents:read')}`,
    ]);
    expect(called).toEqual([]);
    const more = await ask('{ letter { id title } paper { title } }', holding('documents:read'));
    expect(more.data).toEqual({ letter: { id: 'l', title: null }, paper: { title: null } });
    expect(called).toEqual(['Query.letter', 'Query.paper']);
  });

  it('guards every operation of its kind, where it is a root', async () => {
    const result = await ask('mutation { rename plain }', holding('clients:read'));
    expect(result.data).toEqual({ rename: null, plain: null });
    expect(called).toEqual([]);
    expect((await ask('mutation { rename }', holding('clients:write'))).data).toEqual({ rename: 'done' });
  });
});

describe('a subscription', () => {
  it('does not begin without its scopes', async () => {
    const start = (caller: Caller) =>
      subscribe({ schema, document: parse('subscription { ticks }'), contextValue: { caller } });
    called.length = 0;
    const refused = await start(holding());
    expect(refused).toMatchObject({ errors: [{ message: lacks('Subscription.ticks', 'events:read') }] });
    expect(called).toEqual([]);
    const events = await start(holding('events:read'));
    expect(Symbol.asyncIterator in events).toBe(true);
    if (Symbol.asyncIterator in events) for await (const event of events) expect(event.data).toEqual({ ticks: 1 });
  });
});

it('is judged once on the way to a thing, and again only for what asks for more', async () => {
  let asked = 0;
  const counting = guardScopes(original, {
    callerOf: ({ caller }: { caller: Caller }) => {
      asked += 1;
      return caller;
    },
  });
  const times = async (query: string): Promise<number> => {
    asked = 0;
    const caller = holding('clients:read', 'plans:read', 'personal:read');
    expect(
      (await execute({ schema: counting, document: parse(query), contextValue: { caller } })).errors,
    ).toBeUndefined();
    return asked;
  };
  expect(await times('{ client { id name } }')).toBe(1);
  expect(await times('{ client { id name email plans { id name } } }')).toBe(3);
  // Plans alone lead to owners too: who came by that way holds nothing that lets them see a client.
  expect(await times('{ plan { owners { percentage client { id name } } } }')).toBe(2);
});

it('keeps its directives, so that they can be listed', () => {
  expect([...scopesOf(schema)]).toEqual([...scopesOf(original)]);
});
