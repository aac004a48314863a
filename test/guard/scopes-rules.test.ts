import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  assertScopes,
  greedyFields,
  mayAsk,
  missingScopes,
  SCOPES,
  scopeRules,
  scopesNamed,
  scopesOf,
  unguardedFields,
} from '../../src/guard/scopes/index.ts';
import { allOf, anyOf, implies, type Requirement } from '../../src/guard/scopes/requirement.ts';
import { SANDBOX_CALLER } from '../../src/platform/caller.ts';

const DIRECTIVE = 'directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE\n';
const schemaOf = (sdl: string) => buildSchema(DIRECTIVE + sdl);
const needs = (...scopes: string[]): string => `@requiresScopes(scopes: [${JSON.stringify(scopes)}])`;
const holding = (scopes: readonly string[]) => ({ ...SANDBOX_CALLER, unrestricted: false, scopes });

describe('reading the directive', () => {
  it('lists where it stands; a type and its extensions hold together', () => {
    const found = scopesOf(
      schemaOf(`type Query ${needs('clients:read')} { a: Int b: Int @requiresScopes(scopes: [["plans:read", "personal:read"], ["tables:read"]]) }
        type Other { c: Int }`),
    );
    expect(Object.fromEntries(found)).toEqual({
      Query: [['clients:read']],
      'Query.b': [['personal:read', 'plans:read'], ['tables:read']],
    });
  });

  it.each([
    ['an unknown scope', '[["clients:reed"]]', 'names the scope "clients:reed", which is not known'],
    ['a scope with blanks', '[["clients:read plans:read"]]', 'is not known'],
    ['no alternative', '[]', 'empty list'],
    ['an empty alternative', '[["plans:read"], []]', 'empty list'],
    ['a list that would mean OR', '["clients:read", "plans:read"]', 'list of lists'],
    ['one name', '"clients:read"', 'list of lists'],
  ])('refuses %s at the start', (_name, scopes, message) => {
    const schema = schemaOf(`type Query { a: Int @requiresScopes(scopes: ${scopes}) }`);
    expect(() => scopesOf(schema)).toThrow(/^Query\.a: /);
    expect(() => scopesOf(schema)).toThrow(message);
  });

  it('refuses a schema that does not declare it, and one that has it where it does nothing', () => {
    expect(() => scopesOf(buildSchema('type Query { a: Int }'))).toThrow('does not declare');
    const misplaced = buildSchema(
      `directive @requiresScopes(scopes: [[String!]!]!) on SCALAR type Query { a: S } scalar S ${needs('plans:read')}`,
    );
    expect(() => scopesOf(misplaced)).toThrow('S: ');
  });
});

const scope = fc.constantFrom(...SCOPES);
const requirement: fc.Arbitrary<Requirement> = fc.array(fc.uniqueArray(scope, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 3,
});
const held = fc.uniqueArray(scope);
const meets = (scopes: readonly string[], wanted: Requirement): boolean =>
  missingScopes(holding(scopes), wanted).length === 0;

const TWICE: Requirement[number][number][] = ['documents:write', 'tables:read'];

describe('requirements', () => {
  it('join as AND and OR do', () => {
    fc.assert(
      fc.property(requirement, requirement, held, (a, b, scopes) => {
        expect(meets(scopes, allOf(a, b))).toBe(meets(scopes, a) && meets(scopes, b));
        expect(meets(scopes, anyOf(a, b))).toBe(meets(scopes, a) || meets(scopes, b));
      }),
      // The same scopes, in another order.
      { examples: [[[TWICE, TWICE.toReversed()], [['clients:read']], TWICE]] },
    );
  });

  it('imply one another exactly where no caller tells them apart', () => {
    const all = Array.from({ length: 2 ** SCOPES.length }, (_, bits) => SCOPES.filter((_s, at) => bits & (1 << at)));
    fc.assert(
      fc.property(requirement, requirement, (a, b) => {
        expect(implies(a, b)).toBe(all.every((scopes) => !meets(scopes, a) || meets(scopes, b)));
      }),
      { numRuns: 30 },
    );
  });

  it('say what is missing: with it they are met', () => {
    fc.assert(
      fc.property(requirement, held, (wanted, scopes) => {
        expect(meets([...scopes, ...missingScopes(holding(scopes), wanted)], wanted)).toBe(true);
      }),
    );
  });

  it('hold at doors that are no field', () => {
    expect(() => assertScopes(holding([]), '/metrics', [['metrics:read']])).toThrow('`/metrics` needs the scope');
    expect(() => assertScopes(SANDBOX_CALLER, '/metrics', [['metrics:read']])).not.toThrow();
  });
});

