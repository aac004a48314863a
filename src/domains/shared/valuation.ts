import type { Money } from '../../platform/money.ts';
import type { System } from '../../platform/system.ts';
import type { Wire } from '../../platform/wire.ts';
import { currencyOf, type PlanRecords } from './records.ts';

/** What a plan was worth on a day. */
export interface ValuationModel {
  readonly system: System;
  /** The plan's own id in that platform. */
  readonly planId: string;
  readonly id: string;
  readonly valuedOn: string;
  readonly value: Money;
}

/** A Dynamic Planner valuation. @throws BrokenField */
export function financeValuation(planId: string, wire: Wire, currency: string): ValuationModel {
  const valuedOn = wire.required('valuedOn', wire.date('valuedOn'));
  const value = wire.required('value', wire.pounds('value', currency));
  return { system: 'DYNAMIC_PLANNER', planId, id: wire.text('id') ?? valuedOn, valuedOn, value };
}

/** A Plannr valuation. @throws BrokenField */
export function plannrValuation(planId: string, wire: Wire): ValuationModel {
  const valuedOn = wire.required('valued_at', wire.date('valued_at'));
  const value = wire.required('value', wire.pennies('value'));
  return { system: 'PLANNR', planId, id: wire.text('uuid') ?? valuedOn, valuedOn, value };
}

/** Whether a Plannr valuation is of the whole plan rather than of one of its sub-accounts. */
export function isOfWholePlan(wire: Wire): boolean {
  return wire.item.sub_account === null || wire.item.sub_account === undefined;
}

/** Newest first; on the same day Dynamic Planner's before Plannr's, then by id, so that the order is the same every time. */
export function newestFirst(a: ValuationModel, b: ValuationModel): number {
  if (a.valuedOn !== b.valuedOn) return a.valuedOn < b.valuedOn ? 1 : -1;
  if (a.system !== b.system) return a.system === 'DYNAMIC_PLANNER' ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The newest valuation of each platform that came with the plan, Dynamic Planner's first on a tie. @throws BrokenField */
export function newestValuations({ finance, plannr }: PlanRecords): ValuationModel[] {
  const found: ValuationModel[] = [];
  const ours = finance?.once(NEWEST, newestOfFinance) ?? null;
  if (ours !== null) found.push(ours);
  const theirs = plannr?.once(NEWEST, newestOfPlannr) ?? null;
  if (theirs !== null) found.push(theirs);
  return found.sort(newestFirst);
}

const NEWEST = Symbol('newest valuation');

function newestOfFinance(finance: Wire): ValuationModel | null {
  const latest = finance.child('latestHistoricalValuation');
  return latest === null ? null : financeValuation(String(finance.item.id), latest, currencyOf(finance));
}

function newestOfPlannr(plan: Wire): ValuationModel | null {
  const whole = plan.children('latest_valuations').filter(isOfWholePlan);
  const [newest = null] = whole.map((wire) => plannrValuation(String(plan.item.uuid), wire)).sort(newestFirst);
  return newest;
}
