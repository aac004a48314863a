import type { Answer } from './send.ts';

/**
 * How long a platform asks to be left alone, in milliseconds: `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3). Undefined
 * where it does not ask, asks for a time that has passed, or says it in a way that nobody knows.
 */
export function retryAfterMs({ headers }: Answer): number | undefined {
  const [value] = [headers['retry-after']].flat();
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : dateOf(value) - Date.now();
  return ms > 0 ? ms : undefined;
}

/** All three forms of an HTTP date begin with a weekday; the one without a time zone is in GMT as well (RFC 9110 section 5.6.7). */
function dateOf(value: string): number {
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value)) return Number.NaN;
  return Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
}
