import { describe, expect, it } from 'vitest';
import { ODataError } from '../../../src/tables/odata/errors.ts';
import { resourceOf } from '../../../src/tables/odata/path.ts';
import { MODEL } from './example.ts';

/** What a path leads to, with sets and navigations by their names. */
function found(path: string): unknown {
  const named = (key: string, value: unknown): unknown =>
    (key === 'set' || key === 'navigation' || key === 'column') && typeof value === 'object' && value !== null
      ? ((value as { property?: string; name: string }).property ?? (value as { name: string }).name)
      : value;
  return JSON.parse(JSON.stringify(resourceOf(path, MODEL), named));
}

function problem(path: string): ODataError {
  try {
    resourceOf(path, MODEL);
  } catch (error) {
    if (error instanceof ODataError) return error;
    throw error;
  }
  throw new Error(`${path} leads somewhere`);
}

describe('a path', () => {
  it.each([
    ['', { kind: 'service' }],
    ['/', { kind: 'service' }],
    ['/$metadata', { kind: 'metadata' }],
    ['%24metadata', { kind: 'metadata' }],
    ['Clients', { kind: 'collection', set: 'Clients', origin: null }],
    ['Clients/', { kind: 'collection', set: 'Clients', origin: null }],
    ['Clients/$count', { kind: 'count', set: 'Clients', origin: null }],
    ["Clients('a')", { kind: 'entity', set: 'Clients', key: ['a'] }],
    ["Clients(id='a')", { kind: 'entity', set: 'Clients', key: ['a'] }],
    ["Clients('a=b')", { kind: 'entity', set: 'Clients', key: ['a=b'] }],
    ["Clients('O''Neil')", { kind: 'entity', set: 'Clients', key: ["O'Neil"] }],
    ['Clients(%27O%27%27Neil%27)', { kind: 'entity', set: 'Clients', key: ["O'Neil"] }],
    ["Clients('a%2Fb(c),d%25')", { kind: 'entity', set: 'Clients', key: ['a/b(c),d%'] }],
    [
      'Clients(3fa85f64-5717-4562-b3fc-2c963f66afa6)',
      { kind: 'entity', set: 'Clients', key: ['3fa85f64-5717-4562-b3fc-2c963f66afa6'] },
    ],
    ["PlanOwners(planId='p',position=2)", { kind: 'entity', set: 'PlanOwners', key: ['p', 2] }],
    [
      "PlanOwners( position = 2 , planId = 'p,position=1' )",
      { kind: 'entity', set: 'PlanOwners', key: ['p,position=1', 2] },
    ],
    ["Clients('a')/displayName", { kind: 'property', set: 'Clients', key: ['a'], column: 'displayName', index: 1 }],
    ["Clients('a')/displayName/$value", { kind: 'value', set: 'Clients', key: ['a'], column: 'displayName', index: 1 }],
    [
      "Clients('a')/plans",
      { kind: 'collection', set: 'Plans', origin: { set: 'Clients', key: ['a'], navigation: 'plans' } },
    ],
    [
      "Clients('a')/plans/$count",
      { kind: 'count', set: 'Plans', origin: { set: 'Clients', key: ['a'], navigation: 'plans' } },
    ],
    [
      "Clients('a')/adviser",
      { kind: 'related', set: 'Employees', origin: { set: 'Clients', key: ['a'], navigation: 'adviser' } },
    ],
  ])('%s', (path, expected) => {
    expect(found(path)).toEqual(expected);
  });

  it.each([
    ['Nothing', 404, 'Nothing'],
    ['clients', 404, 'clients'],
    ['constructor', 404, 'constructor'],
    ['Clients/a', 404, 'Clients(key)'],
    ['Clients/$value', 404, '$value'],
    ["Clients('a')/nothing", 404, 'nothing'],
    ["Clients('a')/displayName/length", 404, 'displayName'],
    ["Clients('a')/plans/displayName", 404, 'Plans(key)'],
    ['$metadata/Clients', 404, '$metadata'],
    ['Clients(1)', 400, 'type id'],
    ['Clients()', 400, 'one value'],
    ['Clients(a)', 400, 'in quotes'],
    ['Clients(null)', 400, 'type id'],
    ["Clients('a'", 400, 'bracket'],
    ["Clients('a','b')", 400, 'id=…'],
    ["Clients(name='a')", 400, 'id'],
    ["PlanOwners('p')", 400, 'planId=…,position=…'],
    ["PlanOwners(planId='p')", 400, 'planId=…,position=…'],
    ["PlanOwners(planId='p',position='2')", 400, 'position'],
    ["Clients('%E0%A4%A')", 400, 'percent'],
    ['$batch', 501, '$batch'],
    ['Clients(@id)', 501, 'alias'],
    ['Clients(id=@id)', 501, 'alias'],
    ['$all', 501, '$all'],
    ['$crossjoin(Clients,Plans)', 501, '$crossjoin'],
    ['$entity', 501, '$entity'],
    ["Clients('a')/plans/$ref", 501, '$ref'],
    ["Clients('a')/Wealth.Person", 501, 'Wealth.Person'],
    ['Clients/Wealth.Own(a=1)', 501, 'Wealth.Own'],
    ["Clients('a')/plans('b')", 501, 'plans'],
    ["Clients('a')/adviser/displayName", 501, 'adviser'],
  ])('%s is refused with %i', (path, status, word) => {
    const error = problem(path);
    expect([error.status, error.message]).toEqual([status, expect.stringContaining(word)]);
  });
});
