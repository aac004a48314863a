import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';

interface PlanNode {
  id: string;
  type: string;
  rawType: string;
  status: string;
  rawStatus: string | null;
  sources: { system: string; id: string }[];
  owners: { percentage: number; client: { id: string } | null }[];
  discrepancies: { field: string; values: { system: string; value: string }[] }[];
  currentValue: { pence: number; decimal: string; currency: string } | null;
}
interface Person {
  id: string;
  displayName: string;
  sources: { system: string; id: string }[];
  plans: { nodes: PlanNode[] };
  wealth: {
    total: { pence: number };
    totals: { pence: number; currency: string }[];
    flagged: { reason: string }[];
  } | null;
}

const PLAN =
  'id type rawType status rawStatus sources { system id } owners { percentage client { id } } currentValue { pence decimal currency } discrepancies { field values { system value } }';
const EVERYONE = `query ($after: String) { clients(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes {
  id displayName sources { system id } plans(first: 200) { nodes { ${PLAN} } }
  wealth { total { pence } totals { pence currency } flagged { reason } } } } }`;

let house: House;
let people: Person[];
beforeAll(async () => {
  house = await startHouse();
  people = [];
  for (let after: string | null = null, more = true; more; ) {
    const reply = await house.ask(EVERYONE, { after });
    expect(reply.errors).toBeUndefined();
    people.push(...reply.data.clients.nodes);
    after = reply.data.clients.pageInfo.endCursor;
    more = reply.data.clients.pageInfo.hasNextPage;
  }
});
afterAll(() => house.stop());

const plansOf = (source: string): PlanNode[] =>
  people.flatMap((person) => person.plans.nodes).filter(({ sources }) => sources.some(({ id }) => id === source));
const odd = (name: keyof House['sandbox']['data']['oddities']): readonly string[] => {
  const ids = house.sandbox.data.oddities[name];
  expect(ids.length).toBeGreaterThan(0);
  return ids;
};

describe('one person', () => {
  test('who stands in both platforms is one Client with all accounts', () => {
    const { data } = house.sandbox;
    for (const { id } of data.dynamicPlanner.clients.all()) {
      const found = people.filter(({ sources }) => sources.some((source) => source.id === id));
      expect(found).toHaveLength(1);
      const accounts = found[0]?.sources.filter(({ system }) => system === 'PLANNR').map((source) => source.id);
      expect(accounts?.toSorted()).toEqual(
        data
          .plannrAccountsOf(id)
          .map(({ uuid }) => uuid)
          .sort(),
      );
    }
  });

  test('two accounts of one person both bring their plans', () => {
    const twice = house.sandbox.data.dynamicPlanner.clients
      .all()
      .filter(({ id }) => house.sandbox.data.plannrAccountsOf(id).length > 1);
    expect(twice.length).toBeGreaterThan(0);
    for (const { id } of twice)
      for (const { uuid } of house.sandbox.data.plannrAccountsOf(id))
        for (const plan of house.sandbox.data.plannr.plans.by('client', uuid))
          expect(plansOf(plan.uuid).length).toBeGreaterThan(0);
  });

  test('either id resolves to the same Client, and an account that names two people is a person of Plannr alone', async () => {
    const { data } = house.sandbox;
    const linked = people.find(({ sources }) => sources.length > 1);
    const uuid = linked?.sources[1]?.id ?? '';
    const plannrId = Buffer.from(`Client:p:${uuid}`).toString('base64url');
    const reply = await house.ask('query ($id: ID!) { client(id: $id) { id } node(id: $id) { __typename id } }', {
      id: plannrId,
    });
    expect(reply.data).toEqual({ client: { id: linked?.id }, node: { __typename: 'Client', id: linked?.id } });
    for (const conflict of odd('conflictingAccount'))
      expect(people.find(({ sources }) => sources[0]?.id === conflict)?.sources).toEqual([
        { system: 'PLANNR', id: conflict },
      ]);
    expect(data.plannrAlone().map((account) => account.uuid)).toContain(odd('referenceToNobody')[0]);
    expect(people.map(({ sources }) => sources[0]?.id)).toContain(odd('referenceToNobody')[0]);
    const report = await house.ask(
      '{ gateway { links { isLoaded accounts linked conflicts } platforms { system status } } }',
    );
    expect(report.data.gateway.links).toMatchObject({ isLoaded: true, conflicts: odd('conflictingAccount').length });
  });
});

