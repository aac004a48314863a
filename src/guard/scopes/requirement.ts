import type { Caller } from '../../platform/caller.ts';
import { CodedError } from '../../platform/errors.ts';
import type { Scope } from './known.ts';

/** What must be held: one of the alternatives, and of that one every scope. `OPEN` has one alternative, which asks for nothing. */
export type Requirement = readonly (readonly Scope[])[];

/** Held by everyone. */
export const OPEN: Requirement = [[]];

/** What meets all of these: every choice of one alternative of each, without those that ask for more than another does. */
export function allOf(...requirements: readonly Requirement[]): Requirement {
  return requirements.reduce(
    (all, requirement) =>
      smallest(all.flatMap((held) => requirement.map((more) => [...new Set([...held, ...more])].sort()))),
    OPEN,
  );
}

/** Whether everyone who meets `given` meets `wanted` too: each alternative of the one holds some alternative of the other. */
export function implies(given: Requirement, wanted: Requirement): boolean {
  return given.every((held) => wanted.some((needed) => isWithin(needed, held)));
}

/** What meets at least one of these. */
export function anyOf(...requirements: readonly Requirement[]): Requirement {
  return smallest(requirements.flat());
}

/** Whether a requirement asks for nothing. */
export function isOpen(requirement: Requirement): boolean {
  return requirement.some((needed) => needed.length === 0);
}

/** What the caller lacks: nothing where the requirement is met, else the scopes of the alternative that the fewest are missing of. */
export function missingScopes(caller: Caller, requirement: Requirement): readonly Scope[] {
  if (caller.unrestricted || requirement.some((needed) => isWithin(needed, caller.scopes))) return [];
  const [first = [], ...others] = requirement.map((needed) => needed.filter((scope) => !caller.scopes.includes(scope)));
  return others.reduce((fewest, missing) => (missing.length < fewest.length ? missing : fewest), first);
}

/** The refusal. @param what the coordinate or the door, such as `Client.emails` */
export function forbidden(what: string, missing: readonly Scope[]): CodedError {
  const names = missing.map((scope) => `\`${scope}\``).join(' and ');
  const needs = missing.length > 1 ? `the scopes ${names}, which` : `the scope ${names}, which`;
  return new CodedError('FORBIDDEN', `\`${what}\` needs ${needs} the caller does not have.`, {
    missingScopes: missing,
  });
}

/** For doors that are no field of the graph. @throws CodedError FORBIDDEN that names what is missing */
export function assertScopes(caller: Caller, what: string, requirement: Requirement): void {
  const missing = missingScopes(caller, requirement);
  if (missing.length > 0) throw forbidden(what, missing);
}

function smallest(alternatives: Requirement): Requirement {
  // The same scopes in another order are the same alternative: else each of the two would make the other one needless.
  const unique = [...new Map(alternatives.map((needed) => [needed.toSorted().join(' '), needed])).values()];
  return unique.filter((needed) => !unique.some((other) => other !== needed && isWithin(other, needed)));
}

function isWithin(part: readonly Scope[], whole: readonly string[]): boolean {
  return part.every((scope) => whole.includes(scope));
}