describe('names of scopes', () => {
  it('have shorthands', () => {
    expect(scopesNamed(['write'])).toEqual(SCOPES);
    expect(scopesNamed(['read'])).toEqual(SCOPES.filter((name) => name.endsWith(':read')));
    expect(scopesNamed(['plans:read', 'clients:read', 'plans:read'])).toEqual(['clients:read', 'plans:read']);
    expect(() => scopesNamed(['plans'])).toThrow('"plans" is no scope');
    expect(() => scopesNamed(['constructor'])).toThrow('is no scope');
  });
});

describe('root fields', () => {
  const guarded = `interface Node { id: ID! } type A implements Node ${needs('clients:read')} { id: ID! }`;

  it('need the directive, or a place on the list', () => {
    const schema = schemaOf(`${guarded} type Query { a: A ${needs('clients:read')} b: A gateway: Int }
      type Mutation ${needs('clients:write')} { c: Int } type Subscription { d: Int }`);
    expect(unguardedFields(schema)).toEqual(['Query.b', 'Subscription.d']);
    expect(unguardedFields(schema, ['Query.b', 'Subscription.d', 'Query.x'])).toEqual([
      'Query.gateway',
      'Query.x does not exist',
    ]);
  });

  it('may do without where every type behind an interface is guarded', () => {
    const query = 'type Query { node: Node gateway: Int }';
    expect(unguardedFields(schemaOf(guarded + query))).toEqual([]);
    expect(unguardedFields(schemaOf(`${guarded + query} type B implements Node { id: ID! }`))).toEqual([
      'Query.node → B',
    ]);
  });
});

describe('non-null fields', () => {
  it('are named where a refusal would take along what the caller may have', () => {
    const schema = schemaOf(`
      type Query { a: A ${needs('clients:read')} b: B ${needs('plans:read')} c: Int! ${needs('plans:read')} }
      type A ${needs('clients:read')} { id: ID! email: String! ${needs('personal:read')} page: Page ${needs('plans:read')} again: A! }
      type B { a: A! as: [A!] page: Page }
      type Page { nodes: [P!]! } type P ${needs('plans:read')} { id: ID! }`);
    expect(greedyFields(schema)).toEqual(['Query.c', 'A.email', 'B.a']);
  });

  it('count interfaces that turn out to be guarded', () => {
    const types = `interface N { id: ID! } type A implements N ${needs('clients:read')} { id: ID! }`;
    const greedy = (type: string) => greedyFields(schemaOf(`type Query { n: ${type} } ${types}`));
    expect([greedy('N'), greedy('[N]!'), greedy('[N]')]).toEqual([[], [], []]);
    expect([greedy('N!'), greedy('[N!]'), greedy('[N!]!')]).toEqual([['Query.n'], ['Query.n'], ['Query.n']]);
  });
});

it('tells which fields a caller may ask for, so that the others are not fetched along', () => {
  const rules = scopeRules(
    schemaOf(`type Query { a: A } type A ${needs('clients:read')} { id: ID email: ID ${needs('personal:read')} }`),
  );
  const may = (coordinate: string, ...scopes: string[]) => mayAsk(rules, holding(scopes), coordinate);
  expect([may('A.id'), may('A.id', 'clients:read'), may('A.email', 'clients:read')]).toEqual([false, true, false]);
  expect(may('A.email', 'clients:read', 'personal:read')).toBe(true);
  expect(may('A.__typename', 'clients:read')).toBe(true);
});
