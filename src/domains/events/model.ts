import type { PlatformEvent } from '../../sources/event.ts';

/** An event and where it stands in the log. */
export interface EventModel {
  readonly cursor: string;
  readonly event: PlatformEvent;
}
