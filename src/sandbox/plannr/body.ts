import type { Call } from '../server/route.ts';
import { invalid } from './errors.ts';

const DAY = /^\d{4}-\d{2}-\d{2}/;

/** A request's fields; as with any form framework, a body that is not JSON has none. */
export type Body = Readonly<Record<string, unknown>>;

/** Says whether a value is acceptable. */
export type Check = (value: unknown) => boolean;

/** Reads a JSON object. */
export function readBody(call: Call): Body {
  if (!(call.headers['content-type'] ?? '').includes('json') || call.body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(call.body.toString('utf8'));
  } catch {
    throw invalid('body', 'The body is not JSON.');
  }
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Body) : {};
}

export const text: Check = (value) => typeof value === 'string' && value.trim() !== '';
export const flag: Check = (value) => typeof value === 'boolean';
export const list: Check = Array.isArray;
/** Whole pennies. */
export const pennies: Check = (value) => Number.isSafeInteger(value);
/** A day, alone or with a time. */
export const day: Check = (value) => typeof value === 'string' && DAY.test(value) && isReal(value);

function isReal(value: string): boolean {
  const time = Date.parse(`${value.slice(0, 10)}T00:00:00Z`);
  return (
    !Number.isNaN(time) &&
    new Date(time).toISOString().startsWith(value.slice(0, 10)) &&
    !Number.isNaN(Date.parse(value))
  );
}

export const optional =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

export const oneOf =
  (values: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && values.includes(value);
