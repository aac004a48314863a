// What is compared, in which situations, and what is aimed at: the one place to change when the gateway's settings change.

/** Someone who is measured: a process of its own. */
export interface SubjectPlan {
  readonly name: string;
  /** The file that runs it. */
  readonly file: 'gateway' | 'tutorial' | 'bare';
  /** Settings beside the platforms' addresses. Names that the gateway does not know have no effect. */
  readonly env: Readonly<Record<string, string>>;
  /** What `npm start` gives to node. */
  readonly nodeOptions: readonly string[];
}

const LIKE_NPM_START = ['--enable-source-maps', '--max-semi-space-size=16', '--heap-growing-percent=80'];

/** The tutorial's gateway and `bare` write no line for each operation either. */
const QUIET = { LOG_LEVEL: 'warn' };

/** The gateway in three moods, the tutorial's gateway, and no gateway at all. */
export const SUBJECTS: readonly SubjectPlan[] = [
  { name: 'cold', file: 'gateway', env: { ...QUIET, CACHE: 'off' }, nodeOptions: LIKE_NPM_START },
  { name: 'entities', file: 'gateway', env: { ...QUIET, CACHE: 'entities' }, nodeOptions: LIKE_NPM_START },
  { name: 'responses', file: 'gateway', env: { ...QUIET, CACHE: 'on' }, nodeOptions: LIKE_NPM_START },
  { name: 'tutorial', file: 'tutorial', env: {}, nodeOptions: [] },
  { name: 'bare', file: 'bare', env: {}, nodeOptions: [] },
];

/** What is asked: the Book query for 50 clients and for one, and a field that needs nothing. */
export const QUERIES = ['book50', 'book1', 'constant'] as const;

export type QueryName = (typeof QUERIES)[number];

/** One way of asking. */
export interface Situation {
  readonly query: QueryName;
  /** Milliseconds that each call to the platforms takes at least. */
  readonly latencyMs: number;
  /** Callers at a time, each with its next request as soon as it has its answer. */
  readonly callers: number;
}

const CALLERS = [8, 1];

/** A constant needs no platform, so that their latency is nothing to it. */
export const SITUATIONS: readonly Situation[] = [
  ...situations('book50', [0, 20]),
  ...situations('book1', [0, 20]),
  ...situations('constant', [0]),
];

function situations(query: QueryName, latencies: readonly number[]): Situation[] {
  return latencies.flatMap((latencyMs) => CALLERS.map((callers) => ({ query, latencyMs, callers })));
}

/** `book50, 20 ms, 8 callers`. */
export function nameOf({ query, latencyMs, callers }: Situation): string {
  return `${query}, ${latencyMs} ms, ${callers} ${callers === 1 ? 'caller' : 'callers'}`;
}

/** Ready JSON waits for no platform. */
export function takesPart(subject: SubjectPlan, { latencyMs }: Situation): boolean {
  return subject.file !== 'bare' || latencyMs === 0;
}

/** CPU time of a subject, at most so many times that of another one: the Book query with 50 clients, no latency, 8 callers. */
export const CPU_AIMS: readonly { readonly subject: string; readonly beside: string; readonly most: number }[] = [
  { subject: 'cold', beside: 'tutorial', most: 1 / 3 },
  { subject: 'entities', beside: 'tutorial', most: 1 / 10 },
  { subject: 'responses', beside: 'bare', most: 4 },
];

/** Where the CPU aims are judged. */
export const CPU_AIM_AT: Situation = { query: 'book50', latencyMs: 0, callers: 8 };

/** The median time of one cold Book query, at most so many times the sum of its waves. */
export const WAVES_AIM = { subject: 'cold', most: 1.25 };

/** Where it is judged: one caller, so that what a wave waits for is the platform and nobody else. */
export const WAVES_AIM_AT: Situation = { query: 'book50', latencyMs: 20, callers: 1 };
