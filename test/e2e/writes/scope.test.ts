import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type House, startHouse } from '../harness.ts';
import { type Issuer, startIssuer } from '../tokens.ts';
import { ALL_SCOPES, globalId, person, run, type Written, writesOf } from './writing.ts';

let house: House;
let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
  house = await startHouse({ sandbox: { clients: 60 }, env: { ...issuer.env, CACHE: 'on' } });
});
afterAll(async () => {
  await house.stop();
  issuer.stop();
});
beforeEach(() => house.clear());

const store = () => house.sandbox.data.dynamicPlanner;
const unit = (name: string): string =>
  store()
    .organisationUnits.all()
    .find((one) => one.name === name)?.id ?? '';
const children = (id: string): string[] => [
  id,
  ...store()
    .organisationUnits.all()
    .filter(({ parentId }) => parentId === id)
    .flatMap((child) => children(child.id)),
];
const node = (type: string, id: string | undefined) => globalId(type, id);
/** People of the region that the caller has, and of the others. */
const people = (mine: boolean) => {
  const units = new Set(children(unit('South')));
  return store()
    .clients.all()
    .filter(({ organisationUnitId }) => units.has(organisationUnitId) === mine);
};
const first = (mine: boolean, place = 0): string => people(mine)[place]?.id ?? '';

/** As someone who has one region. */
async function ask(name: string, variables: Record<string, unknown>, claims: object = {}): Promise<Written> {
  const token = await issuer.sign({ organisationUnitIds: [unit('South')], scope: ALL_SCOPES, ...claims });
  return run(house, name, variables, { authorization: `Bearer ${token}` });
}

