import { createRequire } from 'node:module';
import { buildSchema } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { risks } from '../../src/tools/check-breaking.ts';
import { printStable, schemaFiles } from '../../src/tools/schema-files.ts';

// Vite would take graphql's ES module build, while the inspector has the CommonJS one; the two do not know each other's types.
vi.mock('graphql', () => createRequire(import.meta.url)('graphql'));

describe('risks', () => {
  it('tells breaking from dangerous from harmless', async () => {
    const before = 'type Query { a: Int b(c: Int): Kind } enum Kind { X }';
    expect(await risks(before, 'type Query { b(c: Int): Kind d: Int } enum Kind { X Y }')).toEqual({
      breaking: [expect.stringMatching(/^Query\.a: /)],
      dangerous: [expect.stringMatching(/^Kind\.Y: /)],
    });
    expect(await risks(before, before)).toEqual({ breaking: [], dangerous: [] });
  });
});

describe('the printed schema', () => {
  it('does not depend on the order of the files', () => {
    const parts = ['type Query { b: Int a: Kind }', 'enum Kind { Y X }'];
    expect(printStable(buildSchema(parts.join('\n')))).toBe(printStable(buildSchema(parts.toReversed().join('\n'))));
  });

  it('is not itself one of its sources', () => {
    expect(schemaFiles().length).toBeGreaterThan(0);
    expect(schemaFiles()).not.toContain('schema/schema.graphql');
  });
});
