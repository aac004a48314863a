import type { Wire } from '../../platform/wire.ts';

/** What the two platforms hold about one plan; at least one of them is there. */
export interface PlanRecords {
  /** Dynamic Planner's finance. */
  readonly finance: Wire | null;
  /** Plannr's plan. */
  readonly plannr: Wire | null;
}

/** The currency of a Dynamic Planner record; sterling where it names none. */
export function currencyOf(wire: Wire): string {
  const currency = wire.text('currency');
  return currency !== null && /^[A-Z]{3}$/.test(currency) ? currency : 'GBP';
}