function isForbidden({ reply, payload }: Written, at?: string[]): void {
  expect(payload).toBeNull();
  expect(reply.errors).toHaveLength(1);
  expect(reply.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  if (at !== undefined) expect(reply.errors?.[0]?.extensions.inputPath).toEqual(at);
  expect(writesOf(house)).toEqual([]);
}

const input = (given: object) => ({ input: given });

describe('a caller of one region', () => {
  test('writes people of the region, and nobody else', async () => {
    const { payload } = await ask('clientUpsert', input({ id: node('Client', first(true)), title: 'Dr' }));
    expect(payload).toMatchObject({ userErrors: [], client: { name: { title: 'Dr' } } });
    house.clear();
    isForbidden(await ask('clientUpsert', input({ id: node('Client', first(false)), title: 'Dr' })), ['input', 'id']);
  });

  test('is told the same of who is hidden and who is not there', async () => {
    const hidden = await ask('clientUpsert', input({ id: node('Client', first(false)), title: 'Dr' }));
    const missing = await ask('clientUpsert', input({ id: node('Client', 'nobody'), title: 'Dr' }));
    expect(missing.reply.errors).toEqual(hidden.reply.errors);
    expect(missing.reply.data).toEqual(hidden.reply.data);
  });

  test('moves nobody out of the region, in from elsewhere, or to an adviser from elsewhere', async () => {
    const mine = node('Client', first(true));
    const unitId = ['input', 'organisationUnitId'];
    const north = node('OrganisationUnit', unit('Leeds office'));
    isForbidden(await ask('clientUpsert', input({ id: mine, organisationUnitId: north })), unitId);
    isForbidden(await ask('clientUpsert', person(unit('North'))), unitId);
    isForbidden(await ask('clientUpsert', person('0a000000-0000-4000-8000-00000000ffff')), unitId);
    const outside = node('OrganisationUnit', unit('Brighton office'));
    isForbidden(await ask('clientUpsert', input({ id: node('Client', first(false)), organisationUnitId: outside })));
    const units = new Set(children(unit('South')));
    const hidden = store()
      .employees.all()
      .find((one) => !one.organisationUnitIds.some((id) => units.has(id)));
    const adviserId = node('Employee', hidden?.id);
    isForbidden(await ask('clientUpsert', input({ id: mine, adviserId })), ['input', 'adviserId']);
    isForbidden(await ask('clientUpsert', person(unit('Brighton office'), { adviserId })), ['input', 'adviserId']);
    // Nor is somebody else's adviser taken away.
    const theirs = { ...store().clients.get(first(true)), adviserId: hidden?.id ?? null } as never;
    store().clients.set(first(true), theirs);
    isForbidden(await ask('clientUpsert', input({ id: mine, adviserId: null })), ['input', 'adviserId']);
  });

  test('makes people only where they can be seen afterwards', async () => {
    const { input: given } = person(unit('Brighton office'));
    const { organisationUnitId: _, ...without } = given;
    for (const bare of [without, { ...without, organisationUnitId: null }]) {
      const { payload } = await ask('clientUpsert', input(bare));
      expect(payload?.userErrors).toMatchObject([{ path: ['input', 'organisationUnitId'], code: 'REQUIRED' }]);
    }
    expect(writesOf(house)).toEqual([]);
    expect((await ask('clientUpsert', input(given))).payload).toMatchObject({ userErrors: [] });
  });

  test('joins nobody to somebody elsewhere, and parts no such two', async () => {
    const [mine, other] = [first(true), first(false)];
    const tie = { idempotencyKey: 'x', type: 'Marriage' };
    const clientIds = (...ids: string[]) => ids.map((id) => node('Client', id));
    isForbidden(await ask('relationshipUpsert', input({ ...tie, clientIds: clientIds(mine, other) })), [
      'input',
      'clientIds',
      '1',
    ]);
    const id = 'c1000000-0000-4000-8000-0000000fffff';
    store().relationships.set(id, { id, type: 'Marriage', clientIds: [mine, other], updatedAt: '' });
    for (const side of [mine, other]) {
      isForbidden(await ask('relationshipUpsert', input({ id: node('Relationship', `${side}:${id}`), type: 'x' })));
      isForbidden(await ask('relationshipDelete', { id: node('Relationship', `${side}:${id}`) }));
    }
    // Also where somebody else's tie is named as if it were of one's own people.
    const others = people(false)
      .slice(1, 3)
      .map((one) => one.id);
    const foreign = 'c1000000-0000-4000-8000-0000000ffffe';
    store().relationships.set(foreign, { id: foreign, type: 'Marriage', clientIds: others, updatedAt: '' });
    isForbidden(await ask('relationshipUpsert', input({ id: node('Relationship', `${mine}:${foreign}`), type: 'x' })));
    const { payload } = await ask('relationshipDelete', { id: node('Relationship', `${mine}:${foreign}`) });
    expect(payload?.changes).toEqual([]);
    expect(store().relationships.has(foreign)).toBe(true);
    expect(writesOf(house)).toEqual([]);
    store().relationships.delete(id);
    store().relationships.delete(foreign);
  });

  test('writes employees of the region, and takes them out of no unit elsewhere', async () => {
    const [south, north] = [unit('Brighton office'), unit('Leeds office')];
    const id = (place: number) => `e0000000-0000-4000-8000-0000000ffff${place}`;
    const employee = (place: number, units: string[]) => {
      store().employees.set(id(place), { id: id(place), firstName: 'A', lastName: 'B', organisationUnitIds: units });
      return node('Employee', id(place));
    };
    const unitIds = (...ids: string[]) => ({ organisationUnitIds: ids.map((one) => node('OrganisationUnit', one)) });
    const own = employee(1, [south]);
    expect((await ask('employeeUpsert', input({ id: own, role: 'adviser' }))).payload).toMatchObject({
      userErrors: [],
    });
    house.clear();
    isForbidden(await ask('employeeUpsert', input({ id: own, ...unitIds(south, north) })));
    isForbidden(await ask('employeeUpsert', input({ id: employee(2, [north]), role: 'adviser' })));
    const both = employee(3, [south, north]);
    isForbidden(await ask('employeeUpsert', input({ id: both, ...unitIds(south) })));
    const fresh = { idempotencyKey: 'x', firstName: 'A', lastName: 'B' };
    isForbidden(await ask('employeeUpsert', input({ ...fresh, ...unitIds(north) })));
    for (const none of [{}, { organisationUnitIds: [] }, { organisationUnitIds: null }]) {
      const { payload } = await ask('employeeUpsert', input({ ...fresh, ...none }));
      expect(payload?.userErrors).toMatchObject([{ path: ['input', 'organisationUnitIds'], code: 'REQUIRED' }]);
    }
    expect(writesOf(house)).toEqual([]);
  });

  test('writes no finance that anybody elsewhere owns, before or after', async () => {
    const finance = (place: number, ...owners: string[]) => {
      const id = `f0000000-0000-4000-8000-0000000ffff${place}`;
      const owned = owners.map((clientId) => ({ clientId, percentage: 100 / owners.length }));
      store().finances.set(id, { id, type: 'investment', name: 'ISA', owners: owned });
      return node('Plan', id);
    };
    const owner = (id: string) => ({ clientId: node('Client', id) });
    const [mine, other] = [first(true, 1), first(false, 1)];
    const own = finance(1, mine);
    expect((await ask('financeUpsert', input({ id: own, name: 'B' }))).payload).toMatchObject({ userErrors: [] });
    house.clear();
    isForbidden(await ask('financeUpsert', input({ id: own, owners: [owner(mine), owner(other)] })), [
      'input',
      'owners',
      '1',
      'clientId',
    ]);
    const fresh = { idempotencyKey: 'x', type: 'ASSET', name: 'Boat' };
    isForbidden(await ask('financeUpsert', input({ ...fresh, owners: [owner(other)] })));
    for (const [place, owners] of [
      [2, [mine, other]],
      [3, [other]],
      [4, []],
    ] as const) {
      const id = finance(place, ...owners);
      isForbidden(await ask('financeUpsert', input({ id, owners: [owner(mine)] })), ['input', 'id']);
      isForbidden(await ask('financeDelete', { id }), ['id']);
      const value = { idempotencyKey: 'v', valuedOn: '2026-11-01', value: { pence: 1 } };
      isForbidden(await ask('valuationRecord', input({ planId: id, ...value })), ['input', 'planId']);
    }
    for (const id of ['Income', 'Expenditure'].map((type) => node(type, 'f0000000-0000-4000-8000-0000000ffff3')))
      isForbidden(await ask('financeDelete', { id }));
  });

  test('is judged by what is so now, and not by what is kept', async () => {
    const id = first(true, 2);
    const query = 'query ($id: ID!) { client(id: $id) { displayName organisationUnit { name } } }';
    const token = await issuer.sign({ organisationUnitIds: [unit('South')], scope: ALL_SCOPES });
    const see = () => house.ask(query, { id: node('Client', id) }, { authorization: `Bearer ${token}` });
    expect((await see()).data.client).not.toBeNull();
    const before = store().clients.get(id);
    // Moved on the platform, without a word.
    store().clients.set(id, { ...before, organisationUnitId: unit('Leeds office') } as never);
    expect((await see()).data.client).not.toBeNull();
    house.clear();
    isForbidden(await ask('clientUpsert', input({ id: node('Client', id), title: 'Dr' })));
    // And so is the hierarchy: a unit that has gone to another region is another's.
    const office = store().organisationUnits.get(unit('Brighton office'));
    const inside = people(true).find(({ organisationUnitId }) => organisationUnitId === office?.id);
    expect(inside).toBeDefined();
    store().organisationUnits.set(office?.id ?? '', { ...office, parentId: unit('North') } as never);
    isForbidden(await ask('clientUpsert', input({ id: node('Client', inside?.id), title: 'Dr' })));
    store().organisationUnits.set(office?.id ?? '', office as never);
  });

  test('has keys of one’s own: another’s key of the same name is another thing', async () => {
    const given = person(unit('Brighton office'), { idempotencyKey: 'mine' });
    const ann = await ask('clientUpsert', given, { sub: 'ann' });
    const bob = await ask('clientUpsert', given, { sub: 'bob' });
    const again = await ask('clientUpsert', given, { sub: 'ann' });
    const id = ({ payload }: Written) => payload?.changes[0]?.id;
    expect(id(again)).toBe(id(ann));
    expect(id(bob)).not.toBe(id(ann));
    // What one made and has lost sight of is not written to any more.
    store().clients.set(id(ann) ?? '', {
      ...store().clients.get(id(ann) ?? ''),
      organisationUnitId: unit('North'),
    } as never);
    house.clear();
    isForbidden(await ask('clientUpsert', given, { sub: 'ann' }), ['input', 'idempotencyKey']);
  });

  test.each([
    ['clientUpsert', 'clients:write', { input: { idempotencyKey: 'x' } }],
    ['relationshipUpsert', 'clients:write', { input: { idempotencyKey: 'x' } }],
    ['relationshipDelete', 'clients:write', { id: 'x' }],
    ['employeeUpsert', 'clients:write', { input: { idempotencyKey: 'x' } }],
    ['financeUpsert', 'plans:write', { input: { idempotencyKey: 'x' } }],
    ['financeDelete', 'plans:write', { id: 'x' }],
    ['valuationRecord', 'plans:write', { input: { planId: 'x', idempotencyKey: 'x' } }],
  ])('needs the scope of %s', async (name, scope, variables) => {
    const others = ALL_SCOPES.split(' ').filter((one) => one !== scope);
    const { reply, payload } = await ask(name, variables, { scope: others.join(' ') });
    expect(payload).toBeNull();
    expect(reply.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missingScopes: [scope] });
    expect(house.calls()).toEqual([]);
  });

  test('may write without reading: then the payload tells what was changed, and not what is there', async () => {
    const scope = 'clients:write';
    const { reply, payload } = await ask('clientUpsert', person(unit('Brighton office')), { scope });
    expect(payload).toMatchObject({ client: null, userErrors: [], changes: [{ resource: 'client' }] });
    expect(reply.errors?.map(({ path, extensions }) => [path, extensions.missingScopes])).toEqual([
      [['clientUpsert', 'client'], ['clients:read']],
    ]);
    const partly = await ask('clientUpsert', person(unit('Brighton office')), { scope: 'clients:write clients:read' });
    expect(partly.payload?.client).toMatchObject({ name: { last: 'Gwyn' }, dateOfBirth: null, emails: null });
  });

  test('without any unit writes nothing', async () => {
    isForbidden(await ask('clientUpsert', person(unit('Brighton office')), { organisationUnitIds: [] }));
    isForbidden(
      await ask('clientUpsert', input({ id: node('Client', first(true)), title: 'x' }), { organisationUnitIds: [] }),
    );
  });
});
