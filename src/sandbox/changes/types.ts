import type { DpEvent } from '../dynamic-planner/wire.ts';
import type { PlannrEvent } from '../plannr/wire.ts';

/** What the sandbox can change by itself; the first six in Dynamic Planner, the others in Plannr. */
export const CHANGE_KINDS = [
  'client',
  'relationship',
  'document',
  'finance',
  'valuation',
  'results',
  'account',
  'plan',
  'planValuation',
  'circle',
] as const;

export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** A change that was made, and what was told of it. */
export interface Change {
  readonly kind: ChangeKind;
  /** Whose change it was: a client's (also for documents and results), relationship's, finance's, account's, plan's or circle's id. */
  readonly id: string;
  readonly dynamicPlanner: readonly DpEvent[];
  readonly plannr: readonly PlannrEvent[];
}
