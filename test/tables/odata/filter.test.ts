import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../src/tables/column.ts';
import { ODataError } from '../../../src/tables/odata/errors.ts';
import { filterOf } from '../../../src/tables/odata/filter/filter.ts';
import { CLIENT_COLUMNS } from './example.ts';

const ROW: Record<string, Cell> = {
  id: "O'Neil-1",
  displayName: 'Ann Smith',
  status: 'ACTIVE',
  updatedAt: '2026-03-01T00:30:15.125+01:00',
  birthDate: '1980-02-29',
  children: 7,
  visits: 9007199254740991,
  score: 0.1,
  wealth: '123456789012345678901234567890.10',
  share: '33.30',
  isActive: true,
};
const NOW = Date.parse('2026-06-15T10:00:00Z');

function read(text: string, aliases: Record<string, string> = {}) {
  return filterOf(text, { columns: CLIENT_COLUMNS, aliases: new Map(Object.entries(aliases)), now: NOW });
}

function passes(text: string, cells: Record<string, Cell> = {}): boolean {
  return read(text).passes(CLIENT_COLUMNS.map(({ property }) => ({ ...ROW, ...cells })[property] ?? null));
}

function problem(text: string): ODataError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ODataError) return error;
    throw error;
  }
  throw new Error(`There is no problem with ${text}`);
}

