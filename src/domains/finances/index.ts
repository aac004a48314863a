import { type Connection, connectionOf } from '../../platform/relay/connection.ts';
import { globalId, type Ref } from '../../platform/relay/ids.ts';
import { type PageArguments, pageRequest } from '../../platform/relay/window.ts';
import type { Wire } from '../../platform/wire.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import type { PlanOwnerModel } from '../shared/plan.ts';
import { currencyOf } from '../shared/records.ts';
import { idTypeOf, type RegularPayment, type WrittenFinance } from './model.ts';

export { write } from './write.ts';

/** The platform's words for what regular payments there are besides plans. */
export type PaymentKind = 'income' | 'expenditure';

/** What finances need of the other domains. */
export interface FinanceNeeds {
  readonly plans: {
    financesOf(clientId: string): Promise<readonly Wire[]>;
    finance(id: string): Promise<Wire | null>;
    sharesOf(finance: Wire): readonly PlanOwnerModel[];
  };
  /** Null where there is no such client that the caller may see. */
  readonly clients: { byRef(ref: Ref): Promise<object | null> };
}

/**
 * Incomes and expenditures, which come with the finances that plans are made of and cost no call beside them; and Dynamic Planner's finances of
 * all types as they are written, of which what is a plan is read as one.
 */
export function open(_operation: SourcedOperation, _kept: unknown, { plans, clients }: FinanceNeeds) {
  const modelOf = (wire: Wire): RegularPayment => ({
    id: String(wire.item.id),
    wire,
    currency: currencyOf(wire),
    owners: plans.sharesOf(wire),
  });

  return {
    globalId: ({ type, id }: WrittenFinance): string => globalId(idTypeOf(type), 'DYNAMIC_PLANNER', id),
    isPlan: ({ type }: WrittenFinance): boolean => idTypeOf(type) === 'Plan',

    /** A page of a client's incomes or expenditures, by Dynamic Planner id. @throws BadInput */
    async page(clientId: string, kind: PaymentKind, args: PageArguments): Promise<Connection<RegularPayment>> {
      pageRequest(args);
      const found = (await plans.financesOf(clientId)).filter(({ item }) => item.type === kind);
      return connectionOf({ name: `${kind}s of ${clientId}` }, found.map(modelOf), args);
    },

    /** One by its own id; null where there is none of that kind, or nobody owns it whom the caller may see. */
    async get(kind: PaymentKind, id: string): Promise<RegularPayment | null> {
      const wire = await plans.finance(id);
      if (wire === null || wire.item.type !== kind) return null;
      const model = modelOf(wire);
      const owners = await Promise.all(model.owners.map(({ ref }) => clients.byRef(ref)));
      return owners.some((owner) => owner !== null) ? model : null;
    },
  };
}
