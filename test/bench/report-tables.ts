import { spreadOf } from './figures.ts';
import { EXPORT_AIM, MEMORY_AIM_MB } from './range-tables.ts';
import { spread } from './report.ts';
import { type ExportFound, type MemoryFound, slowness, type TablesFound } from './tables.ts';

/** What was found of tables, with a verdict on each aim. */
export function tableLines({ exports, memory }: TablesFound): string {
  return [...memory.map(memoryLines), ...exports.map(exportLines)].join('\n\n');
}

function memoryLines({ name, idle, peak }: MemoryFound): string {
  const more = peak - idle;
  const verdict = more <= MEMORY_AIM_MB ? 'reached' : 'missed ';
  const figures = `${idle.toFixed(0)} MB at rest, at most ${peak.toFixed(0)} MB`;
  return `${verdict}  ${name.padEnd(36)} ${figures}, ${more.toFixed(0)} MB above idle (aim ${MEMORY_AIM_MB})`;
}

/** Platforms that take no time stand for none that there is: they show what the gateway's own work comes to. */
function verdictOf({ isJudged }: ExportFound, times: number): string {
  if (!isJudged) return 'shown  ';
  return times <= EXPORT_AIM ? 'reached' : 'missed ';
}

function exportLines(found: ExportFound): string {
  const { name, rounds } = found;
  const median = (figure: (round: (typeof rounds)[number]) => number): number => spreadOf(rounds.map(figure)).median;
  const slow = slowness(found);
  return [
    name,
    `  the table             ${median(({ table }) => table.ms).toFixed(0)} ms, ${(median(({ table }) => table.bytes) / 1e6).toFixed(2)} MB, ${median(({ cpuMs }) => cpuMs).toFixed(0)} ms of the gateway's CPU`,
    `  the same pages        ${median(({ pages }) => pages.ms).toFixed(0)} ms, ${(median(({ pages }) => pages.bytes) / 1e6).toFixed(2)} MB, ${median(({ calls }) => calls).toFixed(0)} calls`,
    `  parsed, nothing else  ${median(({ parsed }) => parsed.ms).toFixed(0)} ms`,
    `${verdictOf(found, slow.median)}  ${spread(slow)} times as long, at most ${EXPORT_AIM.toFixed(1)}`,
  ].join('\n');
}
