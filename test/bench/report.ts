import type { Comparison, Found } from './compare.ts';
import { type Figures, ratio, type Spread, spreadOf } from './figures.ts';
import { CPU_AIM_AT, CPU_AIMS, nameOf, type Situation, WAVES_AIM, WAVES_AIM_AT } from './range.ts';

/** An aim, and what was reached. */
export interface Judged {
  readonly aim: string;
  readonly most: number;
  readonly reached: Spread;
}

const COLUMNS = [
  '',
  'req/s',
  'p50 ms',
  'p99 ms',
  'CPU ms/op',
  'RSS MB',
  'calls/op',
  'CPU / tutorial',
  'p50 / tutorial',
];
const WIDTHS = [12, 9, 9, 9, 11, 8, 9, 22, 22];

/** A table for each situation: medians of all rounds, and ratios with their spread. */
export function tables({ found }: Comparison): string {
  return found.map(tableOf).join('\n\n');
}

function tableOf({ situation, rounds }: Found): string {
  const tutorial = rounds.tutorial ?? [];
  const rows = Object.entries(rounds).map(([name, figures]) => {
    const median = (figure: (one: Figures) => number) => spreadOf(figures.map(figure)).median;
    return [
      name,
      median((one) => one.perSecond).toFixed(0),
      median((one) => one.p50).toFixed(2),
      median((one) => one.p99).toFixed(2),
      median((one) => one.cpuMs).toFixed(3),
      (median((one) => one.rss) / 2 ** 20).toFixed(0),
      median((one) => one.calls).toFixed(1),
      name === 'tutorial' ? '' : spread(ratio(figures, tutorial, 'cpuMs')),
      name === 'tutorial' ? '' : spread(ratio(figures, tutorial, 'p50')),
    ];
  });
  const bytes = Object.values(rounds)[0]?.[0]?.bytes ?? 0;
  return [`${nameOf(situation)}  (${bytes} bytes)`, line(COLUMNS), ...rows.map(line)].join('\n');
}

/** `0.312 (0.298–0.330)`: the median, and the least and the most of a round. */
export function spread({ median, least, most }: Spread): string {
  return `${median.toFixed(3)} (${least.toFixed(3)}–${most.toFixed(3)})`;
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, column) => (column === 0 ? cell.padEnd(WIDTHS[column] ?? 0) : cell.padStart(WIDTHS[column] ?? 0)))
    .join('');
}

/** Each aim that was measured. */
export function judge({ found }: Comparison): Judged[] {
  const at = (where: Situation) => found.find(({ situation }) => nameOf(situation) === nameOf(where))?.rounds ?? {};
  const cpu = CPU_AIMS.flatMap(({ subject, beside, most }) => {
    const { [subject]: one = [], [beside]: other = [] } = at(CPU_AIM_AT);
    if (one.length === 0 || other.length === 0) return [];
    const aim = `CPU of ${subject} beside ${beside}, ${nameOf(CPU_AIM_AT)}`;
    return [{ aim, most, reached: ratio(one, other, 'cpuMs') }];
  });
  const cold = at(WAVES_AIM_AT)[WAVES_AIM.subject] ?? [];
  if (cold.length === 0) return cpu;
  const [{ waves } = { waves: null }] = cold;
  const times = (of: string, sum: (one: Figures) => number): Judged => ({
    aim: `p50 of ${WAVES_AIM.subject} beside ${of}, ${nameOf(WAVES_AIM_AT)}`,
    most: WAVES_AIM.most,
    reached: spreadOf(cold.map((one) => one.p50 / sum(one))),
  });
  return [
    ...cpu,
    times(`${waves?.toFixed(1)} waves as the platforms saw them`, (one) => one.wavesMs ?? Number.NaN),
    times(
      `${waves?.toFixed(1)} waves of ${WAVES_AIM_AT.latencyMs} ms`,
      (one) => (one.waves ?? Number.NaN) * WAVES_AIM_AT.latencyMs,
    ),
  ];
}

/** Each aim in a line. */
export function verdicts(judged: readonly Judged[]): string {
  return judged
    .map(({ aim, most, reached }) => {
      const verdict = reached.median <= most ? 'reached' : 'missed ';
      return `${verdict}  ${spread(reached)}, at most ${most.toFixed(3)}: ${aim}`;
    })
    .join('\n');
}
