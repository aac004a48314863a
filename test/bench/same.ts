/** What two answers have in common. */
export interface Sameness {
  /** Values in the first answer. */
  readonly values: number;
  /** Paths at which the second one has another value or none; ids and cursors are left out, since each server makes its own. */
  readonly differing: readonly string[];
}

const OWN = new Set(['id', 'endCursor']);

/** Compares two answers value by value, so that it is seen whether both did the same work. */
export function compare(one: string, other: string): Sameness {
  const differing: string[] = [];
  let values = 0;
  const walk = (a: unknown, b: unknown, path: string): void => {
    if (typeof a === 'object' && a !== null) {
      const inside = typeof b === 'object' && b !== null ? (b as Record<string, unknown>) : {};
      for (const [key, value] of Object.entries(a)) if (!OWN.has(key)) walk(value, inside[key], `${path}.${key}`);
      if (Array.isArray(a) && Array.isArray(b) && b.length > a.length) differing.push(`${path}.length`);
      return;
    }
    values += 1;
    if (a !== b) differing.push(path);
  };
  walk(dataOf(one), dataOf(other), 'data');
  return { values, differing };
}

function dataOf(text: string): unknown {
  return (JSON.parse(text) as { data: unknown }).data;
}
