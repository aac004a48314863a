import { frame } from '../frames.ts';
import { type Bait, head, type Shot } from '../shot.ts';
import { hasClosed, saidIn } from '../streamed.ts';

// What every kind that speaks over WebSocket is made from.

/** The headers of a request to upgrade that is as it should be, but for the host's. */
export const UPGRADE = [
  'connection: Upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol: graphql-transport-ws',
] as const;

/** Without the header, as where the credential comes in the first message. */
export function unnamed(bait: Bait): Bait {
  return { ...bait, authorization: '' };
}

/** The first message, with the caller's credential. */
export function init(bait: Bait): string {
  const authorization = bait.authorization.slice('authorization: '.length);
  return JSON.stringify({ type: 'connection_init', payload: authorization === '' ? {} : { authorization } });
}

export function subscribe(id: string, query: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ id, type: 'subscribe', payload: { query, ...more } });
}

/** Upgrades as it should be, says the first message, and, when that was answered, the others; each in a frame that is well-formed. */
export function talk(
  bait: Bait,
  first: readonly string[],
  messages: readonly string[],
  more: Partial<Shot> = {},
): Shot {
  const { after = 'wait' } = more;
  return {
    pieces: [head(unnamed(bait), 'GET /graphql', UPGRADE), framed(first)],
    ...afterHello([framed(messages)]),
    said: [...first, ...messages].join('\n'),
    whole: after === 'wait' || after === 'leave',
    ...more,
  };
}

/** Said when the first message was answered. */
export function afterHello(frames: readonly Buffer[]): Pick<Shot, 'next'> {
  const all = Buffer.concat(frames);
  return {
    next: ([answer], written) =>
      written === 0 && all.length > 0 && answer?.status === 101 && saidIn(answer) > 0 && !hasClosed(answer)
        ? all
        : null,
  };
}

function framed(messages: readonly string[]): Buffer {
  return Buffer.concat(messages.map((message) => frame(message)));
}
