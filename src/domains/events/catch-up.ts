import type { Notes } from '../../platform/notes.ts';
import type { CallScope } from '../../platform/operation.ts';
import type { DynamicPlanner } from '../../sources/dynamic-planner/index.ts';
import type { HistoryPage } from '../../sources/dynamic-planner/pubsub.ts';
import type { ReceivedEvent } from '../../sources/event.ts';

/** What reading the history takes. */
export interface CatchUpOptions {
  readonly pubsub: Pick<DynamicPlanner['pubsub'], 'history'>;
  /** The scope of one round of pages. */
  readonly background: () => CallScope;
  /** Takes events as the door does. */
  readonly accept: (events: readonly ReceivedEvent[]) => Promise<void>;
  /** Where it is noted how far each history was read. They must be lost when the log is, and never before. */
  readonly notes: Notes;
  /** How far back the first reading goes, in milliseconds: as long as the log keeps events. */
  readonly keepMs: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** How one subscription's history is being read. */
interface Course {
  readonly id: string;
  readonly from: string;
  readonly keys: Set<string>;
  page: number;
  newest: string;
  last: string;
  isOrdered: boolean;
  state: 'open' | 'ended' | 'failed';
}

/** What happened shortly before what was read last is read once more, in milliseconds: it may have come into the history late. */
const OVERLAP_MS = 5 * 60_000;
/** Pages of one subscription in one run; the next run goes on. */
const MOST_PAGES = 500;

const noteOf = (id: string): string => `read:${id}`;
const byTime = ({ value: { occurredAt: a } }: ReceivedEvent, { value: { occurredAt: b } }: ReceivedEvent): number =>
  a < b ? -1 : Number(a > b);
const iso = (time: number): string => new Date(time).toISOString();

/**
 * Reads what happened on Dynamic Planner while nobody listened, a page of each subscription at a time, in the order in which it happened as
 * far as the pages show it. How far each was read is noted by the platform's clock, apart from what was delivered meanwhile: a delivery of
 * now says nothing about the hour before.
 * @returns reads the histories of these subscriptions. It throws what `accept` throws, or the first failed history's error when the others are done
 */
export function catchUp(options: CatchUpOptions): (ids: readonly string[]) => Promise<void> {
  const { pubsub, background, accept, notes, keepMs, now = Date.now } = options;
  /** What the run before has read: it need not be taken again. */
  let known = new Set<string>();

  const begin = (id: string, mark: string | undefined): Course => {
    const oldest = iso(now() - keepMs);
    const overlapping = mark === undefined ? oldest : iso(Date.parse(mark) - OVERLAP_MS);
    const from = overlapping > oldest ? overlapping : oldest;
    return { id, from, keys: new Set(), page: 1, newest: mark ?? '', last: '', isOrdered: true, state: 'open' };
  };

  return async (ids) => {
    const marks = await notes.read();
    const courses = ids.map((id) => begin(id, validMark(marks[noteOf(id)])));
    const faults: unknown[] = [];
    const pageOf = async (course: Course, scope: CallScope): Promise<HistoryPage> => {
      try {
        return await pubsub.history(scope, course.id, course.from, course.page);
      } catch (error) {
        faults.push(error);
        course.state = 'failed';
        return { events: [], more: false };
      }
    };
    try {
      for (let open = courses; open.length > 0; open = open.filter(goesOn)) {
        const scope = background();
        const pages = await Promise.all(open.map(async (course) => ({ course, page: await pageOf(course, scope) })));
        const events = pages.flatMap(({ page }) => page.events).filter(({ key }) => !known.has(key));
        if (events.length > 0) await accept(events.toSorted(byTime));
        for (const { course, page } of pages) advance(course, page);
      }
    } finally {
      const read = courses.filter(({ newest, isOrdered, state }) => newest !== '' && (isOrdered || state === 'ended'));
      const latest = iso(now());
      await notes.write(
        Object.fromEntries(read.map(({ id, newest }) => [noteOf(id), newest > latest ? latest : newest])),
      );
    }
    known = new Set(courses.flatMap(({ keys }) => [...keys]));
    if (faults.length > 0) throw faults[0];
  };
}

const goesOn = ({ state, page }: Course): boolean => state === 'open' && page <= MOST_PAGES;

/** Notes down what a page brought, once it was taken. A page that brings nothing new is the end, whatever the platform says. */
function advance(course: Course, { events, more }: HistoryPage): void {
  const before = course.keys.size;
  for (const { key, value } of events) {
    course.keys.add(key);
    if (value.occurredAt < course.last) course.isOrdered = false;
    course.last = value.occurredAt;
    if (value.occurredAt > course.newest) course.newest = value.occurredAt;
  }
  course.page += 1;
  if (course.state === 'open' && (!more || (events.length > 0 && course.keys.size === before))) course.state = 'ended';
}

/** A note that a hand has changed may be anything. */
const validMark = (mark: string | undefined): string | undefined =>
  mark === undefined || Number.isNaN(Date.parse(mark)) ? undefined : iso(Date.parse(mark));
