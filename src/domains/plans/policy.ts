import type { Wire } from '../../platform/wire.ts';
import { goTogether } from './types.ts';

/** Words that stand where a policy number is not known. */
const PLACEHOLDERS = new Set([
  'NONE',
  'UNKNOWN',
  'NOTKNOWN',
  'PENDING',
  'TOBECONFIRMED',
  'NOTAPPLICABLE',
  'NEWBUSINESS',
  'TEST',
  'XXXX',
  'TBCTBC',
]);
const SHORTEST = 4;

/**
 * A policy number in the form in which two are compared: upper case, letters and digits only.
 * @returns null for what identifies nothing: fewer than 4 characters, one character repeated, or a placeholder
 */
export function normalisedPolicyNumber(number: string | null): string | null {
  const normalised = (number ?? '')
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  if (normalised.length < SHORTEST || /^(.)\1*$/u.test(normalised) || PLACEHOLDERS.has(normalised)) return null;
  return normalised;
}

/** A finance or plan with the references of its owners who are linked. */
export interface Candidate {
  readonly wire: Wire;
  readonly number: string | null;
  readonly owners: ReadonlySet<string>;
}

/**
 * Finds which finance and which plan are the same policy: equal numbers, types that go together, a linked owner in common, and
 * exactly one candidate on each side. Whatever is not certain stays two plans.
 * @returns the plan of each finance that has one
 */
export function samePolicies(finances: readonly Candidate[], plans: readonly Candidate[]): Map<Wire, Wire> {
  const fits = (finance: Candidate, plan: Candidate): boolean =>
    finance.number !== null &&
    finance.number === plan.number &&
    goTogether(finance.wire, plan.wire) &&
    [...finance.owners].some((owner) => plan.owners.has(owner));
  const pairs = new Map<Wire, Wire>();
  if (plans.length === 0) return pairs;
  for (const finance of finances) {
    const [plan, ...others] = plans.filter((candidate) => fits(finance, candidate));
    if (plan === undefined || others.length > 0) continue;
    if (finances.filter((candidate) => fits(candidate, plan)).length === 1) pairs.set(finance.wire, plan.wire);
  }
  return pairs;
}
