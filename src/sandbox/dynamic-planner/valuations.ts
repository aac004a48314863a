import { answer, type Call, type RouteTable } from '../server/route.ts';
import { amount, day, newId, type Rules, readBody } from './body.ts';
import type { DpContext } from './context.ts';
import { absent } from './errors.ts';
import { pathIds, queryDay } from './query.ts';
import { type DpStore, newestValuationFirst } from './store.ts';
import type { DpValuation } from './wire.ts';

const RULES: Rules = {
  required: ['valuedOn', 'value'],
  checks: { valuedOn: day, value: amount },
  readOnly: ['financeId'],
};

/** `/finances/v1/finances/{financeIds}/valuations`: all the finances' valuations in one list, newest first. */
export function valuationRoutes({ store, page, tell }: DpContext): RouteTable {
  return {
    'GET /finances/v1/finances/{financeIds}/valuations': (call) => page(call, select(store, call)),
    'PUT /finances/v1/finances/{id}/valuations/{valuationId}': (call) => {
      const financeId = call.params.id ?? '';
      const finance = store.finances.get(financeId);
      if (finance === undefined) throw absent('finance', financeId);
      const id = newId(call, 'valuationId');
      const before = store.valuations.of(financeId).find((valuation) => valuation.id === id);
      const body = readBody(call, RULES, before === undefined);
      const valuation = { ...(before ?? { id, financeId }), ...body } as DpValuation;
      if (before === undefined) store.valuations.add(financeId, valuation);
      else store.valuations.replace(financeId, valuation, (other) => other.id === id);
      follow(store, financeId);
      const resource = { type: 'valuation', id, href: `/finances/v1/finances/${financeId}/valuations` };
      const clientIds = finance.owners.map((owner) => owner.clientId);
      tell({ topic: 'valuation.created', resource, clientId: clientIds[0], data: { financeId, clientIds } });
      return answer(before === undefined ? 201 : 200, valuation);
    },
  };
}

function select(store: DpStore, call: Call): DpValuation[] {
  const from = queryDay(call, 'from') ?? '';
  const to = queryDay(call, 'to') ?? '9999-12-31';
  const valuations: DpValuation[] = [];
  for (const financeId of new Set(pathIds(call, 'financeIds'))) {
    for (const valuation of store.valuations.of(financeId)) {
      if (valuation.valuedOn >= from && valuation.valuedOn <= to) valuations.push(valuation);
    }
  }
  return valuations.sort(newestValuationFirst);
}

/** The finance's latest valuation is always the first of its list. */
function follow(store: DpStore, financeId: string): void {
  const finance = store.finances.get(financeId);
  const [latest] = store.valuations.of(financeId);
  if (finance === undefined || latest === undefined) return;
  const { id, valuedOn, value } = latest;
  store.finances.set(financeId, { ...finance, latestHistoricalValuation: { id, valuedOn, value } });
}
