import { afterEach, describe, expect, it } from 'vitest';
import {
  CHANGE_KINDS,
  type Change,
  type ChangeKind,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../src/sandbox/index.ts';
import { client, uuid } from './helpers.ts';
import { PATIENT, startReceiver } from './receiver.ts';

const running: Sandbox[] = [];

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  running.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.stop();
});

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

/** What follows from the seed: everything but moments. */
const essence = ({ kind, id, dynamicPlanner, plannr }: Change) => [
  kind,
  id,
  dynamicPlanner.map(({ occurredAt: _, ...rest }) => rest),
  plannr.map(({ occurred_at: _, ...rest }) => rest),
];

function figures({ data }: Sandbox): unknown[] {
  const { clients, finances } = data.dynamicPlanner;
  return [
    [...clients.values()].map(({ phones, emails }) => [phones, emails]),
    [...finances.values()].map((entry) => [
      entry.value,
      entry.outstandingBalance,
      entry.latestHistoricalValuation?.value,
    ]),
    [...data.plannr.plans.values()].map((plan) => plan.value),
  ];
}

describe('a change', () => {
  it('follows from the seed', async () => {
    const [one, same, other] = [await start(), await start(), await start({ seed: 2 })];
    const changes = times(300, () => one.change());
    expect(times(300, () => same.change()).map(essence)).toEqual(changes.map(essence));
    expect(times(300, () => other.change()).map(essence)).not.toEqual(changes.map(essence));
    expect(figures(same)).toEqual(figures(one));
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(
      new Set(['client', 'valuation', 'finance', 'plan', 'planValuation']),
    );
  });

  it.each(CHANGE_KINDS)('of each kind changes something and is told once: %s', async (kind) => {
    const sandbox = await start();
    const heard: unknown[] = [];
    sandbox.data.told.dynamicPlanner.add((event) => heard.push(event));
    sandbox.data.told.plannr.add((event) => heard.push(event));
    const changes = times(50, () => sandbox.change(kind));
    expect(changes.flatMap(({ dynamicPlanner, plannr }) => [...dynamicPlanner, ...plannr])).toEqual(heard);
    expect(heard).toHaveLength(50);
    const dynamicPlanner = changes.flatMap((change) => change.dynamicPlanner);
    expect(sandbox.data.dynamicPlanner.events).toEqual(dynamicPlanner);
    expect(sandbox.dynamicPlanner.requests).toEqual([]);
    expect(sandbox.plannr.requests).toEqual([]);
    const again = [sandbox.change(kind, changes[0]?.id), sandbox.change(kind, changes[0]?.id)];
    expect(again.map(({ id }) => id)).toEqual([changes[0]?.id, changes[0]?.id]);
  });

  it('has the topic of its kind', async () => {
    const sandbox = await start();
    const topics = CHANGE_KINDS.map((kind) => {
      const { dynamicPlanner, plannr } = sandbox.change(kind);
      return [kind, dynamicPlanner[0]?.topic ?? plannr[0]?.event];
    });
    expect(Object.fromEntries(topics)).toEqual({
      client: 'client.updated',
      relationship: 'relationship.updated',
      document: 'client.document.created',
      finance: 'finance.updated',
      valuation: 'valuation.created',
      results: 'results.updated',
      account: 'account.updated',
      plan: 'plan.updated',
      planValuation: 'plan.updated',
      circle: 'circle.updated',
    });
  });

  it('cannot be made of what is not there', async () => {
    const sandbox = await start({ clients: 0 });
    expect(() => sandbox.change()).toThrow('nothing to change');
    expect(() => sandbox.change('client')).toThrow('no client to change');
    expect(() => sandbox.change('plan', uuid(1))).toThrow(`cannot change this plan: ${uuid(1)}`);
    await expect(sandbox.changeMany({ count: 1 })).rejects.toThrow('nothing to change');
  });

  it('makes a level that goes up and down by one', async () => {
    const sandbox = await start();
    const { id } = sandbox.change('results');
    const own = () => [...sandbox.data.dynamicPlanner.results.values()].filter((result) => result.clientId === id);
    const count = own().length;
    const level = (): number => Number(own().at(-1)?.riskLevel?.slice(2));
    let before = level();
    for (let turn = 0; turn < 40; turn += 1) {
      sandbox.change('results', id);
      expect(Math.abs(level() - before)).toBe(1);
      expect(level()).toBeGreaterThanOrEqual(1);
      expect(level()).toBeLessThanOrEqual(10);
      before = level();
    }
    expect(own()).toHaveLength(count);
  });
});

