import type { System } from '../../platform/system.ts';
import type { PlatformEvent } from '../../sources/event.ts';

/** An event and where it stands in the log. */
export interface EventModel {
  readonly cursor: string;
  readonly event: PlatformEvent;
}

/** Something that a platform can tell of. */
export interface EventTopicModel {
  readonly system: System;
  readonly topic: string;
  /** In the platform's words; null where it has none. */
  readonly description: string | null;
  /** Whether this gateway wants to be told of it. */
  readonly isWanted: boolean;
}

/** A subscription that a platform has, whoever made it, without anything that is secret. */
export interface EventSubscriptionModel {
  readonly id: string;
  readonly system: System;
  readonly topics: readonly string[];
  /** Null where the platform does not say, or not as an http address. */
  readonly url: string | null;
  readonly isActive: boolean | null;
  readonly isOurs: boolean;
}
