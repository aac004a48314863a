import type {
  FinanceArrangementResolvers,
  FinanceAssetResolvers,
  FinanceLiabilityResolvers,
  FinanceProtectionResolvers,
  PaymentResolvers,
} from '../../src/generated/graphql.ts';
import { orElse } from '../shared/report.ts';

export const FinanceArrangement: FinanceArrangementResolvers = {
  growthMethod: ({ wire }) => wire.text('growthMethod'),
  characteristics: (details, _, context, info) =>
    orElse(context, info, [], () => context.plans.fields.characteristics(details)),
};

export const FinanceAsset: FinanceAssetResolvers = {
  value: ({ wire, currency }) => wire.pounds('value', currency),
  valuedOn: ({ wire }) => wire.date('valuedOn'),
};

export const FinanceLiability: FinanceLiabilityResolvers = {
  outstandingBalance: ({ wire, currency }) => wire.pounds('outstandingBalance', currency),
  interestRate: ({ wire }) => wire.decimal('interestRate'),
  payment: ({ wire, currency }) => nested(wire.child('payment'), currency),
  endsOn: ({ wire }) => wire.date('endsOn'),
};

export const FinanceProtection: FinanceProtectionResolvers = {
  sumAssured: ({ wire, currency }) => wire.pounds('sumAssured', currency),
  premium: ({ wire, currency }) => nested(wire.child('premium'), currency),
  endsOn: ({ wire }) => wire.date('endsOn'),
};

export const Payment: PaymentResolvers = {
  amount: ({ wire, currency }) => wire.pounds('amount', currency),
  frequency: ({ wire }) => wire.text('frequency'),
};

function nested<W>(wire: W | null, currency: string): { wire: W; currency: string } | null {
  return wire === null ? null : { wire, currency };
}
