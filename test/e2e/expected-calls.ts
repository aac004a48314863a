import type { Sandbox } from '../../src/sandbox/index.ts';

const PAGE = { dynamicPlanner: 100, plannr: 500 };
const IDS = 100;
const NO_PLANS = ['income', 'expenditure'];

/**
 * The least number of REST calls for the Book query, worked out from the sandbox's data alone: one for each resource that it touches, and
 * one more for each further page or chunk of ids that the caps force.
 * @param offset where the window begins in the list of all people
 */
export function expectedBookCalls({ data }: Sandbox, offset: number, first: number): Record<string, number> {
  const { dynamicPlanner: dp, plannr } = data;
  const people = dp.clients.all();
  const alone = data.plannrAlone();
  const window = people.slice(offset, offset + first);
  const aloneWindow = alone.slice(Math.max(0, offset - people.length), Math.max(0, offset + first - people.length));
  const ids = new Set(window.map(({ id }) => id));

  const relationships = dp.relationships.all().filter(({ clientIds }) => clientIds.some((id) => ids.has(id)));
  const finances = dp.finances.all().filter(({ owners }) => owners.some(({ clientId }) => ids.has(clientId)));
  const results = dp.results.all().filter(({ clientId }) => ids.has(clientId));
  const accounts = [...window.flatMap(({ id }) => data.plannrAccountsOf(id)), ...aloneWindow].map(({ uuid }) => uuid);
  const accountChunks = chunks(accounts);
  const plansOf = (uuids: readonly string[]) =>
    plannr.plans.all().filter((plan) => plan.accounts.some((owner) => uuids.includes(owner.account_uuid)));

  // A plan that is also a finance shows Dynamic Planner's owners.
  const twins = new Set(data.samePolicies.map(({ planUuid }) => planUuid));
  const planOwners = plansOf(accounts)
    .filter(({ uuid }) => !twins.has(uuid))
    .flatMap((plan) => plan.accounts.map((owner) => owner.account_uuid));
  const linked = new Map(people.flatMap(({ id }) => data.plannrAccountsOf(id).map(({ uuid }) => [uuid, id] as const)));
  const others = new Set([
    ...relationships.flatMap(({ clientIds }) => clientIds),
    ...finances
      .filter(({ type }) => !NO_PLANS.includes(type))
      .flatMap(({ owners }) => owners.map(({ clientId }) => clientId)),
    ...planOwners.flatMap((uuid) => linked.get(uuid) ?? []),
  ]);
  for (const id of ids) others.delete(id);
  const aloneIds = new Set(aloneWindow.map(({ uuid }) => uuid));
  const otherAccounts = new Set(planOwners.filter((uuid) => !linked.has(uuid) && !aloneIds.has(uuid)));

  const pages = (count: number, size: number) => Math.max(1, Math.ceil(count / size));
  const advisers = new Set(window.flatMap(({ adviserId }) => adviserId ?? []));
  return nonZero({
    '/crm/v1/clients': fewestPages(offset, window.length) + Math.ceil(others.size / IDS),
    '/crm/v1/relationships': window.length > 0 ? pages(relationships.length, PAGE.dynamicPlanner) : 0,
    '/crm/v1/employees': Math.ceil(advisers.size / IDS),
    '/finances/v1/clients/{clientIds}/finances': window.length > 0 ? pages(finances.length, PAGE.dynamicPlanner) : 0,
    '/profiling/v1/clients/{clientIds}/results': window.length > 0 ? pages(results.length, PAGE.dynamicPlanner) : 0,
    '/api/v1/plans': accountChunks.reduce((sum, chunk) => sum + pages(plansOf(chunk).length, PAGE.plannr), 0),
    '/api/v1/account': Math.ceil(aloneWindow.length / IDS) + Math.ceil(otherAccounts.size / IDS),
  });
}

/** The fewest equal pages that cover a window: one, unless it lies across a border that every allowed page size has. */
function fewestPages(offset: number, count: number): number {
  if (count === 0) return 0;
  const sizes = Array.from({ length: PAGE.dynamicPlanner }, (_, index) => index + 1);
  return Math.min(...sizes.map((size) => Math.floor((offset + count - 1) / size) - Math.floor(offset / size) + 1));
}

function chunks(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / IDS) }, (_, index) => ids.slice(index * IDS, (index + 1) * IDS));
}

function nonZero(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
