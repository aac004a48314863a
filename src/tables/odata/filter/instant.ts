/** A point in time, and the offset from UTC that it was written with. */
export interface Instant {
  /** Picoseconds since 1970 in UTC: as fine as an Edm.DateTimeOffset may be. */
  readonly picoseconds: bigint;
  /** Minutes ahead of UTC. */
  readonly offset: number;
}

const TEXT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?(?:Z|([+-])(\d{2}):(\d{2}))$/i;
const MINUTE = 60_000;

/** Reads `2026-04-30T12:00:00.5+01:00`; null where it is no such text, or a date or time that there is not. */
export function instantOf(text: string): Instant | null {
  const found = TEXT.exec(text);
  if (!found) return null;
  const [, day = '', hour, minute, second = '0', fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = found;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // The 31st of a shorter month is taken for the 1st of the next one.
  if (Number.isNaN(midnight) || new Date(midnight).getUTCDate() !== Number(day.slice(8))) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  if (Number(offsetHour) > 14 || Number(offsetMinute) > 59) return null;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1);
  const time = midnight + (Number(hour) * 60 + Number(minute) - offset) * MINUTE + Number(second) * 1000;
  return {
    picoseconds: BigInt(time) * 1_000_000_000n + (fraction === '' ? 0n : BigInt(fraction.padEnd(12, '0'))),
    offset,
  };
}

/** Year, month (from 1), day, hour, minute and second of an instant, in the offset that it was written with. */
export function clockOf({ picoseconds, offset }: Instant): Date {
  // Floored, since before 1970 a division cuts towards the later second.
  const thousand = 1_000_000_000_000n;
  const rest = ((picoseconds % thousand) + thousand) % thousand;
  return new Date(Number((picoseconds - rest) / 1_000_000_000n) + offset * MINUTE);
}
