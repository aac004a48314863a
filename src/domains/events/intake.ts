import type { Tag } from '../../platform/cache/index.ts';
import type { EventLog } from '../../platform/events/log.ts';
import type { PlatformEvent, ReceivedEvent } from '../../sources/event.ts';
import { tagsOf } from '../shared/tags.ts';

/** What taking events in needs. */
export interface IntakeOptions {
  readonly log: EventLog<PlatformEvent>;
  /** Drops what is kept of what has changed, on every node; ends after a bounded wait. */
  readonly drop: (tags: readonly Tag[]) => Promise<void>;
  /** Told of those that are new, when they are in the log and what they concern was dropped. */
  readonly onAccepted?: (events: readonly PlatformEvent[]) => void;
}

/** Takes events in, wherever they came from. */
export interface Intake {
  /**
   * Ends when they are durably in the log and what they concern was dropped. One that came before is not appended again; what it concerns is
   * dropped again, since whoever took it in before may have died in between.
   * @throws LogUnavailable where the log can't be had: then it must be sent again
   */
  accept(events: readonly ReceivedEvent[]): Promise<void>;
}

export function createIntake({ log, drop, onAccepted }: IntakeOptions): Intake {
  return {
    async accept(events) {
      const appended = await log.append(events);
      const tags = new Set(events.flatMap(({ value }) => tagsOf(value)));
      if (tags.size > 0) await drop([...tags]);
      onAccepted?.(events.flatMap(({ value }, index) => (appended[index]?.isNew ? [value] : [])));
    },
  };
}
