import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';
import { type Issuer, startIssuer } from './tokens.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 80 } });
});
afterAll(() => house.stop());

const store = () => house.sandbox.data.plannr;
const idOf = (text: string): string => Buffer.from(text).toString('base64url');
const counts = (): Record<string, number> => {
  const found: Record<string, number> = {};
  for (const { template } of house.calls()) found[template] = (found[template] ?? 0) + 1;
  return found;
};

describe('accounts and circles', () => {
  test('of many clients cost one call each, with what they are called elsewhere', async () => {
    house.clear();
    const reply = await house.ask(
      '{ clients(first: 80) { nodes { id sources { system id } accounts { name role type externalReferences { thirdParty reference } createdAt updatedAt sources { id } circles { sources { id } } } circles { name sources { id } members { client { id } } } } } }',
    );
    expect(reply.errors).toBeUndefined();
    expect(counts()['/api/v1/circles']).toBe(1);
    // Once for the people of Plannr alone, as the list has them, and once for those who are linked.
    expect(counts()['/api/v1/account']).toBeLessThanOrEqual(2);
    let circles = 0;
    for (const { sources, accounts, circles: own, id } of reply.data.clients.nodes) {
      const uuids: string[] = sources.flatMap(({ system, id: uuid }: { system: string; id: string }) =>
        system === 'PLANNR' ? [uuid] : [],
      );
      expect(accounts.map((account: { sources: { id: string }[] }) => account.sources[0]?.id)).toEqual(uuids);
      for (const [at, account] of accounts.entries()) {
        const record = store().accounts.get(uuids[at] ?? '');
        expect(account).toMatchObject({
          name: record?.name,
          role: record?.role,
          type: 'client',
          externalReferences: record?.external_references.map(({ third_party, reference }) => ({
            thirdParty: third_party,
            reference,
          })),
        });
      }
      const expected = [...new Set(uuids.flatMap((uuid) => store().circles.by('account', uuid)))];
      expect(own.map((circle: { sources: { id: string }[] }) => circle.sources[0]?.id)).toEqual(
        expected.map(({ uuid }) => uuid),
      );
      for (const { members } of own)
        expect(members.map(({ client }: { client: { id: string } }) => client.id)).toContain(id);
      circles += own.length;
    }
    expect(circles).toBeGreaterThan(4);
  });

  test('can be read again by their ids', async () => {
    const [circle] = store().circles.all();
    const ids = [
      idOf(`Circle:p:${circle?.uuid}`),
      idOf(`Account:p:${circle?.accounts[0]?.uuid}`),
      idOf('Circle:p:nobody'),
    ];
    const reply = await house.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids });
    expect(reply.errors).toBeUndefined();
    expect(reply.data.nodes).toEqual([
      { __typename: 'Circle', id: ids[0] },
      { __typename: 'Account', id: ids[1] },
      null,
    ]);
  });

  test('that can not be had are null with a coded error, and the person is there', async () => {
    const done = house.sandbox.plannr.addFault({ path: /circles/, kind: 'status', status: 500 });
    const reply = await house.ask('{ clients(first: 2) { nodes { displayName accounts { name } circles { name } } } }');
    done();
    for (const node of reply.data.clients.nodes)
      expect(node).toMatchObject({ displayName: expect.any(String), accounts: expect.any(Array), circles: null });
    expect(reply.errors?.[0]).toMatchObject({
      path: ['clients', 'nodes', 0, 'circles'],
      extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: { system: 'PLANNR' } },
    });
  });

  describe('to a caller who sees a part of the firm', () => {
    let issuer: Issuer;
    let guarded: House;
    beforeAll(async () => {
      issuer = await startIssuer();
      guarded = await startHouse({
        beside: house,
        env: issuer.env,
      });
    });
    afterAll(async () => {
      await guarded.stop();
      issuer.stop();
    });

    test('show hidden members as nobody, and no circle of hidden people only', async () => {
      const { clients } = house.sandbox.data.dynamicPlanner;
      const accountOf = new Map(
        clients
          .all()
          .flatMap(({ id }) => house.sandbox.data.plannrAccountsOf(id).map(({ uuid }) => [uuid, id] as const)),
      );
      const unitOf = (uuid: string): string | undefined => clients.get(accountOf.get(uuid) ?? '')?.organisationUnitId;
      const ids = store()
        .circles.all()
        .map(({ uuid }) => idOf(`Circle:p:${uuid}`));
      const units = [
        ...new Set(
          store()
            .circles.all()
            .flatMap(({ accounts }) => accounts.map(({ uuid }) => unitOf(uuid))),
        ),
      ];
      const query =
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Circle { members { client { displayName } } } } }';
      let hidden = 0;
      for (const unit of units) {
        const token = await issuer.sign({ organisationUnitIds: [unit], scope: 'clients:read' });
        const reply = await guarded.ask(query, { ids }, { authorization: `Bearer ${token}` });
        expect(reply.errors).toBeUndefined();
        const visible = (uuid: string): boolean => isWithin(unitOf(uuid), unit);
        for (const [at, circle] of store().circles.all().entries()) {
          const seen = circle.accounts.map(({ uuid }) => visible(uuid));
          const node = reply.data.nodes[at];
          if (!seen.includes(true)) {
            expect(node).toBeNull();
            hidden += 1;
          } else expect(node.members.map(({ client }: { client: unknown }) => client !== null)).toEqual(seen);
        }
      }
      expect(hidden).toBeGreaterThan(0);
    });
  });

  function isWithin(unit: string | undefined, top: string | undefined): boolean {
    const units = house.sandbox.data.dynamicPlanner.organisationUnits;
    for (let at = units.get(unit ?? ''); at !== undefined; at = units.get(at.parentId ?? ''))
      if (at.id === top) return true;
    return false;
  }
});