describe('a filter', () => {
  it.each([
    // What Power BI and Excel send.
    "updatedAt ge 2026-01-01T00:00:00Z and (status eq 'ACTIVE' or status eq 'PROSPECT')",
    "contains(tolower(displayName),'smith')",
    'not (displayName eq null)',
    "status in ('ACTIVE','PROSPECT')",
    "(status ne null and not (status eq 'LAPSED'))",
    "startswith(displayName,'Ann') and endswith(displayName,'Smith')",
    'year(birthDate) eq 1980 and month(birthDate) eq 2 and day(birthDate) eq 29',
    // Texts.
    "id eq 'O''Neil-1'",
    "concat(concat(status, ', '), displayName) eq 'ACTIVE, Ann Smith'",
    "length(displayName) eq 9 and indexof(displayName, 'Smith') eq 4 and indexof(displayName,'x') eq -1",
    "substring(displayName, 4) eq 'Smith' and substring(displayName, 4, 2) eq 'Sm'",
    "toupper(displayName) eq 'ANN SMITH' and trim(' x ') eq 'x'",
    "length('😀a') eq 2 and indexof('😀a','a') eq 1 and substring('😀a',1) eq 'a'",
    "'\uff61' lt '😀'",
    // Times are compared as instants, and read in their own offset.
    'updatedAt eq 2026-02-28T23:30:15.125Z and updatedAt lt 2026-02-28T23:30:15.1250000001Z',
    'year(updatedAt) eq 2026 and month(updatedAt) eq 3 and hour(updatedAt) eq 0 and minute(updatedAt) eq 30 and second(updatedAt) eq 15',
    'date(updatedAt) eq 2026-03-01 and updatedAt lt now() and now() eq 2026-06-15T10:00:00Z',
    'second(1969-12-31T23:59:59.5Z) eq 59 and birthDate lt 1980-03-01',
    // Numbers, exactly.
    'wealth eq 123456789012345678901234567890.1 and wealth lt 123456789012345678901234567890.11',
    'visits eq 9007199254740991 and visits lt 9007199254740992 and visits lt 9007199254740993',
    'visits add 2 eq 9007199254740993 and visits add 2 ne 9007199254740992',
    'share mul 3 eq 99.9 and 0.1 add 0.2 eq 0.3 and score eq 0.1 and score add 0.2 eq 0.3',
    '(children div 2) eq 3 and children divby 2 eq 3.5 and 7.0 div 2 eq 3.5 and -7 div 2 eq -3',
    '1 divby 3 mul 3 eq 1',
    'children mod 4 eq 3 and -7 mod 4 eq -3 and 7 mod -4 eq 3 and 5.5 mod 2 eq 1.5',
    'round(2.5) eq 3 and round(-2.5) eq -3 and round(2.4) eq 2 and floor(-2.5) eq -3 and ceiling(-2.5) eq -2',
    'ceiling(2.1) eq 3 and floor(2.9) eq 2 and floor(3) eq 3 and ceiling(3) eq 3',
    '- children eq -7 and -(children) lt 0 and 1e2 eq 100 and 1.5e-1 eq 0.15',
    'children lt INF and children gt -INF and not (NaN eq NaN)',
    // Precedence: mul before add, comparison before and, and before or, not before all of them.
    '1 add 2 mul 3 eq 7 and (1 add 2) mul 3 eq 9 and 10 sub 2 sub 3 eq 5',
    'true or false and false',
    'not false and true',
    'not (true and false)',
    // "in" binds more tightly than "not" and whatever else (OData 4.01 URL Conventions, section 5.1.1.17).
    "not status in ('LAPSED') and not not status in ('ACTIVE')",
    "not displayName in ('Ann Smith') or status in ('ACTIVE')",
    '7 eq children and true eq children in (7) and not children in (8) eq true',
    // In any case of letters (OData 4.01 URL Conventions, section 5.1.1).
    'STATUS_IS_NOT_HERE eq 1 or true'.replace('STATUS_IS_NOT_HERE', 'children'),
    "CONTAINS(displayName,'Ann') AND NOT(children EQ 8) and TRUE",
    'isActive',
    'isActive eq true and isActive gt false',
    'wealth lt INF and wealth gt -INF and INF eq INF and INF gt -INF',
    'share in (7, 33.3, 1e3, null) and updatedAt in (2026-02-28T23:30:15.125Z,2020-01-01T00:00:00Z)',
  ])('passes: %s', (text) => {
    expect(passes(text)).toBe(true);
  });

  it.each([
    "status eq 'active'",
    'wealth eq 123456789012345678901234567890.11',
    'updatedAt gt 2026-02-28T23:30:15.125Z',
    'not isActive',
    "contains(displayName,'smith')",
    'children in (1, 2, 8)',
    'NaN gt 5 or NaN lt 5 or children ge NaN or NaN in (NaN, 1) or 1.5 lt NaN or NaN gt 1.5',
    'null',
    'false',
  ])('does not pass: %s', (text) => {
    expect(passes(text)).toBe(false);
  });

  // OData 4.01 URL Conventions, sections 5.1.1.1.1 to 5.1.1.1.9.
  it.each([
    ['status eq null', true],
    ['status ne null', false],
    ["status eq 'a'", false],
    ["status ne 'a'", true],
    ['null eq null', true],
    ["status gt 'a'", false],
    ["status le 'a'", false],
    ['status ge null', false],
    ["not (status gt 'a')", true],
    ["contains(status,'a')", false],
    ["not contains(status,'a')", false],
    ["contains(status,'a') or true", true],
    ["contains(status,'a') and true", false],
    ["not (contains(status,'a') and false)", true],
    ["(contains(status,'a') and true) eq null", true],
    ["contains(status,'a') eq null", true],
    ['children add 1 eq null', true],
    ["status in ('a', null)", true],
    ["status in ('a')", false],
    ["not (status in ('a'))", true],
  ])('of null: %s is %s', (text, expected) => {
    expect(passes(text, { status: null, children: null })).toBe(expected);
  });

  it.each([
    ['foo eq 1', 400, 'property "foo"'],
    ["displayName eq 'x", 400, 'closing quote'],
    ['children eq', 400, 'ends where'],
    ['', 400, 'ends where'],
    ['(children eq 1', 400, '")"'],
    ['children eq 1)', 400, 'an operator'],
    ["children eq 'x'", 400, "can't compare"],
    ['updatedAt ge 2026-01-01', 400, '2026-04-30T12:00:00Z'],
    ["updatedAt ge '2026-01-01T00:00:00Z'", 400, "can't compare"],
    ['updatedAt ge 2026-01-01T00:00:00', 400, 'offset'],
    ['birthDate eq 2026-02-30', 400, 'calendar'],
    ['children', 400, 'condition'],
    ['children and true', 400, 'condition'],
    ['displayName add 1 eq 2', 400, 'number'],
    ['length(children) eq 1', 400, 'text'],
    ["substring('a') eq 'a'", 400, 'values'],
    ['nonsense(1)', 400, 'no function "nonsense"'],
    ['children eq 5L', 400, 'Character 13'],
    ['children in (1, displayName)', 400, 'in the list'],
    ['-children in (7)', 400, 'number'],
    ['1 add children in (8)', 400, 'number'],
    ['not status has x', 501, 'has'],
    ['children in ()', 400, 'in the list'],
    ['children eq 1e401', 400, 'digits'],
    ['children eq #', 400, 'Character 13'],
    ['constructor eq 1', 400, 'property "constructor"'],
    ['toString() eq 1', 400, 'no function'],
    ['plans/any(p:p/id eq 1)', 501, 'lambda operator any'],
    ['adviser/displayName eq null', 501, 'path adviser/displayName'],
    ['plans/$count gt 1', 501, 'path plans/$count'],
    ['$it/id eq null', 501, '$it'],
    ['children in visits', 501, '"in"'],
    ['children in (1, @a)', 501, 'alias'],
    ["status has Wealth.Status'ACTIVE'", 501, 'has'],
    ["matchesPattern(displayName,'^A')", 501, 'matchespattern'],
    ["updatedAt add duration'P1D' gt now()", 501, 'duration'],
    ['updatedAt gt 12:30:00', 501, 'time of day'],
    ["cast(children,'Edm.String') eq '1'", 501, 'cast'],
    ['Default.Own(children) eq 1', 501, 'default.own'],
  ])('of %s is refused with %i', (text, status, word) => {
    const { message, target, ...error } = problem(text);
    expect(error.status).toBe(status);
    expect(message).toContain(word);
    expect(target).toBe('$filter');
  });

  it('tells nothing of a text in it', () => {
    expect(problem("displayName eq 'Smith' 'Jones'").message).not.toMatch(/Smith|Jones/);
    expect(problem("displayName eq binary'Smith'").message).not.toMatch(/Smith/);
  });

  it('has limits, and says which', () => {
    const deep = (levels: number) => `${'('.repeat(levels)}isActive${')'.repeat(levels)}`;
    expect(passes(deep(50))).toBe(true);
    expect(problem(deep(51)).message).toContain('nested 50');
    expect(problem(`${'not '.repeat(60)}isActive`).message).toContain('nested 50');
    expect(problem(`1${' add 1'.repeat(60)} eq 61`).message).toContain('nested 50');
    expect(passes(`children in (${'1,'.repeat(999)}7)`)).toBe(true);
    expect(problem(`children in (${'1,'.repeat(1000)}7)`).message).toContain('1000 values');
    expect(passes(`children eq 7${' or children eq 1'.repeat(1000)}`)).toBe(true);
    expect(problem(`isActive${' or isActive'.repeat(5000)}`).message).toContain('5000 parts');
    expect(problem(`displayName eq '${'x'.repeat(100_000)}'`).message).toContain('100000 characters');
  });

  it('divides by zero at no row that it leaves out before', () => {
    expect(passes('children ne 0 and 10 div children gt 1', { children: 0 })).toBe(false);
    expect(() => passes('10 div children gt 1', { children: 0 })).toThrow(ODataError);
    expect(() => passes('10 mod (children sub children) gt 1')).toThrow(/divides by zero/);
  });

  it('calculates no numbers without end', () => {
    const product = Array.from({ length: 40 }, () => '1e99').join(' mul ');
    expect(() => passes(`children mul ${product} gt 1`)).toThrow(/too many digits/);
  });

  it('takes parameter aliases, and null for one that is not there', () => {
    const row = CLIENT_COLUMNS.map(({ property }) => ROW[property] ?? null);
    expect(read('status eq @status', { '@status': "'ACTIVE'" }).passes(row)).toBe(true);
    expect(read('status eq @status').passes(row)).toBe(false);
    expect(() => read('status eq @status', { '@status': 'displayName' })).toThrow(
      /one value for @status is not supported/,
    );
  });

  it('tells the properties that it looks at', () => {
    const { properties } = read("contains(displayName,'a') and (children add visits gt 1 or not (status in ('a')))");
    expect([...properties].sort()).toEqual(['children', 'displayName', 'status', 'visits']);
  });
});

