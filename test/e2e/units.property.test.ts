import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseGlobalId } from '../../src/platform/relay/ids.ts';
import { CHANGE_KINDS, type Change, type ChangeKind } from '../../src/sandbox/index.ts';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';
import { connect, type Followed, follow } from './streams.ts';
import { type Issuer, startIssuer } from './tokens.ts';

// Whoever subscribes sees the events of their units and of nobody else's: compared with what follows from the platforms' own data.

const RUNS = 12;
// The same rounds each time: chance is not to decide whether it passes.
const SEED = 20_261_121;
const FOLLOW =
  'subscription ($after: String) { events(after: $after) { cursor topic system resource { id } client { id } changed { __typename id } } }';
const UNKNOWN = '0a000000-0000-4000-8000-00000000dead';

/** A caller: names may be shared, what they may see is not. */
interface Who {
  readonly sub: string;
  readonly units: readonly string[];
}

let issuer: Issuer;
let house: House;
/** Those who may see nothing, for as long as the tests run. */
const blind: Followed[] = [];
const sockets: Client[] = [];
beforeAll(async () => {
  issuer = await startIssuer();
  const auth = issuer.env;
  house = await startHouse({ env: await listening({ ...auth, CACHE: 'on', COST_PER_MINUTE: '1000000000' }) });
  // So that there is something to begin behind.
  house.sandbox.change('client');
  const begun = async () =>
    (await house.ask('{ events(first: 1) { nodes { cursor } } }', {}, await bearer(topOf()))).data.events.nodes.length >
    0;
  while (!(await begun())) await pause(20);
});
afterAll(async () => {
  for (const socket of sockets) await socket.dispose();
  await house.stop();
  issuer.stop();
});

const SCOPE = 'events:read clients:read personal:read plans:read documents:read';
const bearer = ({ sub, units }: Who): Promise<Record<string, string>> =>
  issuer.bearer({ sub, organisationUnitIds: [...units], scope: SCOPE });

const allUnits = () => house.sandbox.data.dynamicPlanner.organisationUnits.all();
const topOf = (): Who => ({
  sub: 'top',
  units: allUnits().flatMap(({ id, parentId }) => (parentId == null ? [id] : [])),
});

/** Everything told so far is in the log, and this is its end. */
async function lastCursor(): Promise<string | null> {
  let cursor: string | null = null;
  for (;;) {
    const { data } = await house.ask(
      'query ($after: String) { events(first: 200, after: $after) { pageInfo { endCursor hasNextPage } } }',
      { after: cursor },
      await bearer(topOf()),
    );
    cursor = data.events.pageInfo.endCursor;
    if (!data.events.pageInfo.hasNextPage) return cursor;
  }
}

/** The units that a caller sees into. */
function subtrees(units: readonly string[]): Set<string> {
  const known = new Set(allUnits().map(({ id }) => id));
  const seen = new Set(units.filter((unit) => known.has(unit)));
  for (let size = -1; size < seen.size; ) {
    size = seen.size;
    for (const { id, parentId } of allUnits()) if (parentId != null && seen.has(parentId)) seen.add(id);
  }
  return seen;
}

/** The unit of a person of either platform; null for one of Plannr alone. */
function unitOf(system: 'DYNAMIC_PLANNER' | 'PLANNR', id: string): string | null {
  const { data } = house.sandbox;
  const account = system === 'PLANNR' ? data.plannr.accounts.get(id) : undefined;
  const person = account === undefined ? id : data.dpClientOf(account);
  return data.dynamicPlanner.clients.get(person ?? '')?.organisationUnitId ?? null;
}

/** What was told, by what an event shows of it: the unit that it belongs to, null for that of people of Plannr alone. */
function unitsOf(changes: readonly Pick<Change, 'dynamicPlanner' | 'plannr'>[]): Map<string, string | null> {
  const units = new Map<string, string | null>();
  for (const { dynamicPlanner, plannr } of changes) {
    for (const { topic, resource, organisationUnitId } of dynamicPlanner) {
      expect(organisationUnitId, topic).not.toBeNull();
      units.set(`DYNAMIC_PLANNER ${topic} ${resource.id}`, organisationUnitId);
    }
    for (const { event, data } of plannr) {
      const { uuid, client } = data as { uuid: string; client?: { uuid: string } };
      units.set(
        `PLANNR ${event} ${uuid}`,
        unitOf('PLANNR', event.startsWith('account.') ? uuid : (client?.uuid ?? '')),
      );
    }
  }
  return units;
}

interface Told {
  readonly cursor: string;
  readonly topic: string;
  readonly system: string;
  readonly resource: { readonly id: string };
  readonly client: { readonly id: string } | null;
  readonly changed: { readonly __typename: string; readonly id: string } | null;
}

const toldTo = ({ got }: Followed): Told[] =>
  got.map(({ data, errors }) => {
    expect(errors).toBeUndefined();
    return data.events;
  });

