import { hash, mix } from './random.ts';

/** First group of Dynamic Planner's ids, by kind; the rest counts up from 1 in hexadecimal. */
const DP_PREFIX = {
  client: '7b0c1d2e',
  organisationUnit: '0a000000',
  employee: 'e0000000',
  relationship: 'c1000000',
  selfRelationship: 'c2000000',
  document: 'd0000000',
  finance: 'f0000000',
  valuation: 'a0000000',
  cashflow: 'b0000000',
  transaction: 't0000000',
  provider: '4be4578f',
  result: '90000000',
  questionnaire: '91000000',
  event: 'ee000000',
} as const;

/** `7b0c1d2e-0000-4000-8000-000000000001` for the first client. */
export function dpId(kind: keyof typeof DP_PREFIX, number: number): string {
  return `${DP_PREFIX[kind]}-0000-4000-8000-${hex(number, 12)}`;
}

const PLANNR_KINDS = [
  'account',
  'plan',
  'mainAccount',
  'subAccount',
  'valuation',
  'provider',
  'circle',
  'login',
] as const;

/** `eb000000-0000-4000-8000-000000000001` for the first thing that Plannr tells. */
export function plannrEventId(number: number): string {
  return `eb000000-0000-4000-8000-${hex(number, 12)}`;
}

/** A uuid whose first groups are scattered, so that order by uuid is not order of creation; the last group counts. */
export function plannrId(kind: (typeof PLANNR_KINDS)[number], number: number): string {
  const first = mix(hash(kind), number);
  const second = mix(first, number);
  const middle = `${hex(second >>> 16, 4)}-4${hex(second & 0xfff, 3)}-8${hex(first & 0xfff, 3)}`;
  return `${hex(first, 8)}-${middle}-${hex(PLANNR_KINDS.indexOf(kind) + 1, 1)}${hex(number, 11)}`;
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}
