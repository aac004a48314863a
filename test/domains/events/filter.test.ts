import { describe, expect, test } from 'vitest';
import { fitting, type Links } from '../../../src/domains/events/filter.ts';
import { globalId } from '../../../src/platform/relay/ids.ts';
import type { PlatformEvent } from '../../../src/sources/event.ts';

const event = (more: Partial<PlatformEvent>): PlatformEvent => ({
  system: 'DYNAMIC_PLANNER',
  topic: 'client.updated',
  occurredAt: '2026-01-01T00:00:00Z',
  organisationUnitId: null,
  resource: null,
  clientIds: [],
  planId: null,
  ...more,
});
const person = (id: string): string => globalId('Client', 'DYNAMIC_PLANNER', id);
const account = (id: string): string => globalId('Client', 'PLANNR', id);
const links: Links = { current: { clientOf: (uuid) => (uuid === 'a1' ? 'P1' : null) } };

describe('events that are wanted', () => {
  test('are all, where nothing is said, also of topics that nobody knows', () => {
    const fits = fitting({}, null);
    expect(fits(event({ topic: 'brand.new' }))).toBe(true);
    expect(fitting({ topics: null, clientIds: null, systems: null }, links)(event({}))).toBe(true);
  });

  test('are those of the topics and systems that are named; of none, where none is', () => {
    expect(fitting({ topics: ['a.b'] }, null)(event({ topic: 'a.b' }))).toBe(true);
    expect(fitting({ topics: ['a.b'] }, null)(event({}))).toBe(false);
    expect(fitting({ topics: [] }, null)(event({}))).toBe(false);
    expect(fitting({ systems: ['PLANNR'] }, null)(event({}))).toBe(false);
    expect(fitting({ systems: ['PLANNR'] }, null)(event({ system: 'PLANNR' }))).toBe(true);
  });

  test('are those of a client on each of their platforms, by whichever id', () => {
    const of = (id: string) => fitting({ clientIds: [id] }, links);
    for (const id of [person('p1'), account('a1')]) {
      expect(of(id)(event({ clientIds: ['x', 'p1'] }))).toBe(true);
      expect(of(id)(event({ system: 'PLANNR', clientIds: ['a1'] }))).toBe(true);
      expect(of(id)(event({ system: 'PLANNR', clientIds: ['a2'] }))).toBe(false);
      expect(of(id)(event({ system: 'PLANNR', clientIds: ['p1'] }))).toBe(false);
      expect(of(id)(event({ clientIds: [] }))).toBe(false);
    }
    expect(of(account('a2'))(event({ system: 'PLANNR', clientIds: ['a2'] }))).toBe(true);
  });

  test('go by the links as they are when it happens', () => {
    const known = new Map<string, string>();
    const fits = fitting({ clientIds: [person('p2')] }, { current: { clientOf: (uuid) => known.get(uuid) ?? null } });
    const happened = event({ system: 'PLANNR', clientIds: ['a2'] });
    expect(fits(happened)).toBe(false);
    known.set('a2', 'p2');
    expect(fits(happened)).toBe(true);
  });

  test('can’t be those of what is no client', () => {
    expect(() => fitting({ clientIds: [globalId('Plan', 'PLANNR', 'a')] }, null)).toThrow(/not the id of a Client/);
    expect(() => fitting({ clientIds: ['nonsense'] }, null)).toThrow(/not an id of this graph/);
  });
});
