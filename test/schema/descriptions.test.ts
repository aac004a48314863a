import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { undescribed } from '../../src/tools/check-descriptions.ts';
import { loadSchema } from '../../src/tools/schema-files.ts';

describe('descriptions', () => {
  it('stand on everything in the graph', () => {
    expect(undescribed(loadSchema())).toEqual([]);
  });

  it('are missed wherever one can stand', () => {
    const bare = buildSchema(`
      directive @cost(weight: Int) on FIELD_DEFINITION
      interface Node { id: ID! }
      type Query implements Node { id: ID! node(id: ID!): Node find(filter: Filter, in: Kind, at: Date): Found }
      union Found = Query
      input Filter { name: String }
      enum Kind { A }
      scalar Date
    `);
    expect(undescribed(bare).sort()).toEqual([
      '@cost',
      '@cost(weight:)',
      'Date',
      'Filter',
      'Filter.name',
      'Found',
      'Kind',
      'Kind.A',
      'Node',
      'Node.id',
      'Query',
      'Query.find',
      'Query.find(at:)',
      'Query.find(filter:)',
      'Query.find(in:)',
      'Query.id',
      'Query.node',
      'Query.node(id:)',
    ]);
  });

  it('count when they are blank only as missing', () => {
    expect(undescribed(buildSchema('"The root." type Query { "  " a: Int "The other." b: Int }'))).toEqual(['Query.a']);
  });
});
