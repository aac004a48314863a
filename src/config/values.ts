import { SETTINGS, type Setting, type SettingName, type Values } from './table.ts';

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that are set, trimmed; an empty one counts as not set. */
export function present(env: Environment): ReadonlyMap<string, string> {
  const pairs = Object.entries(env).map(([name, value]) => [name, value?.trim() ?? ''] as const);
  return new Map(pairs.filter(([, value]) => value !== ''));
}

/**
 * Reads every variable of the table by itself. A wrong one is reported and its default (or nothing) stands in, so that the
 * rules between variables can still be checked.
 */
export function readValues(set: ReadonlyMap<string, string>): { values: Values; faults: string[] } {
  const faults: string[] = [];
  const production = set.get('NODE_ENV') === 'production';
  const read = SETTINGS.map((row: Setting) => {
    const given = set.get(row.name);
    const standard = (production ? row.productionDefault : undefined) ?? row.default;
    const fallback = standard === undefined ? undefined : row.kind.parse(standard);
    if (given === undefined) return [row.name, fallback];
    const result = row.kind.safeParse(given);
    if (result.success) return [row.name, result.data];
    faults.push(`${row.name} ${result.error.issues[0]?.message}: ${remedy(standard)}.`);
    return [row.name, fallback];
  });
  return { values: Object.fromEntries(read) as Record<SettingName, unknown> as Values, faults };
}

function remedy(standard: string | undefined): string {
  return standard === undefined ? 'correct it or remove it' : `correct it, or remove it to have ${standard}`;
}