describe("what Plannr records of a plan's administration", () => {
  const QUERY = `query ($first: Int = 200) { clients(first: 40) { nodes { plans(first: $first) { nodes { sources { system id } proposalReference
    providers { name sources { system } } externalReferences { thirdParty reference }
    administration { abstractType inactiveOn inactiveReason agencyInYourName agencyInYourNameFrom originallySoldByFirm underAdvice
      visibleOnClientPortal includeInClientValuation shownOnCircles reviewOn onPanel isGroupScheme isWrapProduct wrap { id }
      mainAccount { policyNumber sources { id } } subAccounts { name policyNumber } seller { id } activeAdviser { id }
      linkedOwners { id } createdAt } } } } } }`;

  test('is as it stands there, and comes with the plans', async () => {
    house.clear();
    const reply = await house.ask(QUERY);
    expect(reply.errors).toBeUndefined();
    expect(counts()['/api/v1/plans']).toBe(1);
    let count = 0;
    for (const { plans } of reply.data.clients.nodes)
      for (const { sources, administration, externalReferences, proposalReference, providers } of plans.nodes) {
        const uuid = sources.find(({ system }: { system: string }) => system === 'PLANNR')?.id;
        if (uuid === undefined) {
          expect([administration, externalReferences]).toEqual([null, null]);
          continue;
        }
        const plan = store().plans.get(uuid);
        if (plan === undefined) throw new Error('a plan of nobody');
        expect(administration).toMatchObject({
          abstractType: plan.abstract_type,
          inactiveOn: plan.inactive_at?.slice(0, 10) ?? null,
          inactiveReason: plan.inactive_reason,
          agencyInYourName: plan.agency_in_your_name,
          originallySoldByFirm: plan.originally_sold_by_firm,
          underAdvice: plan.under_advice,
          visibleOnClientPortal: plan.visible_on_client_portal,
          includeInClientValuation: plan.include_in_client_valuation,
          shownOnCircles: plan.shown_on_circles,
          reviewOn: plan.review_date ?? null,
          isWrapProduct: plan.is_wrap_product,
          mainAccount: { policyNumber: plan.main_account?.policy_number },
          subAccounts: plan.sub_accounts.map(({ name }) => ({ name })),
          seller: plan.seller === null ? null : { id: plan.seller.uuid },
          activeAdviser: plan.active_adviser === null ? null : { id: plan.active_adviser.uuid },
          linkedOwners: [],
        });
        expect(proposalReference).toBe(plan.proposal_reference ?? null);
        expect(externalReferences).toEqual(
          plan.external_references.map(({ third_party, reference }) => ({ thirdParty: third_party, reference })),
        );
        const named = providers.find((one: { sources: { system: string }[] }) => one.sources[0]?.system === 'PLANNR');
        expect(named?.name).toBe(plan.provider?.name);
        count += 1;
      }
    expect(count).toBeGreaterThan(20);
  });

  test('is asked for only as far as it is selected', async () => {
    house.clear();
    await house.ask(
      '{ clients(first: 10) { nodes { plans { nodes { administration { underAdvice seller { id } } } } } } }',
    );
    const [call] = house.calls().filter(({ template }) => template === '/api/v1/plans');
    expect(call?.query.include).toBe('client,accounts,seller');
  });

  test('links further people whom the caller may see', async () => {
    const [plan] = store().plans.all();
    const [person] = house.sandbox.data.dynamicPlanner.clients.all();
    const [account] = house.sandbox.data.plannrAccountsOf(person?.id ?? '');
    if (plan === undefined || account === undefined) throw new Error('no plan');
    store().plans.set(plan.uuid, { ...plan, linked_owners: [{ uuid: account.uuid }] });
    const reply = await house.ask('query ($id: ID!) { plan(id: $id) { administration { linkedOwners { id } } } }', {
      id: idOf(`Plan:p:${plan.uuid}`),
    });
    store().plans.set(plan.uuid, plan);
    expect(reply.data.plan.administration.linkedOwners).toEqual([{ id: idOf(`Client:d:${person?.id}`) }]);
  });
});
