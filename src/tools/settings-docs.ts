import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { SETTINGS, type Setting } from '../config/table.ts';
import { isEntry, say } from './entry.ts';

// Writes `.env.example` and the README's table of settings from the one list. `--check` writes nothing and exits 1 where
// they are out of date.

const START = '<!-- settings -->';
const END = '<!-- /settings -->';

/** `.env.example`: every setting commented out, with its default. */
export function envExample(rows: readonly Setting[] = SETTINGS): string {
  const intro = '# Every setting with its default. With no platform set, the sandbox starts by itself.';
  return `${[intro, ...groups(rows).flatMap(envGroup)].join('\n')}\n`;
}

/** The README's settings, one table for each group. */
export function settingsTable(rows: readonly Setting[] = SETTINGS): string {
  return groups(rows).map(tableOf).join('\n\n');
}

/**
 * The text with the block between the two markers replaced.
 * @throws Error where the markers are missing or stand in the wrong order
 */
export function replaceBlock(text: string, block: string): string {
  const from = text.indexOf(START);
  const to = text.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error(`README.md needs the lines ${START} and ${END}`);
  return `${text.slice(0, from + START.length)}\n\n${block}\n\n${text.slice(to)}`;
}

function groups(rows: readonly Setting[]): { title: string; rows: Setting[] }[] {
  const titles = [...new Set(rows.map((row) => row.group))];
  return titles.map((title) => ({ title, rows: rows.filter((row) => row.group === title) }));
}

function envGroup(group: { title: string; rows: Setting[] }): string[] {
  const lines = group.rows.flatMap((row) => [
    '',
    `# ${row.description}${inProduction(row)}`,
    `# ${row.name}=${row.default ?? ''}`,
  ]);
  return ['', '', `## ${group.title}`, ...lines];
}

function inProduction(row: Setting): string {
  return row.productionDefault === undefined ? '' : ` Default in production: ${row.productionDefault}.`;
}

function tableOf(group: { title: string; rows: Setting[] }): string {
  const head = ['| Setting | Default | Meaning |', '|---|---|---|'];
  const lines = group.rows.map((row) => `| \`${row.name}\` | ${defaultCell(row)} | ${cell(row)} |`);
  return [`**${group.title}**`, '', ...head, ...lines].join('\n');
}

function defaultCell(row: Setting): string {
  if (row.default === undefined) return '';
  const standard = row.default
    .split(',')
    .map((part) => `\`${part}\``)
    .join(', ');
  return row.productionDefault === undefined ? standard : `${standard}; in production \`${row.productionDefault}\``;
}

function cell(row: Setting): string {
  return `${row.description.replaceAll('|', '\\|')}${row.secret === true ? ' Never printed.' : ''}`;
}

function main(check: boolean): number {
  const wanted = new Map([['.env.example', envExample()]]);
  if (existsSync('README.md'))
    wanted.set('README.md', replaceBlock(readFileSync('README.md', 'utf8'), settingsTable()));
  const stale = [...wanted].filter(([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text);
  for (const [file, text] of stale) {
    if (!check) writeFileSync(file, text);
    say(check ? `${file} is out of date with src/config/table.ts: run this tool without --check` : `wrote ${file}`);
  }
  return check && stale.length > 0 ? 1 : 0;
}

if (isEntry(import.meta.url)) process.exitCode = main(process.argv.includes('--check'));
