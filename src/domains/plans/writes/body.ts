import { bodyOf, type InputFields } from '../../shared/input-fields.ts';
import { passHundred } from '../../shared/percentages.ts';
import { PLANNR_TYPES } from '../../shared/plan.ts';
import type { UserFault } from '../../shared/user-errors.ts';
import { graphName } from '../details/names.ts';
import type { PlannrType } from '../details/table.ts';
import { type Place, refused } from './faults.ts';
import { detailInputs, PLAN_FIELDS } from './fields.ts';
import type { DetailsGiven, PlanGiven } from './input.ts';

/** The longest list of a plan: each entry may have to be looked up. */
const MOST_LISTED = 100;

/** The one type that details are of, by its name in the input, and what they are. */
export interface OneOfTen {
  readonly key: string;
  readonly type: PlannrType;
  readonly given: object;
}

/** Which of the ten is given; null where none is. GraphQL has seen to it that there is one at most. */
export function oneOfTen(details: DetailsGiven | null | undefined): OneOfTen | null {
  for (const type of PLANNR_TYPES) {
    const key = graphName(type);
    const given = details?.[key];
    if (given != null) return { key, type, given };
  }
  return null;
}

/**
 * How an input goes to Plannr, where type-specific fields stand beside the others (platform documentation). Here they have the names of
 * their places in the input: `details.pension.termAge`.
 */
export function fieldsWith(details: OneOfTen | null): InputFields {
  if (details === null) return PLAN_FIELDS;
  const own = Object.entries(detailInputs(details.type)).map(
    ([name, field]) => [placed(details, name), field] as const,
  );
  return { ...PLAN_FIELDS, details: { to: 'type' }, ...Object.fromEntries(own) };
}

/** The body of a plan's POST or PUT: only what was given. @throws Refused with all that can't be sent */
export function planBody(given: PlanGiven, details: OneOfTen | null): Record<string, unknown> {
  const { details: _, ...common } = given;
  const own =
    details === null
      ? []
      : Object.entries(details.given).map(([name, value]) => [placed(details, name), value] as const);
  return bodyOf(fieldsWith(details), { ...common, ...Object.fromEntries(own) }, 'input');
}

/** Faults by the places of the input: the names of details hold several parts. */
export function byPlaces(faults: readonly UserFault[]): UserFault[] {
  return faults.map(({ path, ...fault }) => ({ ...fault, path: path?.flatMap((part) => part.split('.')) ?? null }));
}

/**
 * What can be known to be wrong without asking.
 * @param status the plan's status as it will be, in the platform's word
 * @throws Refused
 */
export function checkPlan(
  given: PlanGiven & { readonly name?: string | null | undefined },
  status: string | null,
): void {
  const rules: readonly (readonly [broken: boolean, path: Place, code: string, message: string])[] = [
    [given.name !== undefined && !given.name?.trim(), ['name'], 'REQUIRED', 'A plan needs a name.'],
    [
      given.inactiveReason != null && status !== 'inactive',
      ['inactiveReason'],
      'NOT_ALLOWED',
      'Only a plan that is INACTIVE has a reason for it: set `status` too, or leave the reason out.',
    ],
    [
      given.currentValueAt != null && given.currentValue == null,
      ['currentValueAt'],
      'NOT_ALLOWED',
      'This is the day of `currentValue`: give both, or leave it out.',
    ],
  ];
  for (const [broken, path, code, message] of rules) if (broken) throw refused(['input', ...path], code, message);
  for (const [name, value] of Object.entries(given))
    if (Array.isArray(value) && value.length > MOST_LISTED)
      throw refused(['input', name], 'OUT_OF_RANGE', `At most ${MOST_LISTED} can be given.`);
}

/** Beneficiaries' percentages together. Each of them must be one. @throws Refused */
export function checkBeneficiaries({ beneficiaries }: PlanGiven): void {
  if (beneficiaries != null && passHundred(beneficiaries.map(({ percentage }) => percentage)))
    throw refused(
      ['input', 'beneficiaries'],
      'OUT_OF_RANGE',
      'The percentages of all beneficiaries together may not pass 100.',
    );
}

const placed = ({ key }: OneOfTen, name: string): string => `details.${key}.${name}`;
