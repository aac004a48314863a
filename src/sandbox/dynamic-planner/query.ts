import { type Answer, answer, type Call } from '../server/route.ts';
import { invalid } from './errors.ts';

const DEFAULT_PAGE_SIZE = 50;
const MOST_IDS = 100;
const WHOLE = /^[0-9]{1,9}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Makes the answer of a list from all of its items: the page that was asked for, in the platform's envelope. */
export type Page = <T>(call: Call, items: readonly T[], shape?: (item: T) => unknown) => Answer;

/** `{ items, pageNumber, pageSize, totalCount }` (designed, unverified); more than the cap is clamped in silence. */
export function pager(cap: number): Page {
  return (call, items, shape) => {
    const pageSize = Math.min(wholeNumber(call, 'pageSize', DEFAULT_PAGE_SIZE), cap);
    const pageNumber = wholeNumber(call, 'pageNumber', 1);
    const slice = items.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
    return answer(200, {
      items: shape === undefined ? slice : slice.map(shape),
      pageNumber,
      pageSize,
      totalCount: items.length,
    });
  };
}

function wholeNumber(call: Call, name: string, fallback: number): number {
  const text = call.query[name];
  if (text === undefined) return Math.max(1, fallback);
  if (!WHOLE.test(text)) throw invalid(name, 'not_a_number');
  if (Number(text) < 1) throw invalid(name, 'out_of_range');
  return Number(text);
}

/** The parts of a comma list, without empty ones. */
export function commaList(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}

/** A comma list of ids in the query; null where the parameter is absent. More than 100 ids are refused. */
export function queryIds(call: Call, name: string): string[] | null {
  const text = call.query[name];
  return text === undefined ? null : bounded(name, commaList(text));
}

/** The same, where the list is required. */
export function requiredQueryIds(call: Call, name: string): string[] {
  const ids = queryIds(call, name);
  if (ids === null || ids.length === 0) throw invalid(name, 'required');
  return ids;
}

/** A comma list of ids in the path. */
export function pathIds(call: Call, name: string): string[] {
  const ids = bounded(name, commaList(call.params[name] ?? ''));
  if (ids.length === 0) throw invalid(name, 'required');
  return ids;
}

function bounded(name: string, ids: string[]): string[] {
  if (ids.length > MOST_IDS)
    throw invalid(name, 'too_many', `${name} holds ${ids.length} ids; at most 100 are allowed.`);
  return ids;
}

/** The names in a comma list such as `fields` or `types`; absent and empty are the same, and unknown ones do no harm. */
export function names(call: Call, name: string): ReadonlySet<string> {
  return new Set(commaList(call.query[name] ?? ''));
}

/** A day of the query; null where it is absent or empty. */
export function queryDay(call: Call, name: string): string | null {
  const text = call.query[name] ?? '';
  if (text === '') return null;
  if (!isDay(text)) throw invalid(name, 'invalid_format');
  return text;
}

/** A moment of the query, in milliseconds; null where it is absent or empty. */
export function queryMoment(call: Call, name: string): number | null {
  const text = call.query[name] ?? '';
  if (text === '') return null;
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) throw invalid(name, 'invalid_format');
  return moment;
}

/** Whether a value is an existing day as `YYYY-MM-DD`. */
export function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !DAY.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}
