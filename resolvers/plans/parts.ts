import type {
  CashflowResolvers,
  HoldingResolvers,
  PlanOwnerResolvers,
  ProviderResolvers,
  TransactionResolvers,
} from '../../src/generated/graphql.ts';
import { reported } from '../shared/report.ts';

export const PlanOwner: Partial<PlanOwnerResolvers> = {
  client: ({ ref }, _, context, info) => reported(context, info, context.clients.find(ref)),
};

export const Provider: ProviderResolvers = {
  name: ({ wire }) => wire.text('name'),
  sources: ({ system, wire }) => {
    const id = wire.text(system === 'PLANNR' ? 'uuid' : 'id');
    return id === null ? [] : [{ system, id }];
  },
};

export const Holding: HoldingResolvers = {
  isin: ({ wire }) => wire.text('isin'),
  name: ({ wire }) => wire.text('name'),
  units: ({ wire }) => wire.decimal('units'),
  price: ({ wire }) => wire.decimal('price'),
  value: ({ wire, currency }) => wire.pounds('value', currency),
  percentage: ({ wire }) => wire.number('percentage'),
};

export const Cashflow: CashflowResolvers = {
  kind: ({ wire }) => wire.text('kind'),
  amount: ({ wire, currency }) => wire.pounds('amount', currency),
  frequency: ({ wire }) => wire.text('frequency'),
  startsOn: ({ wire }) => wire.date('startsOn'),
  endsOn: ({ wire }) => wire.date('endsOn'),
};

export const Transaction: TransactionResolvers = {
  kind: ({ wire }) => wire.text('kind'),
  tradedOn: ({ wire }) => wire.date('tradedOn'),
  amount: ({ wire, currency }) => wire.pounds('amount', currency),
  isin: ({ wire }) => wire.text('isin'),
  units: ({ wire }) => wire.decimal('units'),
};
