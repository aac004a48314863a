import { answer, type Call, type RouteTable } from '../server/route.ts';
import {
  amount,
  type Body,
  currency,
  day,
  each,
  list,
  needed,
  newId,
  object,
  optional,
  orNull,
  percentage,
  type Rules,
  readBody,
  scalar,
  text,
} from './body.ts';
import { type DpContext, now } from './context.ts';
import { absent, invalid } from './errors.ts';
import { names, pathIds, requiredQueryIds } from './query.ts';
import type { DpStore } from './store.ts';
import { trackedPlan } from './tracking.ts';
import type { DpFinance } from './wire.ts';

/** Sent only when asked for in `fields`. */
const GATED = ['cashflows', 'latestHistoricalValuation', 'holdings', 'transactions'] as const;

/** The types, and what their own paths are called. */
const PATHS: Readonly<Record<string, string>> = {
  income: 'incomes',
  expenditure: 'expenditures',
  investment: 'investments',
  pension: 'pensions',
  asset: 'assets',
  liability: 'liabilities',
  protection: 'protections',
};

const PAYMENT = object({ amount: needed(amount), frequency: needed(text) });

const RULES: Rules = {
  required: ['type', 'name', 'owners'],
  checks: {
    type: text,
    name: text,
    owners: list,
    currency: orNull(currency),
    openedOn: orNull(day),
    startsOn: orNull(day),
    endsOn: orNull(day),
    valuedOn: orNull(day),
    amount,
    value: amount,
    outstandingBalance: amount,
    sumAssured: amount,
    interestRate: orNull(amount),
    payment: orNull(PAYMENT),
    premium: orNull(PAYMENT),
    contractReference: orNull(text),
    characteristics: orNull(each(object({ name: needed(text), value: optional(scalar) }))),
    cashflows: each(
      object({ kind: needed(text), amount: needed(amount), startsOn: optional(day), endsOn: optional(day) }),
    ),
    holdings: each(object({ name: needed(text), units: optional(amount), percentage: optional(percentage) })),
    transactions: each(object({ kind: needed(text), tradedOn: needed(day), amount: needed(amount) })),
  },
  readOnly: ['latestHistoricalValuation', 'updatedAt'],
};

/** How the owners of a finance must stand to the clients that were asked for (platform documentation). */
const UNIONS: Readonly<Record<string, (owners: ReadonlySet<string>, asked: ReadonlySet<string>) => boolean>> = {
  includes: () => true,
  only: (owners, asked) => [...owners].every((owner) => asked.has(owner)),
  exact: (owners, asked) => owners.size === asked.size && [...owners].every((owner) => asked.has(owner)),
};

/** `/finances/v1/clients/{clientIds}/finances`, `/finances/v1/finances` and the tracking domain's views of them. */
export function financeRoutes({ store, page, tell }: DpContext): RouteTable {
  const announce = (finance: DpFinance, changed: string[]): void => {
    const clientIds = finance.owners.map((owner) => owner.clientId);
    const resource = { type: 'finance', id: finance.id, href: `/finances/v1/finances?ids=${finance.id}` };
    tell({ topic: 'finance.updated', resource, clientId: clientIds[0], data: { changed, clientIds } });
  };
  const tracked = (type: string) => (call: Call) => {
    const finances = store.finances.byAny('client', pathIds(call, 'clientIds'));
    return page(
      call,
      finances.filter((finance) => finance.type === type),
      trackedPlan,
    );
  };
  /** One type by a path of its own (designed, unverified): its items do not name the type. */
  const ofType = (type: string) => (call: Call) => {
    const shape = gate(call);
    const found = select(store, call).filter((finance) => finance.type === type);
    return page(call, found, (finance) => ({ ...shape(finance), type: undefined }));
  };
  return {
    ...Object.fromEntries(
      Object.entries(PATHS).map(([type, name]) => [`GET /finances/v1/clients/{clientIds}/${name}`, ofType(type)]),
    ),
    'GET /finances/v1/clients/{clientIds}/finances': (call) => page(call, select(store, call), gate(call)),
    'GET /finances/v1/finances': (call) => page(call, store.finances.byIds(requiredQueryIds(call, 'ids')), gate(call)),
    'GET /tracking/v1/clients/{clientIds}/investments': tracked('investment'),
    'GET /tracking/v1/clients/{clientIds}/pensions': tracked('pension'),
    'PUT /finances/v1/finances/{id}': (call) => {
      const id = newId(call);
      const before = store.finances.get(id);
      const body = readBody(call, RULES, before === undefined);
      checkOwners(store, body);
      const finance = { ...(before ?? { id, currency: 'GBP' }), ...body, updatedAt: now() } as DpFinance;
      store.finances.set(id, finance);
      announce(finance, Object.keys(body));
      return answer(before === undefined ? 201 : 200, gate(call)(finance));
    },
    'DELETE /finances/v1/finances/{id}': (call) => {
      const id = call.params.id ?? '';
      const finance = store.finances.get(id);
      if (finance === undefined) throw absent('finance', id);
      store.finances.delete(id);
      store.valuations.clear(id);
      announce(finance, []);
      return answer(204);
    },
  };
}

function select(store: DpStore, call: Call): DpFinance[] {
  const asked = new Set(pathIds(call, 'clientIds'));
  const union = UNIONS[call.query.unions ?? 'includes'];
  if (union === undefined) throw invalid('unions', 'unknown_value');
  const types = names(call, 'types');
  return store.finances
    .byAny('client', [...asked])
    .filter((finance) => types.size === 0 || types.has(finance.type))
    .filter((finance) => union(new Set(finance.owners.map((owner) => owner.clientId)), asked));
}

/** Leaves out what `fields` did not ask for. */
function gate(call: Call): (finance: DpFinance) => Partial<DpFinance> {
  const asked = names(call, 'fields');
  const left = GATED.filter((field) => !asked.has(field));
  return (finance) => {
    const sent: Partial<DpFinance> = { ...finance };
    for (const field of left) delete sent[field];
    return sent;
  };
}

/** At least one owner, each an existing client, once, with a percentage from 0 to 100 or none; 100 in all at most. */
function checkOwners(store: DpStore, body: Body): void {
  if (!Array.isArray(body.owners)) return;
  const owners = body.owners as ({ clientId?: unknown; percentage?: unknown } | null)[];
  if (owners.length === 0) throw invalid('owners', 'required');
  const seen = new Set<string>();
  let sum = 0;
  for (const [index, owner] of owners.entries()) {
    const { clientId, percentage: share = null } = owner ?? {};
    const at = `owners[${index}]`;
    if (typeof clientId !== 'string' || !store.clients.has(clientId))
      throw invalid(`${at}.clientId`, 'unknown_reference');
    if (seen.has(clientId)) throw invalid(`${at}.clientId`, 'repeated');
    seen.add(clientId);
    if (share !== null && percentage(share) !== null) throw invalid(`${at}.percentage`, 'out_of_range');
    sum += typeof share === 'number' ? share : 0;
  }
  if (sum > 100.001) throw invalid('owners', 'more_than_100_percent');
}
