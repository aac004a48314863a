import type { Got } from './subscriber.ts';

/** What came of a run. */
export interface Outcome {
  /** Ids of the events that were answered with 2xx. */
  readonly accepted: readonly string[];
  /** What each subscriber got, in the order in which it got it. */
  readonly received: readonly (readonly Got[])[];
  /** What nobody should have been told. */
  readonly strange: readonly string[];
}

/** The promises that were broken, in words: each accepted event reaches each subscriber, once, in one order that is also the senders'. */
export function brokenPromises({ accepted, received, strange }: Outcome): string[] {
  return [
    ...new Set(strange),
    ...received.flatMap((got, index) => brokenTo(index, got, accepted)),
    ...unlike(received),
  ];
}

function brokenTo(index: number, got: readonly Got[], accepted: readonly string[]): string[] {
  const ids = got.map(({ id }) => id);
  const known = new Set(ids);
  const lost = accepted.filter((id) => !known.has(id));
  const repeated = ids.filter((id, at) => ids.indexOf(id) !== at);
  const late = misplaced(ids);
  return [
    ...listed(`subscriber ${index} never got`, lost),
    ...listed(`subscriber ${index} got more than once`, repeated),
    ...listed(`subscriber ${index} got out of order`, late),
    ...(new Set(got.map(({ cursor }) => cursor)).size === known.size ? [] : [`subscriber ${index} got a cursor twice`]),
  ];
}

/** Events that came before one that was accepted before they were sent: a strand's numbers must count up without a gap. */
function misplaced(ids: readonly string[]): string[] {
  const next = new Map<string, number>();
  return ids.filter((id) => {
    const [, strand = '', number] = /^(.*)-(\d+)$/.exec(id) ?? [];
    if (number === undefined) return false;
    const due = next.get(strand) ?? 0;
    next.set(strand, Number(number) + 1);
    return Number(number) !== due;
  });
}

function unlike(received: readonly (readonly Got[])[]): string[] {
  const [first = [], ...others] = received.map((got) => got.map(({ id, cursor }) => `${cursor} ${id}`));
  return others.flatMap((other, index) =>
    other.join() === first.join() ? [] : [`subscriber ${index + 1} got another order than subscriber 0`],
  );
}

const SHOWN = 5;
const listed = (what: string, ids: readonly string[]): string[] =>
  ids.length === 0 ? [] : [`${what} ${ids.length}: ${ids.slice(0, SHOWN).join(', ')}`];