describe('the conjuncts of a filter', () => {
  it.each([
    ["status eq 'A'", [{ property: 'status', op: 'eq', values: ['A'] }]],
    ["'A' eq status", [{ property: 'status', op: 'eq', values: ['A'] }]],
    ['5 lt children', [{ property: 'children', op: 'gt', values: [5] }]],
    ['5 ge children', [{ property: 'children', op: 'le', values: [5] }]],
    ["status in ('A','B')", [{ property: 'status', op: 'in', values: ['A', 'B'] }]],
    ["status eq 'A' or 'B' eq status", [{ property: 'status', op: 'in', values: ['A', 'B'] }]],
    ["status eq 'A' or status in ('B','C')", [{ property: 'status', op: 'in', values: ['A', 'B', 'C'] }]],
    ["contains(displayName,'x')", [{ property: 'displayName', op: 'contains', values: ['x'] }]],
    ["startswith(displayName,'x')", [{ property: 'displayName', op: 'contains', values: ['x'] }]],
    ['wealth gt 12.50', [{ property: 'wealth', op: 'gt', values: ['12.50'] }]],
    ['isActive eq true', [{ property: 'isActive', op: 'eq', values: [true] }]],
    ['birthDate le 2000-01-01', [{ property: 'birthDate', op: 'le', values: ['2000-01-01'] }]],
    [
      "updatedAt ge 2026-01-01T00:00:00Z and (status eq 'A' or status eq 'B') and length(status) eq 1",
      [
        { property: 'updatedAt', op: 'ge', values: ['2026-01-01T00:00:00Z'] },
        { property: 'status', op: 'in', values: ['A', 'B'] },
      ],
    ],
    [
      "children eq 1 and (status eq 'A' and visits lt 3)",
      [
        { property: 'children', op: 'eq', values: [1] },
        { property: 'status', op: 'eq', values: ['A'] },
        { property: 'visits', op: 'lt', values: [3] },
      ],
    ],
    ['status eq null', []],
    ["status in ('A', null)", []],
    ["status eq 'A' or status eq null", []],
    ["status eq 'A' or displayName eq 'B'", []],
    ['children eq 1 or children gt 3', []],
    ["status ne 'A'", []],
    ["not (status eq 'A')", []],
    ["contains('Smith',displayName)", []],
    ["contains(tolower(displayName),'x')", []],
    ['children eq 1.5', []],
    ['children eq visits', []],
  ])('%s', (text, expected) => {
    expect(read(text).conjuncts).toEqual(expected);
  });
});