async function subscribe(who: Who, after: string | null): Promise<Followed> {
  const client = connect(house.gateway.url, await bearer(who));
  sockets.push(client);
  return follow(client, FOLLOW, { after });
}

/** Callers follow, while this happens: some of it before they have come. Each is told what is theirs, in order, and nothing else. */
async function round(callers: readonly Who[], happenings: readonly (() => Change)[], before: number): Promise<void> {
  const after = await lastCursor();
  const changes = happenings.slice(0, before).map((happen) => happen());
  const everything = await subscribe(topOf(), after);
  const followed = await Promise.all(callers.map((who) => subscribe(who, after)));
  changes.push(...happenings.slice(before).map((happen) => happen()));
  const count = changes.reduce((sum, { dynamicPlanner, plannr }) => sum + dynamicPlanner.length + plannr.length, 0);
  await expect.poll(() => everything.got.length).toBe(count);

  // The last event of each: when it has come, what does not stand before it never will.
  const lasts = callers.flatMap(({ units }) => [...subtrees(units)].slice(0, 1));
  const marks = lasts.map((organisationUnitId, index) =>
    house.sandbox.data.tell({
      topic: 'client.updated',
      resource: { type: 'mark', id: `mark-${index}-${organisationUnitId}`, href: '' },
      clientId: undefined,
      organisationUnitId,
      data: {},
    }),
  );
  await expect.poll(() => everything.got.length).toBe(count + marks.length);
  const units = unitsOf([...changes, { dynamicPlanner: marks, plannr: [] }]);
  const all = toldTo(everything).map((event) => {
    const unit = units.get(`${event.system} ${event.topic} ${event.resource.id}`);
    expect(unit, 'an event that nothing was told of').toBeDefined();
    return { ...event, unit: unit ?? null };
  });

  for (const [index, { units: held }] of callers.entries()) {
    const one = followed[index];
    if (one === undefined) throw new TypeError('nobody follows');
    const visible = subtrees(held);
    const seesAll = topOf().units.some((top) => held.includes(top));
    const expected = all.filter(({ unit }) => (unit === null ? seesAll : visible.has(unit)));
    await expect.poll(() => one.got.length).toBeGreaterThanOrEqual(expected.length);
    const told = toldTo(one);
    expect(told.map(({ cursor }) => cursor)).toEqual(expected.map(({ cursor }) => cursor));
    for (const { client, changed } of told)
      for (const shown of [client, changed?.__typename === 'Client' ? changed : null]) {
        if (shown === null) continue;
        const { system, parts } = parseGlobalId(shown.id);
        const unit = unitOf(system, parts[0] ?? '');
        expect(unit === null ? seesAll : visible.has(unit), 'a person of someone else').toBe(true);
      }
    if (visible.size === 0) blind.push(one);
    else one.stop();
  }
  everything.stop();
}

const some = (kind: ChangeKind) => (): Change => house.sandbox.change(kind);

describe('a subscriber', () => {
  test('is told the events of their organisation units and never one of another', async () => {
    const unit = fc.constantFrom(...allUnits().map(({ id }) => id), UNKNOWN);
    const who = fc.record({ sub: fc.constantFrom('ann', 'bob'), units: fc.uniqueArray(unit, { maxLength: 4 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(who, { minLength: 3, maxLength: 5 }),
        fc.array(fc.constantFrom(...CHANGE_KINDS), { minLength: 4, maxLength: 12 }),
        fc.nat({ max: 12 }),
        (callers, kinds, before) => round(callers, kinds.map(some), before),
      ),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test('is told of people of Plannr alone only with a top unit', async () => {
    const { data, change } = house.sandbox;
    const alone = data
      .plannrAlone()
      .filter(({ type, role, email }) => type === 'client' && role === 'individual' && email)
      .slice(0, 3);
    const theirs = new Set(alone.map(({ uuid }) => uuid));
    const plans = [...data.plannr.plans.values()].filter(
      ({ client, status }) => theirs.has(client?.uuid ?? '') && status === 'active',
    );
    expect(alone).toHaveLength(3);
    expect(plans.length).toBeGreaterThan(0);
    const [top] = topOf().units;
    const regions = allUnits().filter(({ parentId }) => parentId === top);
    const callers = [
      { sub: 'top', units: [top ?? ''] },
      // Whoever holds every unit but the top one sees everyone in Dynamic Planner but themselves.
      { sub: 'regions', units: regions.map(({ id }) => id) },
      { sub: 'nobody', units: [] },
    ];
    await round(
      callers,
      [
        ...alone.map(
          ({ uuid }) =>
            () =>
              change('account', uuid),
        ),
        ...plans.slice(0, 3).map(
          ({ uuid }) =>
            () =>
              change('plan', uuid),
        ),
        some('client'),
      ],
      2,
    );
  });

  test('who may see nothing was told nothing all the while', () => {
    expect(blind.length).toBeGreaterThan(0);
    for (const one of blind) {
      expect(one.hasEnded).toBe(false);
      expect(one.got).toEqual([]);
    }
  });
});
