import type { Ref } from '../../src/platform/relay/ids.ts';
import { Wire, type WireItem } from '../../src/platform/wire.ts';

export { callScope, failureOf, outage } from '../platform/helpers.ts';

export const finance = (item: WireItem): Wire =>
  new Wire('DYNAMIC_PLANNER', 'finance', { id: 'f1', type: 'pension', ...item });
export const plan = (item: WireItem): Wire => new Wire('PLANNR', 'plan', { uuid: 'p1', type: 'pension', ...item });

export const person = (id: string): Ref => ({ system: 'DYNAMIC_PLANNER', id });
export const account = (id: string): Ref => ({ system: 'PLANNR', id });

/** An id of the shape of a uuid. */
export const uuid = (number: number): string => `7b0c1d2e-0000-4000-8000-${String(number).padStart(12, '0')}`;
