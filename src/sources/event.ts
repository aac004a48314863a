import type { System } from '../platform/system.ts';

/** Something that happened on a platform, as the event log keeps it: what is needed to know whom it concerns, and no more. */
export interface PlatformEvent {
  readonly system: System;
  /** The platform's own words: topics that are not known pass through as they are. */
  readonly topic: string;
  /** When it happened, an instant in UTC; when it was received where the platform does not say. */
  readonly occurredAt: string;
  /** The organisation unit that it belongs to; null where the platform does not say. */
  readonly organisationUnitId: string | null;
  /** What it is about. */
  readonly resource: { readonly type: string; readonly id: string } | null;
  /** Whom it concerns, as far as the event says: ids of the platform's own people or accounts. */
  readonly clientIds: readonly string[];
  /** The finance or plan that it concerns, by the platform's own id. */
  readonly planId: string | null;
}

/** An event with what makes it itself again when it comes again. */
export interface ReceivedEvent {
  readonly key: string;
  readonly value: PlatformEvent;
}
