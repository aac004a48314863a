import type { Tell } from './events.ts';
import type { Page } from './query.ts';
import type { DpStore } from './store.ts';

/** What every domain's routes are made from. */
export interface DpContext {
  readonly store: DpStore;
  readonly page: Page;
  readonly tell: Tell;
}

/** Now, as the platform writes moments. */
export function now(): string {
  return new Date().toISOString();
}
