import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, getIntrospectionQuery, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { costFaults } from '../../src/guard/limits/faults.ts';
import { measure } from '../../src/guard/limits/measure.ts';
import { priceList } from '../../src/guard/limits/prices.ts';
import { checkLimits, DEFAULT_LIMITS } from '../../src/guard/limits/rules.ts';

const ROOT = join(import.meta.dirname, '../..');
const SDL = readdirSync(join(ROOT, 'schema'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /[\\/].*\.graphql$/.test(path))
  .map((path) => readFileSync(join(ROOT, 'schema', path), 'utf8'))
  .join('\n');
const BOOK = readFileSync(join(ROOT, 'src/edge/examples/book.graphql'), 'utf8');

const aliased = (times: number, field: string): string =>
  Array.from({ length: times }, (_, index) => `a${index}: ${field}`).join(' ');
/** What tools ask of each type. */
const WHOLE_TYPE = getIntrospectionQuery()
  .slice(getIntrospectionQuery().indexOf('fragment FullType'))
  .replace('fragment FullType', 'fragment T');

describe('what the graph costs', () => {
  const schema = buildSchema(SDL);
  const prices = priceList(schema);
  const measured = (query: string, variables = {}) => {
    const document = parse(query, { maxTokens: DEFAULT_LIMITS.maxTokens });
    expect(validate(schema, document)).toEqual([]);
    return measure({ prices, document, variables });
  };
  const cost = (query: string, variables = {}) => measured(query, variables).cost.total;

  it('is written without faults', () => expect(costFaults(schema)).toEqual([]));

  it('lets the Book query of 200 clients pass, and 2,000 of 50 in a minute', () => {
    checkLimits(measured(BOOK, { first: 200 }));
    expect(2_000 * cost(BOOK, { first: 50 })).toBeLessThanOrEqual(DEFAULT_LIMITS.budgetPerMinute);
  });

  it('grows with the Book query', () => {
    const costs = [10, 50, 100, 200].map((first) => cost(BOOK, { first }));
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    expect(cost(BOOK, { first: 200 })).toBeGreaterThan(15 * cost(BOOK, { first: 10 }));
  });

  it('is high for what is asked item by item, and for walks', () => {
    const plans = (inner: string) => `{ clients(first: 50) { nodes { plans { nodes { ${inner} } } } } }`;
    expect(cost(plans('valuations(first: 1) { totalCount }'))).toBeGreaterThan(20 * cost(plans('name')));
    const clients = (inner: string) => `{ clients(first: 50) { nodes { ${inner} } } }`;
    expect(cost(clients('plannrRisk { level }'))).toBeGreaterThan(10 * cost(clients('riskLevel { level }')));
    expect(cost('{ plans(first: 1) { totalCount } }')).toBeGreaterThan(5_000);
    expect(cost('{ plans(first: 1, filter: { clientIds: ["a"] }) { totalCount } }')).toBeLessThan(2_000);
    expect(cost('{ clients(first: 1, filter: { nameContains: "a" }) { totalCount } }')).toBeGreaterThan(5_000);
  });

  it('lets the histories of 50 clients’ plans pass', () => {
    checkLimits(
      measured(
        '{ clients(first: 50) { nodes { plans { nodes { name valuations(first: 3) { nodes { valuedOn value { pence } } } } } } } }',
      ),
    );
  });

  // The second is what Apollo Studio and Altair ask for where a server knows all of it.
  it.each([
    ['as most tools ask for it', {}],
    [
      'whole',
      { schemaDescription: true, specifiedByUrl: true, directiveIsRepeatable: true, inputValueDeprecation: true },
    ],
  ])('lets the whole schema be asked for once, %s', (_what, options) => {
    checkLimits(measured(getIntrospectionQuery({ ...options, oneOf: true })));
  });

  it.each([
    ['at the top', (n: number) => `{ ${aliased(n, '__schema { types { name fields { name } } }')} }`, 20],
    ['of one type', (n: number) => `{ ${aliased(n, '__type(name: "Client") { name }')} }`, 20],
    ['inside', (n: number) => `{ __schema { ${aliased(n, 'types { ...T }')} } } ${WHOLE_TYPE}`, 40],
  ])('refuses the schema many times in one operation by its cost: %s', (_where, query, times) => {
    checkLimits(measured(query(2)));
    expect(() => checkLimits(measured(query(times)))).toThrow(expect.objectContaining({ code: 'COST_EXCEEDED' }));
  });
});
