import { parseGlobalId } from '../../../platform/relay/ids.ts';
import type { Cell, Column } from '../../column.ts';
import type { Dataset } from '../../dataset/dataset.ts';
import type { Conjunct } from '../filter/conjuncts.ts';
import type { EntitySet } from '../model.ts';
import type { Options } from '../options.ts';
import type { SetDefinition } from './definitions.ts';

/** The most values that the graph takes in one list. */
const MOST = 200;
/** No record is older: a bound before it narrows nothing, and there are platforms that do not know such days. */
const FIRST_YEAR = '1900';

/** What the graph itself is asked to leave out. */
export interface Narrowing {
  readonly variables: Readonly<Record<string, unknown>>;
  /** Global ids of the only things that can be meant, or that the entities belong to; null where it may be any. */
  readonly ids: readonly string[] | null;
}

/**
 * What of a filter and a search the graph can apply by itself: it may leave in too much, never leave out what is meant.
 * @param set whose key's first property is the id of the things, or of those that they belong to
 */
export function narrowingOf(
  { pushdown, searched }: SetDefinition,
  { parameters }: Dataset,
  { filter, search }: Pick<Options, 'filter' | 'search'>,
  set: Pick<EntitySet, 'key' | 'columns'>,
): Narrowing {
  const variables: Record<string, unknown> = {};
  let ids: readonly string[] | null = null;
  for (const conjunct of filter?.conjuncts ?? []) {
    const { property, op } = conjunct;
    const column = set.columns.find((each) => each.property === property);
    if (column === undefined) continue;
    if (property === set.key[0] && (op === 'eq' || op === 'in')) {
      const known = knownOf(conjunct, column, null).map(String);
      if (known.length <= MOST) ids ??= known;
      continue;
    }
    for (const rule of pushdown) {
      const parameter = parameters.find(({ name }) => name === rule.variable);
      if (rule.property !== property || !rule.ops.includes(op) || parameter === undefined) continue;
      const values = knownOf(conjunct, column, parameter.values);
      // What must equal a value that nothing has is nothing.
      if (values.length === 0 && (op === 'eq' || op === 'in')) return { variables: {}, ids: [] };
      if (values.length === 0 || values.length > MOST || rule.variable in variables) continue;
      if (isTime(column) && String(values[0]).slice(0, 4) < FIRST_YEAR) continue;
      variables[rule.variable] = parameter.isList ? values : values[0];
    }
  }
  const [term] = search ?? [];
  if (term !== undefined && searched !== undefined) variables.nameContains ??= term;
  return { variables, ids };
}

/** The values of a conjunct that something can have, each once. @param allowed all that there are; null where it may be any */
function knownOf(
  { values }: Conjunct,
  { type }: Column,
  allowed: readonly string[] | null,
): readonly NonNullable<Cell>[] {
  const different = [...new Set(values)];
  if (allowed !== null) return different.filter((value) => allowed.includes(String(value)));
  return type === 'id' ? different.filter((value) => isGlobalId(String(value))) : different;
}

function isTime({ type }: Column): boolean {
  return type === 'date' || type === 'timestamp';
}

function isGlobalId(text: string): boolean {
  try {
    parseGlobalId(text);
    return true;
  } catch {
    return false;
  }
}
