import type { DpFinance, DpHolding, DpOwner } from '../dynamic-planner/wire.ts';
import { dayBack, monthEnd } from './dates.ts';
import { dpId } from './ids.ts';
import { FUNDS, PROVIDERS } from './names.ts';
import { at, type Random } from './random.ts';
import { monthsSinceNewest, newestValuationId } from './valuations.ts';

/** What a fixed finance states itself instead of leaving it to chance. */
export interface Given {
  readonly pence?: number;
  readonly reference?: string;
  readonly currency?: string;
  readonly subType?: string;
  /** Present where a counterpart with the same number must exist. */
  readonly twin?: unknown;
}

type Shape = (number: number, random: Random, given: Given) => Partial<DpFinance>;

const STATUSES = ['active', 'active', 'active', 'active', 'inactive', 'active', 'proposed'];
const FREQUENCIES = ['monthly', 'annually', 'quarterly', 'weekly'];

const SHAPES: Readonly<Record<string, Shape>> = {
  investment: (number, random, given) =>
    arrangement(number, random, given, ['isa', 'general_investment_account', 'bond', 'cash']),
  pension: (number, random, given) =>
    arrangement(number, random, given, ['sipp', 'personal_pension', 'workplace', 'stakeholder']),
  structured_product: (number, random, given) => arrangement(number, random, given, ['autocall']),
  income: (number, random) => ({
    subType: at(['salary', 'state_pension', 'rental', 'dividends'], number),
    name: at(['Salary', 'State pension', 'Rent', 'Dividends'], number),
    amount: pounds(random, 90, 6_000),
    frequency: at(FREQUENCIES, number),
    startsOn: number % 5 === 4 ? null : '2019-05-01',
    endsOn: number % 3 === 2 ? '2031-04-30' : null,
    isGross: number % 2 === 0,
  }),
  expenditure: (number, random) => ({
    subType: at(['essential', 'lifestyle', 'discretionary'], number),
    name: at(['Household', 'Travel', 'Hobbies'], number),
    amount: pounds(random, 40, 2_500),
    frequency: at(FREQUENCIES, number),
    startsOn: null,
    endsOn: null,
  }),
  asset: (number, random) => ({
    subType: at(['main_residence', 'buy_to_let', 'collectables', 'business_share'], number),
    name: at(['Home', 'Flat to let', 'Watches', 'Company shares'], number),
    value: pounds(random, 5_000, 1_500_000),
    valuedOn: number % 6 === 5 ? null : monthEnd(number % 9),
  }),
  liability: (number, random) => ({
    subType: at(['mortgage', 'mortgage', 'loan'], number),
    name: at(['Mortgage', 'Mortgage', 'Car loan'], number),
    reference: referenceOf(number),
    provider: providerOf(number),
    outstandingBalance: pounds(random, 1_000, 400_000),
    interestRate: number % 7 === 6 ? null : random.int(100, 800) / 100,
    payment: { amount: pounds(random, 50, 2_000), frequency: 'monthly' },
    endsOn: '2038-01-01',
  }),
  protection: (number, random) => ({
    subType: at(['life', 'critical_illness', 'income_protection'], number),
    name: at(['Term assurance', 'Critical illness cover', 'Income protection'], number),
    reference: referenceOf(number),
    provider: providerOf(number),
    sumAssured: pounds(random, 20_000, 900_000),
    premium: { amount: pounds(random, 8, 140), frequency: 'monthly' },
    endsOn: number % 4 === 3 ? null : '2040-01-01',
  }),
};

/** The n-th finance of a type, held by the owners; amounts are drawn so that small ones are as likely as large ones. */
export function makeFinance(number: number, type: string, owners: DpOwner[], random: Random, given: Given): DpFinance {
  const finance: DpFinance = {
    id: dpId('finance', number),
    type,
    name: type,
    owners,
    currency: given.currency ?? 'GBP',
    ...SHAPES[type]?.(number, random, given),
    updatedAt: `${dayBack(number % 60)}T20:00:00Z`,
  };
  if (number % 20 === 13)
    for (const key of ['subType', 'openedOn', 'growthMethod', 'endsOn'] as const) delete finance[key];
  if (number % 17 === 9) Object.assign(finance, { modelPortfolio: { name: 'Cautious', revision: 3 } });
  return finance;
}

