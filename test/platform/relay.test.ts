import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadInput } from '../../src/platform/errors.ts';
import { type Connection, connectionOf } from '../../src/platform/relay/connection.ts';
import { decodeCursor, encodeCursor, listHash } from '../../src/platform/relay/cursor.ts';
import { globalId, isIdPart, parseGlobalId, parseIdOf } from '../../src/platform/relay/ids.ts';
import { pageRequest } from '../../src/platform/relay/window.ts';
import type { System } from '../../src/platform/system.ts';
import { outage } from './helpers.ts';

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

describe('global ids', () => {
  const TYPES = fc.constantFrom('Client', 'Plan', 'Valuation', 'OrganisationUnit');
  const SYSTEMS = fc.constantFrom<System>('DYNAMIC_PLANNER', 'PLANNR');
  const PARTS = fc.array(fc.stringMatching(/^[A-Za-z0-9._~-]{1,60}$/), { minLength: 1, maxLength: 4 });

  it('come back as they were made, and stand in a URL as they are', () => {
    fc.assert(
      fc.property(TYPES, SYSTEMS, PARTS, (type, system, parts) => {
        const id = globalId(type, system, ...parts);
        expect(parseGlobalId(id)).toEqual({ type, system, parts });
        expect(encodeURIComponent(id)).toBe(id);
        expect(parts.every(isIdPart)).toBe(true);
      }),
    );
  });

  it('differ wherever type, system or a part differs', () => {
    fc.assert(
      fc.property(TYPES, SYSTEMS, PARTS, TYPES, SYSTEMS, PARTS, (type, system, parts, type2, system2, parts2) => {
        const same = JSON.stringify([type, system, parts]) === JSON.stringify([type2, system2, parts2]);
        expect(globalId(type, system, ...parts) === globalId(type2, system2, ...parts2)).toBe(same);
      }),
    );
  });

  it.each([
    ['', 'empty'],
    ['42', 'a number'],
    ['7b0c1d2e-0000-4000-8000-000000000001', 'a bare uuid'],
    [encoded('Client'), 'a type alone'],
    [encoded('Client:d'), 'no part'],
    [encoded('Client:d:'), 'an empty part'],
    [encoded('Client:x:1'), 'no such system'],
    [encoded('Client:constructor:1'), 'a name of the prototype as the system'],
    [encoded('__proto__:d:1'), 'a name of the prototype as the type'],
    [encoded('constructor:d:1'), 'another one'],
    [encoded('Client:d:a/../b'), 'a path'],
    [encoded('Client:d:a,b'), 'a list'],
    [encoded('Client:d:a b'), 'a blank'],
    [encoded('Client:d:é'), 'a letter outside ASCII'],
    [encoded(`Client:d:${'a'.repeat(129)}`), 'a part that is too long'],
    [encoded(`Client:d:${'a:'.repeat(2_000)}a`), 'far too many parts'],
    ['Client:d:1', 'not encoded'],
    ['%%%', 'no base64'],
  ])('refuses what is none: %j (%s)', (id) => {
    expect(() => parseGlobalId(id)).toThrow(BadInput);
  });

  it('never throws anything but BadInput, and shows at most a little of a long text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string().map(encoded)), (text) => {
        try {
          expect(parseGlobalId(text).parts.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(BadInput);
        }
      }),
    );
    expect(() => parseGlobalId('!'.repeat(5_000))).toThrow(/^.{1,140}$/);
  });

  it('refuses the id of another type or of another number of parts', () => {
    const id = globalId('Relationship', 'DYNAMIC_PLANNER', 'parent', 'child');
    expect(parseIdOf('Relationship', id, 2).parts).toEqual(['parent', 'child']);
    expect(() => parseIdOf('Client', id, 2)).toThrow(BadInput);
    expect(() => parseIdOf('Relationship', id)).toThrow(BadInput);
  });
});

