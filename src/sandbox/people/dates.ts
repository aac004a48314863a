const MONTHS = 120;
const DAY_MS = 86_400_000;

/** The sandbox's data stands at this day. */
export const NEWEST_DAY = '2026-10-31';

const monthEnds = Array.from({ length: MONTHS }, (_, back) =>
  new Date(Date.UTC(2026, 10 - back, 0)).toISOString().slice(0, 10),
);

/** The last day of the month that lies so many months before October 2026, as `YYYY-MM-DD`. */
export function monthEnd(monthsBack: number): string {
  return monthEnds[monthsBack] ?? NEWEST_DAY;
}

/** The day so many days before 31 October 2026. */
export function dayBack(days: number): string {
  return new Date(Date.UTC(2026, 9, 31) - days * DAY_MS).toISOString().slice(0, 10);
}

/** Whether British Summer Time holds at the start of a month's last day: April to September. */
export function isSummerMonthEnd(day: string): boolean {
  const month = Number(day.slice(5, 7));
  return month >= 4 && month <= 9;
}
