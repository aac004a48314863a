import { SETTINGS } from './table.ts';

const OURS = /^(DP|PLANNR|AUTH|SANDBOX|TRUSTED|UPSTREAM|DATASETS)_/;
const KNOWN: readonly string[] = SETTINGS.map((row) => row.name);
const LONGEST = Math.max(...KNOWN.map((name) => name.length));

/**
 * Warnings about variables that look like settings and are none.
 * @param names the variables that are set
 */
export function unknownNames(names: Iterable<string>): string[] {
  return [...names].sort().flatMap((name) => {
    if (KNOWN.includes(name) || !OURS.test(name)) return [];
    const near = nearest(name);
    return [`${name} is not a setting and has no effect${near === undefined ? '.' : `: did you mean ${near}?`}`];
  });
}

/** The known name that the fewest edits make of this one, where that is at most a third of its letters. */
function nearest(name: string): string | undefined {
  if (name.length > 2 * LONGEST) return undefined;
  const [best] = KNOWN.map((known) => ({ known, distance: edits(name, known) })).sort(
    (a, b) => a.distance - b.distance,
  );
  return best !== undefined && best.distance <= name.length / 3 ? best.known : undefined;
}

/** Levenshtein's distance. */
function edits(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const row = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const swap = (previous[j] ?? 0) + (letter === other ? 0 : 1);
      row.push(Math.min(swap, (previous[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    previous = row;
  }
  return previous.at(-1) ?? 0;
}
