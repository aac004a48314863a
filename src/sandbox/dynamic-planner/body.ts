import type { Call } from '../server/route.ts';
import { invalid } from './errors.ts';
import { isDay } from './query.ts';

const UUID_SHAPE = /^[0-9a-z]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What was sent in a PUT: only what stands in it changes. */
export type Body = Readonly<Record<string, unknown>>;

/** What is wrong with a value; or where inside it, as the path goes on behind the field's name: `[0].number`. */
export type Issue = string | { readonly at: string; readonly issue: string };

/** Says what is wrong with a value, null where nothing is. */
export type Check = (value: unknown) => Issue | null;

/** Checks of a resource's fields, by name; fields without a check are taken as they come. */
export interface Rules {
  readonly required: readonly string[];
  readonly checks: Readonly<Record<string, Check>>;
  /** Fields that the platform sets itself: ignored when sent. */
  readonly readOnly?: readonly string[];
}

const test =
  (is: (value: unknown) => boolean, issue: string): Check =>
  (value) =>
    is(value) ? null : issue;

/** Allows null beside what a check allows. */
export const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? null : check(value);

/** Refuses what is missing inside an object; null counts as missing. */
export const needed =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null ? 'required' : check(value);

/** An object whose fields are checked where they are there. */
export const object =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not_an_object';
    const fields = new Map<string, unknown>(Object.entries(value));
    for (const [name, check] of Object.entries(checks)) {
      const issue = inside(`.${name}`, check(fields.get(name)));
      if (issue !== null) return issue;
    }
    return null;
  };

/** A list, each entry of which is checked. */
export const each =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return 'not_a_list';
    for (const [index, entry] of value.entries()) {
      const issue = inside(`[${index}]`, check(entry));
      if (issue !== null) return issue;
    }
    return null;
  };

function inside(at: string, issue: Issue | null): Issue | null {
  if (issue === null) return null;
  return typeof issue === 'string' ? { at, issue } : { at: at + issue.at, issue: issue.issue };
}

/** Allows what is absent or null inside an object. */
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null ? null : check(value);

export const text = test((value) => typeof value === 'string' && value.trim() !== '', 'not_a_text');
export const day = test(isDay, 'invalid_format');
export const amount = test((value) => typeof value === 'number' && Number.isFinite(value), 'not_a_number');
export const flag = test((value) => typeof value === 'boolean', 'not_a_boolean');
export const scalar = test((value) => ['string', 'number', 'boolean'].includes(typeof value), 'not_a_value');
export const percentage = test((value) => typeof value === 'number' && value >= 0 && value <= 100, 'out_of_range');
export const list = test(Array.isArray, 'not_a_list');
export const currency = test((value) => typeof value === 'string' && /^[A-Z]{3}$/.test(value), 'invalid_format');

/** The id in the path of a PUT: ours to choose, but it must be a uuid. */
export function newId(call: Call, name = 'id'): string {
  const id = call.params[name] ?? '';
  if (!UUID_SHAPE.test(id)) throw invalid(name, 'invalid_format');
  return id;
}

/** Reads and checks a JSON object. `creates`: required fields must be there; in a merge they may only not be emptied. */
export function readBody(call: Call, rules: Rules, creates: boolean): Body {
  if (!(call.headers['content-type'] ?? '').includes('json')) throw invalid('Content-Type', 'not_json');
  const body = parse(call.body);
  if (creates) {
    for (const field of rules.required) if (!(field in body)) throw invalid(field, 'required', `${field} is required`);
  }
  for (const [field, value] of Object.entries(body)) {
    const issue =
      value === null && rules.required.includes(field) ? 'required' : (rules.checks[field]?.(value) ?? null);
    if (typeof issue === 'string') throw invalid(field, issue);
    if (issue !== null) throw invalid(field + issue.at, issue.issue);
  }
  if (body.id !== undefined && body.id !== (call.params.valuationId ?? call.params.documentId ?? call.params.id)) {
    throw invalid('id', 'differs_from_path');
  }
  const skipped = new Set(['id', ...(rules.readOnly ?? [])]);
  return Object.fromEntries(Object.entries(body).filter(([field]) => !skipped.has(field)));
}

function parse(bytes: Buffer): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw invalid('body', 'not_json');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw invalid('body', 'not_an_object');
  return parsed as Record<string, unknown>;
}
