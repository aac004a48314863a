import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join, relative } from 'node:path';
import { type Comparison, compareAll } from './compare.ts';
import { answersOf, type Field, openField, warmUp } from './field.ts';
import { type BenchOptions, PEOPLE, readOptions } from './options.ts';
import { digest } from './profile.ts';
import { BODIES } from './questions.ts';
import { nameOf, QUERIES, SITUATIONS, SUBJECTS } from './range.ts';
import { CROWDS } from './range-streams.ts';
import { TABLE_CASES } from './range-tables.ts';
import { judge, tables, verdicts } from './report.ts';
import { streamLines } from './report-streams.ts';
import { tableLines } from './report-tables.ts';
import { measureStreams, profileCrowd, streamCases } from './streams.ts';
import { measureTables, profileTable, tableCases } from './tables.ts';

// `npm run bench`: the gateway beside a tutorial's, with figures. `npm run bench -- --profile [subject [query]]` tells where a
// subject's time goes; `-- --profile subscribers`, where an event's does that goes to many.

const RESULTS = join(import.meta.dirname, '../../../bench-results');

const options = readOptions(process.env, process.argv.slice(2));
await mkdir(RESULTS, { recursive: true });
const { crowds, deliveries } = streamCases(options.only);
const { exports, memory } = tableCases(options.only);
const isCompared = SITUATIONS.some((situation) => nameOf(situation).includes(options.only));
if (options.profile !== null) await profile(options.profile);
else if (!isCompared && crowds.length + deliveries.length + exports.length + memory.length === 0)
  throw new RangeError(`BENCH_ONLY: nothing is called "${options.only}"`);
else {
  if (isCompared) await compareSubjects();
  if (crowds.length + deliveries.length > 0) await streams();
  if (exports.length + memory.length > 0) await tablesToFiles();
}

async function tablesToFiles(): Promise<void> {
  const found = await measureTables(options, say);
  const machine = machineNow();
  say(`\n${machine}.\n\n${tableLines(found)}\n`);
  await keep('tables', { machine, ...found });
  const transfers = found.exports.flatMap(({ rounds }) => rounds.flatMap(({ table, pages }) => [table, pages]));
  if (transfers.some(({ failures }) => failures > 0)) process.exitCode = 1;
}

function machineNow(): string {
  return `${cpus()[0]?.model}, ${cpus().length} cores, node ${process.version}; on average ${loadavg()[0]?.toFixed(1)} processes wanted to run`;
}

async function streams(): Promise<void> {
  const found = await measureStreams(options, say);
  const machine = machineNow();
  say(`\n${machine}.\n\n${streamLines(found)}\n`);
  await keep('events', { machine, ...found });
  if (found.deliveries.some(({ answered }) => answered.failures > 0)) process.exitCode = 1;
}

async function keep(what: string, figures: object): Promise<void> {
  const date = new Date().toISOString();
  const file = join(RESULTS, `${what}-${date.replaceAll(':', '-').slice(0, 19)}.json`);
  await writeFile(file, `${JSON.stringify({ date, options, ...figures }, null, 2)}\n`);
  say(`All figures: ${relative(process.cwd(), file)}`);
}

async function profile(wanted: NonNullable<BenchOptions['profile']>): Promise<void> {
  if (wanted.subject === 'tables') return profileExport(wanted.query);
  const crowd = wanted.subject === 'subscribers' ? CROWDS[0] : undefined;
  if (crowd === undefined) return profileSubject(wanted, options);
  const file = join(RESULTS, 'subscribers.cpuprofile');
  const events = await profileCrowd(options, crowd, file);
  say(`${await digest(file, events)}\n\nFor a profiler's window: ${relative(process.cwd(), file)}`);
}

async function profileExport(wanted: string): Promise<void> {
  const one = TABLE_CASES.find(({ file }) => file === wanted);
  if (one === undefined) return;
  const file = join(RESULTS, 'tables.cpuprofile');
  await profileTable(one, file);
  say(`${one.file}\n${await digest(file, 1)}\n\nFor a profiler's window: ${relative(process.cwd(), file)}`);
}

async function compareSubjects(): Promise<void> {
  const field = await openField();
  try {
    const machine = describe(field);
    say(machine);
    const comparison = await compareAll(field, options, say);
    const judged = judge(comparison);
    say(`\n${tables(comparison)}\n`);
    say(`${sameness(comparison)}\n\n${verdicts(judged)}\n`);
    await keep('book', { machine, aims: judged, ...comparison });
    process.exitCode = failures(comparison) === 0 ? 0 : 1;
  } finally {
    await field.stop();
  }
}

async function profileSubject(
  { subject: name, query: asked }: NonNullable<BenchOptions['profile']>,
  { seconds, warmUpSeconds }: BenchOptions,
): Promise<void> {
  const plan = SUBJECTS.find((subject) => subject.name === name);
  const query = QUERIES.find((one) => one === asked);
  if (plan === undefined || query === undefined)
    throw new RangeError(
      `--profile: subscribers; or one of ${SUBJECTS.map((one) => one.name).join(', ')}, then one of ${QUERIES.join(', ')}`,
    );
  const field = await openField([plan]);
  try {
    const [subject] = field.subjects;
    if (subject === undefined) return;
    await warmUp(field, subject, query, warmUpSeconds, (await answersOf(field))[query]);
    await subject.process.call('startProfile');
    const shot = { url: subject.url, body: BODIES[query], callers: 8, seconds };
    const { operations } = await field.callers.call('fire', shot);
    const file = join(RESULTS, `${name}-${query}.cpuprofile`);
    await subject.process.call('stopProfile', file);
    say(`${await digest(file, operations)}\n\nFor a profiler's window: ${relative(process.cwd(), file)}`);
  } finally {
    await field.stop();
  }
}

function describe({ cores }: Field): string {
  const where =
    cores === null
      ? 'Nothing is pinned: there are no two cores, or no taskset'
      : `Subjects on core ${cores.subject}; sandbox and callers on core ${cores.rest}`;
  const [cpu] = cpus();
  return [
    `${cpu?.model}, ${cpus().length} cores, node ${process.version}. ${where}.`,
    `${options.rounds} rounds of ${options.seconds} s each, ${PEOPLE} people. Medians; in brackets the least and the most of a round.`,
    'cold, entities, responses: the gateway without a cache across operations, with entities in it, and with whole answers.',
    "tutorial: Apollo Server, DataLoader and fetch as in Apollo's tutorial. bare: node:http with the JSON ready.",
  ].join('\n');
}

function sameness(comparison: Comparison): string {
  const { values, differing } = comparison.sameness;
  const which = differing.length === 0 ? '' : `, the first at ${differing[0]}`;
  return `The two gateways' Book answers: ${values} values, ${differing.length} differ${which}. Failed operations: ${failures(comparison)}.`;
}

function failures({ found }: Comparison): number {
  return found.flatMap(({ rounds }) => Object.values(rounds).flat()).reduce((sum, one) => sum + one.failures, 0);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
