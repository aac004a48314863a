import { afterEach, beforeEach, expect, test } from 'vitest';
import { startKeeping } from './cache-book.ts';
import type { House, Reply } from './harness.ts';

const FIRST = 30;
const QUERY = `{ clients(first: ${FIRST}) { totalCount missing nodes { id displayName emails { address } organisationUnit { name }
  adviser { displayName } relationships { type client { displayName } } riskLevel { level } wealth { total { pence } }
  plans { missing nodes { id type status name owners { percentage client { displayName } } latestValuation { value { pence } } } } } } }`;

let house: House;
beforeEach(async () => {
  house = await startKeeping({ sandbox: { clients: FIRST } });
});
afterEach(() => house.stop());

/** All that is told, but for what is another one each time. */
function told({ data, errors = [] }: Reply): unknown {
  const plain = errors.map(({ message, path, extensions: { code } }) => JSON.stringify([message, path, code]));
  return { data, errors: plain.sort() };
}

type Store = Map<string, object>;
type Break = (house: House) => void;

/** Breaks the first record of a store of Dynamic Planner, or of Plannr. */
const breakFirst =
  (system: 'dynamicPlanner' | 'plannr', store: string, fields: object): Break =>
  ({ sandbox }) => {
    const records = (sandbox.data[system] as unknown as Record<string, Store>)[store] as Store;
    const [id, record] = [...records][0] ?? ['', {}];
    records.set(id, { ...record, ...fields });
  };

const BROKEN: readonly [name: string, broken: Break][] = [
  ['nothing', () => {}],
  ['a client’s name', breakFirst('dynamicPlanner', 'clients', { lastName: { a: 1 } })],
  ['a client’s e-mails', breakFirst('dynamicPlanner', 'clients', { emails: 'a@b.c' })],
  ['a finance’s type', breakFirst('dynamicPlanner', 'finances', { subType: { a: 1 } })],
  [
    'a finance’s shares',
    breakFirst('dynamicPlanner', 'finances', {
      owners: [{ clientId: '7b0c1d2e-0000-4000-8000-000000000001', percentage: 'half' }],
    }),
  ],
  ['an employee’s name', breakFirst('dynamicPlanner', 'employees', { lastName: [] })],
  ['a plan’s value', breakFirst('plannr', 'plans', { value: { amount: 'a lot', currency: 'GBP' } })],
];

test.each(BROKEN)('with %s broken, the same is told each time as the first time', async (name, broken) => {
  broken(house);
  const cold = await house.ask(QUERY);
  expect(cold.data.clients.nodes).toHaveLength(FIRST);
  expect(cold.errors === undefined).toBe(name === 'nothing');
  const calls = house.calls().length;
  for (let turn = 0; turn < 2; turn += 1) expect(told(await house.ask(QUERY))).toEqual(told(cold));
  // What was read could be kept.
  expect(house.calls().length).toBe(calls);
});

test.each<[string, RegExp, unknown]>([
  ['a relationship without an id', /relationships$/, { type: 'x', clientIds: [] }],
  ['what is no relationship', /relationships$/, 'nonsense'],
  ['a finance without an id', /finances$/, { type: 'pension', owners: [] }],
  ['a result without an id', /results$/, { framework: 'dynamic-planner' }],
])('%s, which is nobody’s, is told each time, and what came with it is not kept', async (_, path, item) => {
  const body = { items: [item], totalCount: 1, pageSize: 100, pageNumber: 1 };
  const removeFault = house.sandbox.dynamicPlanner.addFault({ kind: 'status', status: 200, path, body });
  const cold = await house.ask(QUERY);
  expect(cold.errors?.map(({ message }) => message).join()).toMatch(/\.id that is not an id/);
  for (let turn = 0; turn < 2; turn += 1) {
    house.clear();
    expect(told(await house.ask(QUERY))).toEqual(told(cold));
    expect(new Set(house.calls().map((call) => path.test(call.path)))).toEqual(new Set([true]));
  }
  removeFault();
  const whole = await house.ask(QUERY);
  expect(whole.errors).toBeUndefined();
  house.clear();
  expect(told(await house.ask(QUERY))).toEqual(told(whole));
  expect(house.calls()).toEqual([]);
});
