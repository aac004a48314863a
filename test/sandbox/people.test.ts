import { describe, expect, it } from 'vitest';
import { createData, type SandboxData } from '../../src/sandbox/data.ts';
import { ODDITIES } from '../../src/sandbox/index.ts';
import { ABSTRACT_TYPES, ALL_TYPE_FIELDS, PLAN_TYPES, TYPE_FIELDS } from '../../src/sandbox/plannr/plan-types.ts';

function everything(data: SandboxData): string {
  const { dynamicPlanner: dp, plannr } = data;
  return JSON.stringify([
    [dp.clients, dp.relationships, dp.selfRelationships, dp.organisationUnits, dp.employees, dp.documents].map(
      (map) => [...map],
    ),
    [...dp.finances],
    [...dp.finances.keys()].map((id) => dp.valuations.of(id)),
    [...dp.results],
    [...dp.questionnaires],
    [...plannr.accounts],
    [...plannr.plans],
    [...plannr.plans.keys()].map((uuid) => plannr.valuations.of(uuid)),
    [...plannr.risks],
    [...plannr.circles],
    data.oddities,
    data.samePolicies,
  ]);
}

describe('the made-up people', () => {
  it('are the same for the same seed and count, in whatever order they are read', () => {
    const one = createData(7, 120);
    const other = createData(7, 120);
    for (const id of [...other.dynamicPlanner.finances.keys()].reverse()) other.dynamicPlanner.valuations.of(id);
    expect(everything(other)).toBe(everything(one));
    expect(everything(createData(8, 120))).not.toBe(everything(one));
  });

  it.each([0, 1, 2, 5, 13, 50, 250, 5_000])('are counted once each: %i', (clients) => {
    const data = createData(1, clients);
    const { dynamicPlanner, plannr } = data;
    const alone = [...plannr.accounts.values()].filter((account) => {
      const named = new Set(
        account.external_references.map((entry) => entry.reference).filter((id) => dynamicPlanner.clients.has(id)),
      );
      return account.type === 'client' && named.size !== 1;
    });
    expect(dynamicPlanner.clients.size + alone.length).toBe(clients);
    expect(data.peopleCount()).toBe(clients);
    expect(data.plannrAlone().map((account) => account.uuid)).toEqual(alone.map((account) => account.uuid).sort());
  });

  it.each([50, 51, 64, 99, 250])('hold every oddity from 50 people on: %i', (clients) => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const data = createData(seed, clients);
      const missing = ODDITIES.filter((oddity) => data.oddities[oddity].length === 0);
      expect(missing).toEqual([]);
    }
  });

  it('have one to six finances each, in all seven types, with owners that exist', () => {
    const { dynamicPlanner: dp } = createData(3, 250);
    const types = new Set<string>();
    for (const id of dp.clients.keys()) {
      const count = dp.finances.by('client', id).length;
      expect(count).toBeGreaterThanOrEqual(1);
      expect(count).toBeLessThanOrEqual(6);
    }
    for (const finance of dp.finances.values()) {
      types.add(finance.type);
      expect(finance.owners.every((owner) => dp.clients.has(owner.clientId))).toBe(true);
    }
    for (const type of ['investment', 'pension', 'income', 'expenditure', 'asset', 'liability', 'protection']) {
      expect(types).toContain(type);
    }
  });

  it('have plans of all ten types with fields of their own type only', () => {
    const { plannr } = createData(3, 50);
    expect(ALL_TYPE_FIELDS.size).toBe(114);
    const types = new Set([...plannr.plans.values()].map((plan) => plan.type));
    for (const type of PLAN_TYPES) expect(types).toContain(type);
    for (const plan of plannr.plans.values()) {
      expect(plan.accounts.every((owner) => plannr.accounts.has(owner.account_uuid))).toBe(true);
      for (const field of Object.keys(plan.fields ?? {})) expect(TYPE_FIELDS[plan.type]).toContain(field);
    }
  });

  it('are linked, paired, and grouped as promised', () => {
    const data = createData(1, 1_000);
    const { dynamicPlanner: dp, plannr } = data;
    const linked = [...dp.clients.keys()].filter((id) => data.plannrAccountsOf(id).length > 0);
    expect(linked.length / dp.clients.size).toBeCloseTo(0.6, 1);
    const couples = [...dp.relationships.values()].filter((entry) =>
      ['Marriage', 'Civil partnership'].includes(entry.type),
    );
    expect((couples.length * 2) / dp.clients.size).toBeCloseTo(0.4, 1);
    expect(new Set([...dp.relationships.values()].map((entry) => [...entry.clientIds].sort().join())).size).toBe(
      dp.relationships.size,
    );
    expect(data.oddities.twoAccounts.every((id) => data.plannrAccountsOf(id).length === 2)).toBe(true);
    expect(data.oddities.conflictingAccount).toHaveLength(1);
    expect(dp.organisationUnits.size).toBeGreaterThanOrEqual(10);
    expect([...dp.clients.values()].every((entry) => dp.organisationUnits.has(entry.organisationUnitId))).toBe(true);
    expect(new Set([...plannr.accounts.values()].map((account) => account.type))).toEqual(
      new Set(['client', 'employee', 'external']),
    );
  });

  it('have the same policy in both systems, a third of them with other figures', () => {
    const data = createData(1, 1_000);
    const normal = (text: string | null | undefined): string => (text ?? '').toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
    for (const { financeId, planUuid } of data.samePolicies) {
      const finance = data.dynamicPlanner.finances.get(financeId);
      const plan = data.plannr.plans.get(planUuid);
      expect(normal(plan?.policy_number)).toBe(normal(finance?.reference));
    }
    const disagreeing = data.samePolicies.filter((policy) => policy.disagreement !== null);
    expect(disagreeing.length / data.samePolicies.length).toBeGreaterThan(0.25);
    expect(disagreeing.length / data.samePolicies.length).toBeLessThan(0.42);
  });

  it('have a valuation history that ends in the latest figure', () => {
    const { dynamicPlanner: dp, plannr } = createData(1, 100);
    const offsets = new Set<string>();
    const amounts = new Set<string>();
    for (const finance of dp.finances.values()) {
      const history = dp.valuations.of(finance.id);
      expect(history.length === 0).toBe(!finance.latestHistoricalValuation);
      if (history[0] !== undefined)
        expect(finance.latestHistoricalValuation).toMatchObject({ id: history[0].id, value: history[0].value });
      expect(history.length).toBeLessThanOrEqual(36);
    }
    for (const plan of plannr.plans.values()) {
      const history = plannr.valuations.of(plan.uuid);
      expect(history[0]).toEqual(plan.latest_valuations[0]);
      expect(history.length === 0).toBe(ABSTRACT_TYPES[plan.type] === 'protection');
      for (const valuation of history) {
        offsets.add(valuation.valued_at.slice(10));
        amounts.add(typeof valuation.value.amount);
      }
    }
    expect(offsets).toEqual(new Set(['T00:00:00+00:00', 'T00:00:00+01:00']));
    expect(amounts).toEqual(new Set(['string', 'number']));
  });
});
