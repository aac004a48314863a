import type { Page } from './query.ts';
import type { PlannrStore } from './store.ts';
import type { PlannrEvent } from './wire.ts';

/** Tells those who listen. Plannr keeps no history: what nobody hears is gone. */
export type PlannrTell = (event: string, data: PlannrEvent['data']) => PlannrEvent;

/** What every domain's routes are made from. */
export interface PlannrContext {
  readonly store: PlannrStore;
  readonly page: Page;
  readonly tell: PlannrTell;
}

/** Now, as the platform writes moments. */
export function now(): string {
  return `${new Date().toISOString().slice(0, 19)}+00:00`;
}

/** Today as `YYYY-MM-DD`. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
