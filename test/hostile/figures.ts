import type { Report } from './attack.ts';
import type { Served } from './good-caller.ts';

/** The value that so great a share of them does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function mb(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

export function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`;
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** What each kind of request was answered with. */
export function table(reports: readonly Report[]): string {
  const sums = new Map<string, Map<string, number>>();
  for (const [kind, row] of reports.flatMap(({ counts }) => [...counts])) {
    const sum = sums.get(kind) ?? new Map<string, number>();
    for (const [what, count] of row) sum.set(what, (sum.get(what) ?? 0) + count);
    sums.set(kind, sum);
  }
  const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
  return [...sums]
    .sort(byName)
    .map(([kind, row]) => {
      const cells = [...row].sort(byName).map(([what, count]) => `${what}: ${count}`);
      return `  ${kind.padEnd(36)} ${cells.join(', ')}`;
    })
    .join('\n');
}

/** How the good caller was served, quietly and under attack. */
export function comparison(quiet: Served, busy: Served): string {
  const lines = [0.5, 0.9, 0.99].map((share) => {
    const [alone, beside] = [quantile(quiet.times, share), quantile(busy.times, share)];
    const ratio = (beside / alone).toFixed(1);
    return `The good caller's p${share * 100}: ${ms(alone)} quiet, ${ms(beside)} under attack, ${ratio} times.`;
  });
  const asked = `It asked ${quiet.times.length} times quietly and ${busy.times.length} times under attack.`;
  return [...lines, asked].join('\n');
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