function arrangement(number: number, random: Random, given: Given, subTypes: readonly string[]): Partial<DpFinance> {
  const value = given.pence === undefined ? pounds(random, 800, 400_000) : given.pence / 100;
  return {
    subType: given.subType ?? (number % 19 === 7 ? null : at(subTypes, number)),
    name: at(['Stocks and shares ISA', 'Retirement plan', 'Growth portfolio', 'Rainy day'], number),
    reference: given.reference ?? (number % 13 === 11 && given.twin === undefined ? null : referenceOf(number)),
    provider: number % 16 === 15 ? null : providerOf(number),
    status: given.pence === undefined ? at(STATUSES, number) : 'active',
    openedOn: number % 8 === 5 ? null : dayBack(400 + (number % 3_000)),
    growthMethod: at(['rpi', 'fixed', 'portfolio'], number),
    contractReference: number % 3 === 1 ? `C-${50_000 + number}` : null,
    characteristics: characteristics(number),
    latestHistoricalValuation: { id: newestValuationId(number), valuedOn: monthEnd(monthsSinceNewest(number)), value },
    cashflows: cashflows(number, random),
    holdings: holdings(number, value),
    transactions: transactions(number, random),
  };
}

/** What marks an arrangement out: texts, numbers and flags; some have none. */
function characteristics(number: number): NonNullable<DpFinance['characteristics']> | null {
  if (number % 9 === 4) return null;
  return [
    { name: 'in_drawdown', value: number % 4 === 1 },
    { name: 'wrapper', value: at(['onshore', 'offshore'], number) },
    { name: 'retirement_age', value: 55 + (number % 20) },
  ].slice(0, number % 4);
}

/** Policy numbers look like `AVI-10001`. */
function referenceOf(number: number): string {
  return `${at(PROVIDERS, number).code}-${10_000 + number}`;
}

function providerOf(number: number): { id: string; name: string } {
  const place = number % PROVIDERS.length;
  return { id: dpId('provider', place + 1), name: at(PROVIDERS, place).name };
}

function cashflows(number: number, random: Random): NonNullable<DpFinance['cashflows']> {
  const kinds = ['contribution', 'withdrawal'].slice(0, number % 3);
  return kinds.map((kind, place) => ({
    id: dpId('cashflow', number * 4 + place),
    kind,
    amount: random.int(2, 60) * 25,
    frequency: 'monthly',
    startsOn: '2020-01-01',
    endsOn: place === 1 ? '2029-12-31' : null,
  }));
}

function holdings(number: number, value: number): DpHolding[] {
  const count = 1 + (number % 3);
  const total = Math.round(value * 100);
  const part = Math.floor(total / count);
  return Array.from({ length: count }, (_, place) => {
    const fund = at(FUNDS, number + place);
    const pence = place === 0 ? total - part * (count - 1) : part;
    const units = Math.round((pence / 100 / fund.price) * 10_000) / 10_000;
    const percentage = Math.round((pence / Math.max(1, total)) * 10_000) / 100;
    return { isin: fund.isin, name: fund.name, units, price: fund.price, value: pence / 100, percentage };
  });
}

function transactions(number: number, random: Random): NonNullable<DpFinance['transactions']> {
  return Array.from({ length: number % 3 }, (_, place) => ({
    id: dpId('transaction', number * 4 + place),
    kind: place === 0 ? 'buy' : 'sell',
    tradedOn: dayBack(30 + place * 31),
    amount: random.int(2, 60) * 25,
    isin: at(FUNDS, number).isin,
    units: random.int(10, 900) / 10,
  }));
}

/** An amount between two bounds, in pounds and pence. */
function pounds(random: Random, low: number, high: number): number {
  return Math.round(Math.exp(Math.log(low) + random.next() * Math.log(high / low)) * 100) / 100;
}