describe('thousands of changes', () => {
  it('break nothing that is promised of the data', async () => {
    const sandbox = await start();
    const { data } = sandbox;
    const { finances, clients, relationships } = data.dynamicPlanner;
    const special = new Set([
      ...Object.values(data.oddities).flat(),
      ...data.samePolicies.flatMap(({ financeId, planUuid }) => [financeId, planUuid]),
    ]);
    const keep = () =>
      structuredClone([...clients, ...finances, ...data.plannr.plans].filter(([id]) => special.has(id)));
    const firstTen = new Set(times(10, () => '').map((_, place) => client(place + 1)));
    const firstFigures = () =>
      structuredClone(
        [...finances.values()].filter(({ owners }) => owners.some((owner) => firstTen.has(owner.clientId))),
      );
    const [kept, shown, couples] = [keep(), firstFigures(), structuredClone([...relationships])];
    const people = data.peopleCount();
    const changes = times(5_000, () => sandbox.change());
    expect(keep()).toEqual(kept);
    expect(firstFigures()).toEqual(shown);
    expect([...relationships]).toEqual(couples);
    expect(data.peopleCount()).toBe(people);
    const touched = changes.filter(({ kind, id }) => kind === 'client' && firstTen.has(id));
    expect(touched.length).toBeGreaterThan(500);
  });

  it('keep amounts near where they began, and at least a penny', async () => {
    const { data, change } = await start();
    const { finances } = data.dynamicPlanner;
    const amountsOf = () => [
      ...[...finances.values()].map(
        (entry) => entry.latestHistoricalValuation?.value ?? entry.value ?? entry.outstandingBalance ?? 0,
      ),
      ...[...data.plannr.plans.values()].map((plan) => Number(plan.value?.amount ?? 0)),
    ];
    const before = amountsOf();
    times(10_000, () => change());
    const after = amountsOf();
    expect(after).not.toEqual(before);
    for (const [place, amount] of after.entries()) {
      const origin = before[place] ?? 0;
      expect(Math.abs(amount - origin)).toBeLessThanOrEqual(Math.max(1, origin * 0.1501));
      if (origin > 0) expect(amount).toBeGreaterThan(0);
    }
  });

  it('move a value by one or two percent at a time, and start anew where someone else moved it', async () => {
    const { data, change } = await start();
    const { id } = change('valuation');
    const value = (): number => data.dynamicPlanner.finances.get(id)?.latestHistoricalValuation?.value ?? 0;
    const move = (): number => {
      const before = value();
      change('valuation', id);
      return Math.abs(value() / before - 1);
    };
    for (const share of times(200, move)) {
      expect(share).toBeGreaterThan(0.009);
      expect(share).toBeLessThan(0.021);
    }
    const finance = data.dynamicPlanner.finances.get(id);
    const latest = finance?.latestHistoricalValuation;
    if (finance && latest) {
      data.dynamicPlanner.finances.set(id, { ...finance, latestHistoricalValuation: { ...latest, value: 9_000_000 } });
    }
    expect(move()).toBeLessThan(0.021);
  });

  it.each<ChangeKind>(['valuation', 'planValuation'])('do not pile up: %s', async (kind) => {
    const { data, change } = await start();
    const { id } = change(kind);
    const history = () =>
      kind === 'valuation' ? data.dynamicPlanner.valuations.of(id) : data.plannr.valuations.of(id);
    const days = history().length;
    times(500, () => change(kind, id));
    // A day more where midnight fell into the test.
    expect(history().length).toBeLessThanOrEqual(days + 1);
    const latest = data.dynamicPlanner.finances.get(id)?.latestHistoricalValuation?.id;
    const planLatest = data.plannr.plans.get(id)?.latest_valuations[0]?.uuid;
    const [newest] = history();
    expect(latest ?? planLatest).toBe(newest && ('id' in newest ? newest.id : newest.uuid));
  });
});

describe('many changes', () => {
  it('are made at a pace, and every one arrives once, in order', async () => {
    const sandbox = await start();
    const receiver = await startReceiver();
    sandbox.data.dynamicPlanner.subscriptions.set(uuid(1), {
      id: uuid(1),
      topic: 'client.updated',
      callbackUrl: receiver.url,
      hmac: null,
      status: 'active',
    });
    const changes = await sandbox.changeMany({ count: 400, perSecond: 800, kind: 'client' });
    expect(changes).toHaveLength(400);
    await expect.poll(() => receiver.received.length, PATIENT).toBe(400);
    expect(receiver.received.map(({ json }) => json.id)).toEqual(changes.map((change) => change.dynamicPlanner[0]?.id));
    await receiver.stop();
  });

  it('end when the sandbox stops', async () => {
    const sandbox = await start({ clients: 20 });
    const changes = sandbox.changeMany({ count: 1_000_000, perSecond: 100 });
    await sandbox.stop();
    expect((await changes).length).toBeLessThan(1_000_000);
  });
});

describe('a sandbox by itself', () => {
  it('changes nothing unless it is told to', async () => {
    const sandbox = await start({ clients: 20 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sandbox.data.dynamicPlanner.events).toEqual([]);
  });

  it('makes a change every so often, until it stops', async () => {
    const sandbox = await start({ clients: 50, changeEveryMs: 2 });
    const { events } = sandbox.data.dynamicPlanner;
    await expect.poll(() => events.length, PATIENT).toBeGreaterThan(5);
    await sandbox.stop();
    const count = events.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(events).toHaveLength(count);
  });

  it('does no harm where there is nothing to change', async () => {
    const sandbox = await start({ clients: 0, changeEveryMs: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sandbox.data.dynamicPlanner.events).toEqual([]);
  });
});
