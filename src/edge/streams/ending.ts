import { CodedError, type ErrorCode } from '../../platform/errors.ts';

/** Why a stream is ended by the gateway, and how a WebSocket says so. */
export interface Ending {
  readonly code: ErrorCode;
  /** A close code: RFC 6455 section 7.4.1, those from 4400 on as GraphQL over WebSocket has them. */
  readonly closeCode: number;
  readonly message: string;
}

/** The longest reason of a close frame, in bytes (RFC 6455 section 5.5). */
const REASON_BYTES = 123;

export const ENDINGS = {
  /** It reads more slowly than events arrive. */
  slow: { code: 'SLOW_SUBSCRIBER', closeCode: 4408, message: 'Too slow for what arrives.' },
  leaving: { code: 'GOING_AWAY', closeCode: 1001, message: 'The gateway stops.' },
  /** A client that gets a new token and comes back is let in: `4403`, which clients try again after, not `4401`. */
  expired: { code: 'UNAUTHENTICATED', closeCode: 4403, message: 'The credential is good no more.' },
} as const satisfies Record<string, Ending>;

/** What a stream fails with when the gateway ends it. */
export class StreamEnded extends CodedError {
  /** @param cursor of the last event that was told; null where none was */
  constructor({ code, message }: Ending, cursor: string | null) {
    super(code, `${message}${cursor === null ? '' : ` Go on with \`after: "${cursor}"\`.`}`, { after: cursor });
  }
}

/** What the close frame says: why, and where to go on. */
export function closeReason({ message }: Ending, cursor: string | null): string {
  const reason = cursor === null ? message : `${message} after: ${cursor}`;
  return Buffer.byteLength(reason) > REASON_BYTES ? message.slice(0, REASON_BYTES) : reason;
}
