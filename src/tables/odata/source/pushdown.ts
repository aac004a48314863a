import type { Dataset } from '../../dataset/dataset.ts';
import type { Options } from '../options.ts';
import type { SetDefinition } from './definitions.ts';

/** The most values that the graph takes in one list. */
const MOST = 200;

/** What the graph itself is asked to leave out. */
export interface Narrowing {
  readonly variables: Readonly<Record<string, unknown>>;
  /** Global ids of the only things that can be meant, or that the entities belong to; null where it may be any. */
  readonly ids: readonly string[] | null;
}

/**
 * What of a filter and a search the graph can apply by itself: it may leave in too much, never leave out what is meant.
 * @param key the first property of the set's key: the id of the things, or of those that they belong to
 */
export function narrowingOf(
  { pushdown, searched }: SetDefinition,
  { parameters }: Dataset,
  { filter, search }: Pick<Options, 'filter' | 'search'>,
  key: string,
): Narrowing {
  const variables: Record<string, unknown> = {};
  let ids: readonly string[] | null = null;
  for (const { property, op, values } of filter?.conjuncts ?? []) {
    if (values.length > MOST) continue;
    if (property === key && (op === 'eq' || op === 'in')) ids ??= values.map(String);
    for (const rule of pushdown) {
      const parameter = parameters.find(({ name }) => name === rule.variable);
      if (rule.property !== property || !rule.ops.includes(op) || parameter === undefined) continue;
      const allowed = parameter.values === null || values.every((value) => parameter.values?.includes(String(value)));
      if (allowed && !(rule.variable in variables)) variables[rule.variable] = parameter.isList ? values : values[0];
    }
  }
  const [term] = search ?? [];
  if (term !== undefined && searched !== undefined) variables.nameContains ??= term;
  return { variables, ids };
}
