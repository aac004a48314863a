import { BadInput, CodedError } from '../errors.ts';
import { encodeCursor, type Position } from './position.ts';

/** What was asked for stood before what the log still has. */
export class TrimmedAway extends CodedError {
  /** Reading behind this one gives the oldest entry that was kept at that moment, and all that follow. */
  readonly resumeAfter: Position;

  /** @param resumeAfter the newest position whose entry is gone */
  constructor(resumeAfter: Position) {
    const cursor = encodeCursor(resumeAfter);
    super(
      'BAD_USER_INPUT',
      `Events behind this cursor have been trimmed away. The oldest ones that are kept stand behind the cursor "${cursor}".`,
      { resumeAfter: cursor },
    );
    this.resumeAfter = resumeAfter;
  }
}

/** No position that this log has ever given. */
export class ForeignPosition extends BadInput {
  constructor() {
    super('This cursor is not one of this event log. Begin without a cursor, or with one that this log gave.');
  }
}

/** The log can't take or give events at the moment, or can't be opened; the message says why, and what to do. */
export class LogUnavailable extends CodedError {
  constructor(message: string, cause?: unknown) {
    super('INTERNAL_SERVER_ERROR', message, {}, { cause });
  }
}

/** The error of a log that was stopped. */
export const stopped = (): LogUnavailable => new LogUnavailable('The event log is closed: the gateway is stopping.');
