import type { ExpenditureResolvers, IncomeResolvers } from '../../src/generated/graphql.ts';
import { globalId } from '../../src/platform/relay/ids.ts';

/** What incomes and expenditures have in common. */
const payment = {
  name: ({ wire }) => wire.text('name'),
  subType: ({ wire }) => wire.text('subType'),
  amount: ({ wire, currency }) => wire.pounds('amount', currency),
  frequency: ({ wire }) => wire.text('frequency'),
  startsOn: ({ wire }) => wire.date('startsOn'),
  endsOn: ({ wire }) => wire.date('endsOn'),
  updatedAt: ({ wire }) => wire.instant('updatedAt'),
  sources: ({ id }) => [{ system: 'DYNAMIC_PLANNER', id }],
} satisfies Partial<ExpenditureResolvers>;

export const Income: Partial<IncomeResolvers> = {
  ...payment,
  id: ({ id }) => globalId('Income', 'DYNAMIC_PLANNER', id),
  isGross: ({ wire }) => wire.flagOrNull('isGross'),
};

export const Expenditure: Partial<ExpenditureResolvers> = {
  ...payment,
  id: ({ id }) => globalId('Expenditure', 'DYNAMIC_PLANNER', id),
};