describe('one policy', () => {
  test('that stands in both platforms is one Plan with two sources, under Dynamic Planner’s id', () => {
    expect(house.sandbox.data.samePolicies.length).toBeGreaterThan(10);
    for (const { financeId, planUuid } of house.sandbox.data.samePolicies) {
      const seen = [...plansOf(financeId), ...plansOf(planUuid)];
      expect(new Set(seen.map(({ id }) => id))).toEqual(
        new Set([Buffer.from(`Plan:d:${financeId}`).toString('base64url')]),
      );
      for (const plan of seen)
        expect(plan.sources).toEqual([
          { system: 'DYNAMIC_PLANNER', id: financeId },
          { system: 'PLANNR', id: planUuid },
        ]);
    }
  });

  test('shows what the platforms disagree about, and nothing where they agree', () => {
    const fields = { value: 'currentValue', status: 'status', ownership: 'owners' };
    for (const { financeId, disagreement } of house.sandbox.data.samePolicies) {
      const [plan] = plansOf(financeId);
      const found = plan?.discrepancies.map(({ field }) => field) ?? [];
      if (disagreement === null) expect(found).toEqual([]);
      else expect(found).toContain(fields[disagreement]);
      for (const { values } of plan?.discrepancies ?? [])
        expect(values.map(({ system }) => system)).toEqual(['DYNAMIC_PLANNER', 'PLANNR']);
    }
  });

  test('is not guessed: other types, placeholders and ambiguous numbers stay two plans', () => {
    const paired = new Set(house.sandbox.data.samePolicies.flatMap(({ financeId, planUuid }) => [financeId, planUuid]));
    for (const name of ['incompatibleTypes', 'placeholderNumber', 'ambiguousPolicyNumber'] as const)
      for (const id of odd(name))
        if (!paired.has(id)) for (const plan of plansOf(id)) expect(plan.sources).toHaveLength(1);
  });

  test('is the same by id from either side', async () => {
    const { financeId, planUuid } = house.sandbox.data.samePolicies[0] ?? { financeId: '', planUuid: '' };
    const ids = [Buffer.from(`Plan:d:${financeId}`), Buffer.from(`Plan:p:${planUuid}`)].map((id) =>
      id.toString('base64url'),
    );
    const reply = await house.ask(
      `query ($a: ID!, $b: ID!) { a: plan(id: $a) { ${PLAN} } b: plan(id: $b) { ${PLAN} } }`,
      { a: ids[0], b: ids[1] },
    );
    expect(reply.errors).toBeUndefined();
    expect(reply.data.a).toEqual(reply.data.b);
    expect(reply.data.a.sources).toHaveLength(2);
  });
});

