import { describe, expect, it } from 'vitest';
import { ODataError } from '../../../src/tables/odata/errors.ts';
import { type Expand, type Options, optionsOf } from '../../../src/tables/odata/options.ts';
import { nextQuery, queryOf } from '../../../src/tables/odata/query.ts';
import { CLIENT_COLUMNS, CLIENTS, MODEL } from './example.ts';

function read(raw: string, kind: 'collection' | 'count' | 'one' = 'collection', set = CLIENTS): Options {
  return optionsOf(queryOf(raw), kind, set, { model: MODEL, now: 0 });
}

function problem(raw: string, kind?: 'one'): ODataError {
  try {
    read(raw, kind);
  } catch (error) {
    if (error instanceof ODataError) return error;
    throw error;
  }
  throw new Error(`There is no problem with ${raw}`);
}

const names = (options: Options) => options.select?.map(({ property }) => property) ?? null;
const shape = ({ navigation, set, options }: Expand): unknown => ({
  to: `${navigation.name}:${set.name}`,
  select: names(options),
  top: options.top,
  skip: options.skip,
  count: options.count,
  conjuncts: options.filter?.conjuncts,
  order: options.orderBy?.terms,
  expand: options.expand.map(shape),
});

describe('query options', () => {
  it('that Power BI and Excel send are read', () => {
    const raw =
      "$filter=updatedAt%20ge%202026-01-01T00:00:00Z%20and%20(status%20eq%20'ACTIVE'%20or%20status%20eq%20'PROSPECT')" +
      '&$select=displayName,id&$orderby=displayName&$top=1000&$count=true';
    const { select: _, filter, orderBy, texts, ...rest } = read(raw);
    expect(names(read(raw))).toEqual(['id', 'displayName']);
    expect(filter?.conjuncts).toEqual([
      { property: 'updatedAt', op: 'ge', values: ['2026-01-01T00:00:00Z'] },
      { property: 'status', op: 'in', values: ['ACTIVE', 'PROSPECT'] },
    ]);
    expect(orderBy?.terms).toEqual([{ property: 'displayName', isDescending: false }]);
    expect([...texts.keys()]).toEqual(['$filter', '$select', '$orderby', '$top', '$count']);
    expect(rest).toEqual({
      ...{ selectedLinks: [], search: null, top: 1000, skip: 0, count: true, expand: [], skipToken: null },
    });
  });

  it('have defaults', () => {
    expect(read('')).toEqual({
      ...{ select: null, filter: null, orderBy: null, search: null, top: null, skip: 0, count: false, expand: [] },
      ...{ selectedLinks: [], skipToken: null, texts: new Map() },
    });
  });

  it.each(['top=5', '$TOP=5', 'Top=5', '%24top=5', '$top= 5', 'a=1&$top=5&b', '$top=5&apikey=%24top', 'id=7&$top=5'])(
    'are taken with and without "$", in any case, beside others: %s',
    (raw) => {
      expect(read(raw).top).toBe(5);
    },
  );

  it.each([
    ['$filter=status%20eq%20%27a%26b%27', ['a&b']],
    ["$filter=status eq 'a%2Bb'", ['a+b']],
    ["$filter=status+eq+'a+b'", ['a b']],
    ['$filter=updatedAt%20ge%202026-01-01T00:00:00+01:00', ['2026-01-01T00:00:00+01:00']],
    ['$filter=updatedAt+ge+2026-01-01T00:00:00.5%2B01:00', ['2026-01-01T00:00:00.5+01:00']],
    ["$filter=status eq @s&@s='x'", ['x']],
  ])('are decoded: %s', (raw, values) => {
    expect(read(raw).filter?.conjuncts[0]?.values).toEqual(values);
  });

  it.each([
    ['$select=*', CLIENT_COLUMNS.map(({ property }) => property)],
    ['$select=status, id', ['id', 'status']],
    ['$select=id,id', ['id']],
    ['$select=id,plans', ['id']],
  ])('%s', (raw, expected) => {
    expect(names(read(raw))).toEqual(expected);
  });

  it.each([
    ['smith', ['smith']],
    ['ann smith', ['ann', 'smith']],
    ['ann AND "of the hill"', ['ann', 'of the hill']],
    ['"a \\"b\\""', ['a "b"']],
    ["o'neil", ["o'neil"]],
  ])('$search=%s', (text, terms) => {
    expect(read(`$search=${encodeURIComponent(text)}`).search).toEqual(terms);
  });

  it('nest in $expand', () => {
    const raw =
      "$expand=plans($select=id,name;$filter=contains(name,'a;b,c)');$orderby=name desc;$top=2;$skip=1;$count=true;" +
      '$expand=owners($expand=client)),adviser';
    const plain = { select: null, top: null, skip: 0, count: false, expand: [] };
    expect(read(raw).expand.map(shape)).toEqual([
      {
        ...{ to: 'plans:Plans', select: ['id', 'name'], top: 2, skip: 1, count: true },
        conjuncts: [{ property: 'name', op: 'contains', values: ['a;b,c)'] }],
        order: [{ property: 'name', isDescending: true }],
        expand: [{ ...plain, to: 'owners:PlanOwners', expand: [{ ...plain, to: 'client:Clients' }] }],
      },
      { ...plain, to: 'adviser:Employees' },
    ]);
    expect(read('$expand=*').expand.map(({ navigation }) => navigation.name)).toEqual(['plans', 'adviser']);
    // What is named goes before "*" (OData 4.01 URL Conventions, section 5.1.3).
    for (const both of ['$expand=*,plans($top=1)', '$expand=plans($top=1),*'])
      expect(new Map(read(both).expand.map(({ navigation, options }) => [navigation.name, options.top]))).toEqual(
        new Map([
          ['plans', 1],
          ['adviser', null],
        ]),
      );
  });

  it.each([
    ['$top=5&$top=5', 400, '$top', 'twice'],
    ['$top=5&TOP=5', 400, '$top', 'twice'],
    ['@a=1&@a=2', 400, '@a', 'twice'],
    ['$top=-1', 400, '$top', 'whole number'],
    ['$top=', 400, '$top', 'whole number'],
    ['$top=1e3', 400, '$top', 'whole number'],
    ['$skip=x', 400, '$skip', 'whole number'],
    ['$count=yes', 400, '$count', 'true or false'],
    ['$select=', 400, '$select', ''],
    ['$select=nothing', 400, '$select', '"nothing"'],
    ['$select=adviser/displayName', 501, '$select', '$expand'],
    ['$filter=', 400, '$filter', 'ends'],
    ['$filter=%E0%A4%A', 400, undefined, 'percent'],
    ['$orderby=nothing', 400, '$orderby', '"nothing"'],
    ['$orderby=id,', 400, '$orderby', 'empty'],
    ['$orderby=length(displayName)', 501, '$orderby', 'properties'],
    ['$orderby=adviser/displayName', 501, '$orderby', 'path'],
    ['$search=a OR b', 501, '$search', 'OR'],
    ['$search=NOT a', 501, '$search', 'NOT'],
    ['$search=(a)', 501, '$search', 'bracket'],
    ['$search=', 400, '$search', ''],
    ['$search="a', 400, '$search', ''],
    ['$search=AND a', 400, '$search', ''],
    ['$search=a AND', 400, '$search', ''],
    ['$expand=nothing', 400, '$expand', 'It has: plans, adviser'],
    ['$expand=', 400, '$expand', ''],
    ['$expand=plans,plans', 400, '$expand', 'twice'],
    ['$expand=plans/$ref', 501, '$expand', 'path'],
    ['$expand=*($levels=2)', 501, '$expand', 'option'],
    ['$expand=plans($levels=2)', 501, '$levels', '$levels'],
    ['$expand=plans($top=1;$top=1)', 400, '$expand', 'twice'],
    ['$expand=plans($format=json)', 400, '$expand', ''],
    ['$expand=plans()', 400, '$expand', ''],
    ['$expand=plans(', 400, '$expand', ''],
    ['$expand=adviser($top=1)', 400, '$top', 'one entity'],
    ['$expand=plans($search=a)', 501, '$search', 'Plans'],
    ['$expand=plans($expand=client($expand=plans($expand=client)))', 400, '$expand', '3 levels'],
    ['$apply=aggregate(x)', 501, '$apply', '$apply'],
    ['apply=aggregate(x)', 501, '$apply', '$apply'],
    ['$compute=x', 501, '$compute', '$compute'],
    ['$index=1', 501, '$index', '$index'],
    ['$schemaversion=1', 501, '$schemaversion', '$schemaversion'],
    ['$deltatoken=1', 501, '$deltatoken', '$deltatoken'],
    ['$nothing=1', 400, '$nothing', '$nothing'],
    ['$inlinecount=allpages', 400, '$inlinecount', '$inlinecount'],
  ])('%s is refused with %i', (raw, status, target, word) => {
    const error = problem(raw);
    expect([error.status, error.target]).toEqual([status, target ?? null]);
    expect(error.message).toContain(word);
  });

  it('of collections have no place at one entity', () => {
    expect(read('$select=id&$expand=plans&$format=json', 'one').expand).toHaveLength(1);
    for (const name of ['$filter=isActive', '$top=1', '$count=true', '$orderby=id', '$search=a'])
      expect(problem(name, 'one')).toMatchObject({ status: 400, message: expect.stringContaining('one entity') });
  });

  it('may not expand without end', () => {
    const wide = (inner: string) => `plans${inner},adviser`;
    expect(problem(`$expand=${Array(30).fill('plans').join(',')}`).message).toContain('20 navigations');
    expect(read(`$expand=${wide('($expand=owners,client)')}`).expand).toHaveLength(2);
  });

  it('of the next page are those of this one, with its token', () => {
    const raw = "$filter=status%20eq%20'a'&SKIPTOKEN=old&$top=5&apikey=x";
    expect(nextQuery(raw, 'n=w')).toBe("$filter=status%20eq%20'a'&$top=5&apikey=x&$skiptoken=n%3Dw");
    expect(read(nextQuery('', 'a&b')).skipToken).toBe('a&b');
  });
});
