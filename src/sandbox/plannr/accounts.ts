import { answer, type Call, type RouteTable } from '../server/route.ts';
import type { PlannrContext } from './context.ts';
import { refusal } from './errors.ts';
import { filtered, filterOf, gate } from './query.ts';
import type { PlannrStore } from './store.ts';
import type { PlannrAccount, PlannrCircle } from './wire.ts';

const CIRCLE_FILTERS: Readonly<Record<string, (circle: PlannrCircle) => readonly string[]>> = {
  uuid: (circle) => [circle.uuid],
  name: (circle) => [circle.name],
  account_uuids: (circle) => circle.accounts.map((account) => account.uuid),
};

/** `/api/v1/account`, `/api/v1/client/{uuid}/risk` and `/api/v1/circles`. */
export function accountRoutes({ store, page }: PlannrContext): RouteTable {
  return {
    'GET /api/v1/account': (call) =>
      page(call, select(store, call), gate<PlannrAccount>(call, ['external_references'])),
    'GET /api/v1/client/{uuid}/risk': (call) => {
      const risk = store.risks.get(call.params.uuid ?? '');
      if (risk === undefined) throw refusal(404, 'No query results for model [Risk].');
      return answer(200, { data: risk });
    },
    'GET /api/v1/circles': (call) => page(call, filtered(call, store.circles.all(), CIRCLE_FILTERS)),
  };
}

/** The filters are `uuid` and `type`; others, `updated_after` among them, are ignored in silence. */
function select(store: PlannrStore, call: Call): readonly PlannrAccount[] {
  const uuids = filterOf(call, 'uuid');
  const accounts = uuids === null ? store.accounts.all() : store.accounts.byIds(uuids);
  return filtered(call, accounts, { type: (account) => [account.type] });
}