describe('joint plans', () => {
  test('appear under each owner with every share', () => {
    for (const id of odd('jointFinance')) {
      const finance = house.sandbox.data.dynamicPlanner.finances.get(id);
      if (finance === undefined || ['income', 'expenditure'].includes(finance.type)) continue;
      const owners = finance.owners.map(({ clientId }) => people.find(({ sources }) => sources[0]?.id === clientId));
      for (const owner of owners) {
        const plan = owner?.plans.nodes.find(({ sources }) => sources[0]?.id === id);
        expect(plan?.owners.map(({ client }) => client?.id)).toEqual(owners.map((person) => person?.id));
      }
    }
  });

  test('are each in the root list once, at the first owner', async () => {
    const found: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const reply = await house.ask(
        'query ($after: String) { plans(first: 170, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      expect(reply.errors).toBeUndefined();
      found.push(...reply.data.plans.nodes.map(({ id }: { id: string }) => id));
      after = reply.data.plans.pageInfo.endCursor;
      more = reply.data.plans.pageInfo.hasNextPage;
    }
    const inOrder = people.flatMap((person) =>
      person.plans.nodes
        .filter(({ owners }) => owners.find(({ client }) => client !== null)?.client?.id === person.id)
        .map(({ id }) => id),
    );
    expect(found).toEqual(inOrder);
    const all = new Set(people.flatMap(({ plans }) => plans.nodes.map(({ id }) => id)));
    expect(new Set(found)).toEqual(all);
    const total = await house.ask('{ plans(first: 1) { totalCount } }');
    expect(total.data.plans.totalCount).toBe(found.length);
  });

  test('of two people can be asked for together, each once', async () => {
    const joint = people
      .flatMap(({ plans }) => plans.nodes)
      .find(({ owners }) => owners.length === 2 && owners.every(({ client }) => client !== null));
    const clientIds = joint?.owners.map(({ client }) => client?.id);
    const reply = await house.ask(
      'query ($ids: [ID!]) { plans(first: 200, filter: { clientIds: $ids }) { totalCount nodes { id } } }',
      { ids: clientIds },
    );
    const ids = reply.data.plans.nodes.map(({ id }: { id: string }) => id);
    expect(ids).toContain(joint?.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(reply.data.plans.totalCount).toBe(ids.length);
  });
});

describe('wealth', () => {
  const isCounted = (plan: PlanNode): boolean =>
    !['PROTECTION_POLICY', 'GROUP_PROTECTION', 'GENERAL_INSURANCE'].includes(plan.type) &&
    !['INACTIVE', 'PROPOSED'].includes(plan.status);

  test('of all owners of wholly owned plans is the sum of the plans, to the penny', () => {
    // People in groups that share plans; in a group whose percentages all reach 100 nothing may be lost or counted twice.
    const groups = new Map<string, Set<string>>(people.map(({ id }) => [id, new Set([id])]));
    for (const person of people)
      for (const { owners } of person.plans.nodes)
        for (const { client } of owners) {
          if (client === null) continue;
          const merged = new Set([...(groups.get(person.id) ?? []), ...(groups.get(client.id) ?? [])]);
          for (const id of merged) groups.set(id, merged);
        }
    let checked = 0;
    for (const group of new Set(groups.values())) {
      const members = people.filter(({ id }) => group.has(id));
      if (
        members.some(
          ({ wealth }) => wealth === null || wealth.flagged.some(({ reason }) => reason.startsWith('PERCENTAGE')),
        )
      )
        continue;
      const plans = new Map(
        members.flatMap(({ plans: { nodes } }) => nodes.filter(isCounted).map((plan) => [plan.id, plan])),
      );
      const sterling = [...plans.values()].filter(({ currentValue }) => currentValue?.currency === 'GBP');
      const sum = sterling.reduce(
        (total, { type, currentValue }) =>
          total + (['MORTGAGE', 'LOAN_CREDIT'].includes(type) ? -1 : 1) * (currentValue?.pence ?? 0),
        0,
      );
      expect(members.reduce((total, { wealth }) => total + (wealth?.total.pence ?? 0), 0)).toBe(sum);
      if (members.length > 1) checked += 1;
    }
    expect(checked).toBeGreaterThan(5);
  });

  test('flags percentages that are missing or do not reach 100', () => {
    const reasons = (id: string): string[] =>
      people
        .filter(({ plans }) => plans.nodes.some(({ sources }) => sources[0]?.id === id))
        .flatMap(({ wealth }) => wealth?.flagged.map(({ reason }) => reason) ?? []);
    expect(odd('percentagesBelow100').flatMap(reasons)).toContain('PERCENTAGES_BELOW_100');
    expect(odd('missingPercentages').flatMap(reasons)).toContain('PERCENTAGE_MISSING');
  });

  test('keeps currencies apart', () => {
    const others = people.flatMap(({ wealth }) => wealth?.totals ?? []).filter(({ currency }) => currency !== 'GBP');
    expect(others.length).toBeGreaterThan(0);
  });
});

describe('values that are not expected', () => {
  test('more than £21.47m is told exactly', () => {
    for (const id of odd('valueBeyondInt32')) {
      const plan = plansOf(id).find(({ currentValue }) => (currentValue?.pence ?? 0) > 2 ** 31);
      if (plan === undefined) continue;
      const { pence, decimal } = plan.currentValue ?? { pence: 0, decimal: '' };
      expect(decimal.replace('.', '')).toBe(String(pence));
      return;
    }
    expect.unreachable('no plan beyond £21.47m was seen');
  });

  test('an unknown type or status is UNKNOWN with the raw value', () => {
    expect(
      odd('unknownPlanType')
        .flatMap(plansOf)
        .map(({ type, rawType }) => [type, rawType]),
    ).toContainEqual(['UNKNOWN', 'annuity_plus']);
    const statuses = odd('unknownPlanStatus').flatMap(plansOf);
    expect(statuses.some(({ status, rawStatus }) => status === 'UNKNOWN' && rawStatus !== null)).toBe(true);
  });

  test('every name is shown as it is written', () => {
    for (const id of odd('unusualName')) {
      const person = house.sandbox.data.dynamicPlanner.clients.get(id);
      if (person !== undefined)
        expect(people.find(({ sources }) => sources[0]?.id === id)?.displayName).toBe(
          `${person.firstName} ${person.lastName}`,
        );
    }
  });
});
