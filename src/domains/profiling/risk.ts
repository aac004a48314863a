import { BrokenField } from '../../platform/errors.ts';
import { isItem, type Wire } from '../../platform/wire.ts';
import type { ProfilingResultModel, RiskLevelModel } from './model.ts';

/** The name of Plannr's one framework, which the platform does not name. */
const PLANNR_FRAMEWORK = 'plannr';

/** A risk level such as `RL5` (platform documentation), 1 to 10. @throws BrokenField */
export function riskLevelOf(
  wire: Wire,
  {
    levelField,
    nameField,
    dateField,
    framework,
  }: { levelField: string; nameField?: string; dateField: string; framework: string },
): RiskLevelModel | null {
  const text = wire.text(levelField);
  if (text === null) return null;
  const level = Number(/^(?:RL)?(\d{1,2})$/i.exec(text.trim())?.[1]);
  if (!(level >= 1 && level <= 10))
    throw new BrokenField('DYNAMIC_PLANNER', levelField, 'a risk level from RL1 to RL10');
  return {
    level,
    label: (nameField === undefined ? null : wire.text(nameField)) ?? `RL${level}`,
    framework: wire.text('framework') ?? framework,
    scale: 'ONE_TO_TEN',
    system: 'DYNAMIC_PLANNER',
    assessedOn: wire.date(dateField),
  };
}

/** The level of a profiling result. */
export function riskLevelOfResult({ wire }: ProfilingResultModel, defaultFramework: string): RiskLevelModel | null {
  return riskLevelOf(wire, {
    levelField: 'riskLevel',
    nameField: 'riskLevelName',
    dateField: 'completedOn',
    framework: defaultFramework,
  });
}

/** How a plan's risk stands to what its owners bear. */
export type RiskAlignment = 'BELOW' | 'WITHIN' | 'ABOVE';

/**
 * How a plan's level stands to its owners': above where it is above any one's, else below where it is below any one's, else within. Null where
 * none of them has a level.
 */
export function alignmentOf(plan: RiskLevelModel, owners: readonly (RiskLevelModel | null)[]): RiskAlignment | null {
  const levels = owners.flatMap((owner) => owner?.level ?? []);
  if (plan.level === null || levels.length === 0) return null;
  if (plan.level > Math.min(...levels)) return 'ABOVE';
  return plan.level < Math.max(...levels) ? 'BELOW' : 'WITHIN';
}

/** The result that counts in each framework: the default one's first, then by name. */
export function currentResults(
  results: readonly ProfilingResultModel[],
  defaultFramework: string,
): ProfilingResultModel[] {
  const others = new Set(results.map(({ wire }) => wire.text('framework') ?? defaultFramework));
  others.delete(defaultFramework);
  return [defaultFramework, ...[...others].sort()].flatMap(
    (framework) => currentResult(results, framework, defaultFramework) ?? [],
  );
}

/**
 * The newest complete result of a framework, by the day it was completed; on one day the platform's order counts. A result that names no
 * framework is of the default one.
 */
export function currentResult(
  results: readonly ProfilingResultModel[],
  framework: string,
  defaultFramework: string,
): ProfilingResultModel | null {
  const complete = results.filter(
    ({ wire }) =>
      (wire.text('framework') ?? defaultFramework) === framework &&
      wire.text('status') === 'complete' &&
      wire.text('riskLevel') !== null,
  );
  const dayOf = ({ wire }: ProfilingResultModel): string => wire.date('completedOn') ?? '';
  return complete.toSorted((a, b) => (dayOf(a) === dayOf(b) ? 0 : dayOf(a) < dayOf(b) ? 1 : -1))[0] ?? null;
}

/** Plannr's risk, `{ level, level_string }`: a number from 1 to 1000, or words (platform documentation). @throws BrokenField */
export function plannrRiskOf(body: unknown): RiskLevelModel | null {
  if (!isItem(body)) return null;
  const { level = null, level_string: words = null } = body;
  const number = typeof level === 'string' && /^\d+$/.test(level) ? Number(level) : level;
  if (number !== null && !(typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 1_000))
    throw new BrokenField('PLANNR', 'risk.level', 'a whole number from 1 to 1000');
  const label = typeof words === 'string' && words !== '' ? words : null;
  if (number === null && label === null) return null;
  return {
    level: number,
    label: label ?? String(number),
    framework: PLANNR_FRAMEWORK,
    scale: 'ONE_TO_THOUSAND',
    system: 'PLANNR',
    assessedOn: null,
  };
}