describe('cursors', () => {
  const POSITIONS = fc.integer({ min: 0, max: 999_999_999 });

  it('come back as they were made', () => {
    fc.assert(
      fc.property(POSITIONS, POSITIONS, fc.option(POSITIONS, { nil: undefined }), (section, position, within) => {
        const place = { section, position, ...(within === undefined ? {} : { within }) };
        const hash = listHash('clients', { status: 'ACTIVE' });
        expect(decodeCursor(hash, encodeCursor(hash, place))).toEqual(place);
      }),
    );
  });

  it('of another list or filter are refused', () => {
    const cursor = encodeCursor(listHash('clients', { status: 'ACTIVE' }), { section: 0, position: 4 });
    for (const [list, filter] of [
      ['plans', { status: 'ACTIVE' }],
      ['clients', { status: 'INACTIVE' }],
      ['clients', null],
      ['clients', { status: 'ACTIVE', system: 'PLANNR' }],
    ] as const)
      expect(() => decodeCursor(listHash(list, filter), cursor)).toThrow(BadInput);
  });

  it('are of one filter whatever the order of its keys and with or without nulls', () => {
    const hash = listHash('plans', { types: ['PENSION', 'ANNUITY'], range: { from: '2026-01-01', to: null } });
    expect(listHash('plans', { system: null, range: { from: '2026-01-01' }, types: ['PENSION', 'ANNUITY'] })).toBe(
      hash,
    );
    expect(listHash('plans', { types: ['ANNUITY', 'PENSION'], range: { from: '2026-01-01' } })).not.toBe(hash);
    expect(listHash('plans', { status: null })).toBe(listHash('plans', {}));
  });

  it('are of one list for a filter that is null, absent or without any condition', () => {
    expect(listHash('plans', {})).toBe(listHash('plans', null));
    expect(listHash('plans', undefined)).toBe(listHash('plans', null));
  });

  it.each([
    '',
    'abc',
    '0',
    encoded('x:0:1'),
    encoded('abcdefghij:0:-1'),
    encoded('abcdefghij:0:1e9'),
    'a'.repeat(500),
    'ä',
  ])('that are none are refused: %j', (cursor) => {
    expect(() => decodeCursor('abcdefghij', cursor)).toThrow(BadInput);
  });
});

describe('paging arguments', () => {
  it('have a default, take nulls, and may ask for 1 to 200', () => {
    expect(pageRequest({})).toEqual({ count: 50, backward: false, from: null });
    expect(pageRequest({ first: null, after: null, last: null, before: null }).count).toBe(50);
    expect([1, 200].map((first) => pageRequest({ first }).count)).toEqual([1, 200]);
    expect(pageRequest({ first: 50, last: 20, before: 'x' })).toEqual({ count: 20, backward: true, from: 'x' });
  });

  it.each([
    { first: 0 },
    { first: -1 },
    { first: 201 },
    { first: 1.5 },
    { last: 0 },
    { last: 201 },
    { first: 10, before: 'x' },
    { last: 10, after: 'x' },
  ])('are refused, and the message says what is allowed: %j', (args) => {
    expect(() => pageRequest(args)).toThrow(/1 to 200|goes with/);
  });
});

describe('a page of a list that is at hand', () => {
  const LIST = { name: 'letters', filter: null };
  const NODES = fc.array(fc.integer(), { maxLength: 30 });
  const SIZES = fc.integer({ min: 1, max: 12 });

  it('walks forward and backward over each item once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(NODES, SIZES, async (nodes, size) => {
        const forward: number[] = [];
        const backward: number[] = [];
        let page: Connection<number> = connectionOf(LIST, nodes, { first: size });
        forward.push(...page.nodes);
        for (; await page.pageInfo.hasNextPage(); forward.push(...page.nodes))
          page = connectionOf(LIST, nodes, { first: size, after: page.pageInfo.endCursor });
        page = connectionOf(LIST, nodes, { last: size });
        backward.unshift(...page.nodes);
        for (; await page.pageInfo.hasPreviousPage(); backward.unshift(...page.nodes))
          page = connectionOf(LIST, nodes, { last: size, before: page.pageInfo.startCursor });
        expect(forward).toEqual(nodes);
        expect(backward).toEqual(nodes);
      }),
    );
  });

  it('knows its total, unless something could not be asked', async () => {
    expect(await connectionOf(LIST, [1, 2, 3], { first: 1 }).totalCount()).toBe(3);
    const partial = connectionOf(LIST, [1, 2, 3], { first: 1 }, [outage('PLANNR'), outage('PLANNR')]);
    expect(await partial.totalCount()).toBeNull();
    expect(partial.missing).toEqual(['PLANNR']);
    expect(partial.nodes).toEqual([1]);
  });

  it('refuses a cursor of another list', () => {
    const cursor = connectionOf({ name: 'numbers' }, [1, 2], {}).pageInfo.endCursor;
    expect(() => connectionOf(LIST, [1, 2], { after: cursor })).toThrow(BadInput);
  });

  it('gives the end of a list that has become shorter than the cursor that one comes back from', () => {
    const cursor = connectionOf(LIST, [1, 2, 3, 4, 5, 6, 7, 8, 9], {}).pageInfo.endCursor;
    expect(connectionOf(LIST, [1, 2, 3, 4], { last: 2, before: cursor }).nodes).toEqual([3, 4]);
    expect(connectionOf(LIST, [1, 2, 3, 4], { first: 2, after: cursor }).nodes).toEqual([]);
  });
});
