import type { HttpAnswer } from './answers.ts';
import { CLOSE, closeOf, framesOf } from './frames.ts';
import { broken } from './invariants.ts';
import { KINDS } from './kinds/index.ts';
import { pacer } from './pace.ts';
import { Random } from './random.ts';
import type { Authorizations, Range } from './range.ts';
import type { Kind } from './shot.ts';
import { fire, type Outcome } from './wire.ts';

/** A broken invariant, with what makes the request again: `npm run soak -- <seed>`. */
export interface Breach {
  readonly seed: number;
  readonly kind: string;
  readonly attacker: string;
  readonly faults: readonly string[];
}

/** How an attack went. */
export interface Report {
  fired: number;
  readonly breaches: Breach[];
  /** By kind and by what came: a status, or how the connection ended. */
  readonly counts: Map<string, Map<string, number>>;
}

/** What an attack takes. */
export interface AttackOptions {
  readonly requests: number;
  /** The first request's seed; each has one of its own, one after another. */
  readonly seed: number;
  /** Requests under way at a time, at most. */
  readonly parallel: number;
  /** Requests a second, however long the answers take; 0 for as fast as the answers come. Default 0. */
  readonly rate?: number;
  /** Told of each that is done. */
  readonly onFired?: () => void;
}

/** Breaches that are kept: the first ones tell enough. */
const MOST_BREACHES = 200;

/** Fires so many requests at both houses and checks each answer. @param authorizations asked for again and again: tokens end */
export async function attack(
  range: Range,
  authorizations: () => Authorizations,
  { requests, seed, parallel, rate = 0, onFired }: AttackOptions,
): Promise<Report> {
  const report: Report = { fired: 0, breaches: [], counts: new Map() };
  const due = pacer(rate);
  let next = 0;
  const attacker = async (): Promise<void> => {
    while (next < requests) {
      const mine = seed + next;
      next += 1;
      await due();
      const { kind, outcome, breach } = await fireSeed(range, authorizations(), mine);
      report.fired += 1;
      for (const what of told(outcome)) count(report, kind.name, what);
      if (breach !== null && report.breaches.length < MOST_BREACHES) report.breaches.push(breach);
      onFired?.();
    }
  };
  await Promise.all(Array.from({ length: parallel }, attacker));
  return report;
}

/** Makes the request of a seed and checks its answer. */
export async function fireSeed(range: Range, authorizations: Authorizations, seed: number) {
  const random = new Random(seed);
  const { ids, cursor, canary } = range;
  const who = random.weighted(range.attackers);
  const kind: Kind = random.weighted(KINDS);
  const port = range.ports[who.house];
  const authorization = authorizations[who.name] ?? '';
  const shot = kind.make(random, { host: `127.0.0.1:${port}`, authorization, ids, cursor, canary });
  const outcome = await fire(port, shot);
  const faults = broken(shot, outcome, who.audience, range.forbidden);
  if (outcome.end === 'refused') faults.push('the gateway does not listen any more');
  const breach: Breach | null = faults.length === 0 ? null : { seed, kind: kind.name, attacker: who.name, faults };
  return { kind, shot, outcome, breach };
}

/** A breach in a line. */
export function line({ seed, kind, attacker, faults }: Breach): string {
  return `seed ${seed}, ${kind}, by ${attacker}: ${faults.join('; ')}`;
}

function told({ answers, end }: Outcome): string[] {
  return answers.length > 0 ? answers.map(shortly) : [end];
}

/** A status, and the code that a WebSocket was closed with. */
function shortly(answer: HttpAnswer): string {
  const last = answer.status === 101 ? framesOf(answer).frames.at(-1) : undefined;
  return last?.opcode === CLOSE ? `101 (${closeOf(last).code})` : String(answer.status);
}

function count({ counts }: Report, kind: string, what: string): void {
  const row = counts.get(kind) ?? new Map<string, number>();
  counts.set(kind, row.set(what, (row.get(what) ?? 0) + 1));
}
