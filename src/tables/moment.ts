const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Whether a text is a day that the calendar has: `Date` takes 30 February for 2 March. */
export function isDay(text: string): boolean {
  return DAY.test(text) && new Date(text).getUTCDate() === Number(text.slice(8));
}

/**
 * The moment that a text names: an instant with its offset (ISO 8601), or a day, which begins in UTC.
 * @returns milliseconds since 1970; null where it names none
 */
export function momentOf(text: string): number | null {
  const day = DAY.test(text) ? text : INSTANT.exec(text)?.[1];
  if (day === undefined || !isDay(day)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}
