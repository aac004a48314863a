import type { FieldsOf, InputField } from '../shared/input-fields.ts';
import { percentage } from '../shared/percentages.ts';
import type { TargetInput } from '../shared/target.ts';
import { decimal, idOf, type MoneyInput, pounds, words } from '../shared/to-platform.ts';

type Text = string | null | undefined;
type List = readonly object[] | null | undefined;
type Money = MoneyInput | null | undefined;

/** An owner as they are to be written. */
export interface FinanceOwnerInput {
  readonly clientId: string;
  /** Percent, as decimal digits. */
  readonly percentage?: string | null | undefined;
}

/** A finance as it is to be written, as GraphQL gives it: what is absent stays as it is. */
export interface FinanceUpsertInput extends TargetInput {
  readonly type?: Text;
  readonly subType?: Text;
  readonly name?: Text;
  readonly owners?: readonly FinanceOwnerInput[] | null | undefined;
  readonly currency?: Text;
  readonly policyNumber?: Text;
  readonly contractReference?: Text;
  readonly provider?: object | null | undefined;
  readonly status?: Text;
  readonly openedOn?: Text;
  readonly growthMethod?: Text;
  readonly characteristics?: List;
  readonly amount?: Money;
  readonly frequency?: Text;
  readonly startsOn?: Text;
  readonly endsOn?: Text;
  readonly isGross?: boolean | null | undefined;
  readonly value?: Money;
  readonly valuedOn?: Text;
  readonly outstandingBalance?: Money;
  readonly interestRate?: Text;
  readonly payment?: object | null | undefined;
  readonly sumAssured?: Money;
  readonly premium?: object | null | undefined;
  readonly cashflows?: List;
  readonly holdings?: List;
  readonly transactions?: List;
}

const same = (name: string): InputField => ({ to: name });

const amount = pounds('amount');
const share: InputField = { to: 'percentage', as: percentage };
const payment = { amount, frequency: same('frequency') };

/** What holds of a mark: one of the three, sent as what it is. */
interface MarkInput {
  readonly text?: string;
  readonly number?: string;
  readonly flag?: boolean;
}

const number = decimal('value');
const mark: InputField = {
  to: 'value',
  as: ({ text, number: digits, flag }: MarkInput) => (digits === undefined ? (text ?? flag) : number.as?.(digits)),
};

/** Where the fields of a finance stand in Dynamic Planner (designed, unverified). */
export const FINANCE_FIELDS = {
  type: words('type'),
  subType: same('subType'),
  name: same('name'),
  owners: { to: 'owners', of: { clientId: idOf('Client', 'clientId'), percentage: share } },
  currency: same('currency'),
  policyNumber: same('reference'),
  contractReference: same('contractReference'),
  provider: { to: 'provider', of: { id: same('id'), name: same('name') } },
  status: words('status'),
  openedOn: same('openedOn'),
  growthMethod: same('growthMethod'),
  characteristics: { to: 'characteristics', of: { name: same('name'), value: mark } },
  amount,
  frequency: same('frequency'),
  startsOn: same('startsOn'),
  endsOn: same('endsOn'),
  isGross: same('isGross'),
  value: pounds('value'),
  valuedOn: same('valuedOn'),
  outstandingBalance: pounds('outstandingBalance'),
  interestRate: decimal('interestRate'),
  payment: { to: 'payment', of: payment },
  sumAssured: pounds('sumAssured'),
  premium: { to: 'premium', of: payment },
  cashflows: {
    to: 'cashflows',
    of: { id: same('id'), kind: same('kind'), ...payment, startsOn: same('startsOn'), endsOn: same('endsOn') },
  },
  holdings: {
    to: 'holdings',
    of: {
      isin: same('isin'),
      name: same('name'),
      units: decimal('units'),
      price: decimal('price'),
      value: pounds('value'),
      percentage: share,
    },
  },
  transactions: {
    to: 'transactions',
    of: {
      id: same('id'),
      kind: same('kind'),
      tradedOn: same('tradedOn'),
      amount,
      isin: same('isin'),
      units: decimal('units'),
    },
  },
} satisfies FieldsOf<Omit<FinanceUpsertInput, keyof TargetInput>>;
