import { createHash } from 'node:crypto';
import type { HttpAnswer } from './answers.ts';
import { CLOSE, closeOf, framesOf, TEXT } from './frames.ts';
import type { Shot } from './shot.ts';

// What an answer that goes on has to be: frames after an upgrade, or events, each of them well-formed and in the gateway's own words.

const PROTOCOL = 'graphql-transport-ws';
const MESSAGES: ReadonlySet<unknown> = new Set(['connection_ack', 'next', 'error', 'complete', 'ping', 'pong']);
const EVENTS: ReadonlySet<unknown> = new Set(['next', 'complete']);
/** Close codes of RFC 6455 and of GraphQL over WebSocket that tell of no fault of the gateway's own (1011, 4500). */
const CLOSE_CODES: ReadonlySet<number> = new Set([
  1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009, 1013, 4400, 4401, 4403, 4406, 4408, 4409, 4429,
]);
/** Codes of errors that a caller may meet; a fault of the gateway's own is none of them. */
const ERROR_CODES: ReadonlySet<unknown> = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'BUDGET_EXCEEDED',
  'COST_EXCEEDED',
  'DOCUMENT_NOT_TRUSTED',
  'FORBIDDEN',
  'GOING_AWAY',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'NOT_FOUND',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'QUERY_TOO_COMPLEX',
  'SLOW_SUBSCRIBER',
  'TOO_MANY_SUBSCRIPTIONS',
  'UNAUTHENTICATED',
  'UPSTREAM_INVALID_DATA',
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_REJECTED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
]);

/** Whether an answer is one that goes on. */
export function isStream({ status, headers }: HttpAnswer): boolean {
  return status === 101 || (headers.get('content-type')?.[0]?.startsWith('text/event-stream') ?? false);
}

/** How many messages, close frames or events an answer has brought so far. */
export function saidIn(answer: HttpAnswer): number {
  if (answer.status !== 101) return eventsOf(answer).length;
  return framesOf(answer).frames.filter(({ opcode }) => opcode === TEXT || opcode === CLOSE).length;
}

/** Whether the gateway has said that it is over. */
export function hasClosed(answer: HttpAnswer): boolean {
  return answer.status === 101 ? framesOf(answer).frames.at(-1)?.opcode === CLOSE : !answer.isOpen;
}

/** What an answer that goes on breaks, in words; empty where all is well. */
export function streamFaults(answer: HttpAnswer, shot: Shot): string[] {
  return answer.status === 101 ? [...upgradeFaults(answer, shot), ...frameFaults(answer)] : eventFaults(answer);
}

/** An upgrade is for those alone who ask for it properly, at the one place, for the one protocol, and from no foreign page. */
function upgradeFaults({ headers }: HttpAnswer, shot: Shot): string[] {
  const [first = '', ...lines] = Buffer.concat(shot.pieces.map((piece) => Buffer.from(piece)))
    .toString('latin1')
    .split('\r\n\r\n', 1)[0]
    ?.split('\r\n') ?? [''];
  const of = (name: string): string =>
    lines
      .filter((line) => line.toLowerCase().startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim())
      .join(', ');
  const origin = of('origin');
  const reasons = [
    [!/^GET \/graphql(\?\S*)? HTTP\/1\.1$/.test(first), `for ${JSON.stringify(first.slice(0, 80))}`],
    [of('upgrade').toLowerCase() !== 'websocket', 'to another protocol'],
    [!/\bupgrade\b/i.test(of('connection')), 'that the connection does not ask for'],
    [!/^[+/0-9A-Za-z]{22}==$/.test(of('sec-websocket-key')), 'without a key'],
    [!['13', '8'].includes(of('sec-websocket-version')), 'of another version'],
    [
      !of('sec-websocket-protocol')
        .split(',')
        .some((name) => name.trim() === PROTOCOL),
      'without the subprotocol',
    ],
    [origin !== '' && !isOwn(origin, of('host')), 'for a foreign page'],
  ] as const;
  const faults = reasons.flatMap(([isFault, why]) => (isFault ? [`an upgrade ${why}`] : []));
  const accepted = createHash('sha1')
    .update(`${of('sec-websocket-key')}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  if (headers.get('sec-websocket-accept')?.join() !== accepted) faults.push('a wrong sec-websocket-accept');
  if (headers.get('sec-websocket-protocol')?.join() !== PROTOCOL) faults.push('another subprotocol');
  if (headers.has('sec-websocket-extensions')) faults.push('an extension that nobody offers');
  return faults;
}

function isOwn(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

function frameFaults(answer: HttpAnswer): string[] {
  const { frames, fault } = framesOf(answer);
  const faults = fault === null ? [] : [fault];
  for (const one of frames) {
    if (one.opcode === TEXT) faults.push(...messageFaults(one.payload));
    if (one.opcode === CLOSE) {
      const { code, reason } = closeOf(one);
      if (!CLOSE_CODES.has(code)) faults.push(`a close code ${code}: ${JSON.stringify(reason)}`);
      if (!isText(one.payload.subarray(2))) faults.push('a reason that is no text');
    }
  }
  return faults;
}

function messageFaults(payload: Buffer): string[] {
  const message = objectIn(payload);
  if (message === null) return [`a message that is no JSON object: ${shown(payload)}`];
  if (!MESSAGES.has(message.type)) return [`a message of type ${JSON.stringify(message.type)}`];
  if (message.type === 'error') return errorFaults(message.payload, payload);
  const { errors } = (message.type === 'next' ? message.payload : {}) as { errors?: unknown };
  return errors === undefined ? [] : errorFaults(errors, payload);
}

function eventsOf({ body }: HttpAnswer): readonly string[] {
  return body
    .toString()
    .split('\n\n')
    .slice(0, -1)
    .filter((event) => event !== ':');
}

function eventFaults(answer: HttpAnswer): string[] {
  if (!isText(answer.body) && !answer.isOpen) return ['events that are no text'];
  return eventsOf(answer).flatMap((event) => {
    const [, name, data] = /^event: (\w+)\ndata:(.*)$/.exec(event) ?? [];
    if (name === undefined || data === undefined) return [`not an event: ${JSON.stringify(event.slice(0, 200))}`];
    if (!EVENTS.has(name)) return [`an event ${name}`];
    if (name === 'complete' && data.trim() === '') return [];
    const bytes = Buffer.from(data);
    const value = objectIn(bytes);
    if (value === null) return [`an event whose data is no JSON object: ${shown(bytes)}`];
    const { errors } = (value.payload ?? value) as { errors?: unknown };
    return errors === undefined ? [] : errorFaults(errors, bytes);
  });
}

/** Errors are a list of objects, each with a message and a code that a caller may meet. */
export function errorFaults(errors: unknown, shownAs: Buffer): string[] {
  if (!Array.isArray(errors) || errors.length === 0) return [`errors that are no list: ${shown(shownAs)}`];
  return errors.flatMap((error: { message?: unknown; extensions?: { code?: unknown } } | null) => {
    if (typeof error?.message !== 'string') return [`an error without a message: ${shown(shownAs)}`];
    const code = error.extensions?.code;
    return ERROR_CODES.has(code) ? [] : [`an error with the code ${JSON.stringify(code)}: ${shown(shownAs)}`];
  });
}

function objectIn(bytes: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function isText(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function shown(bytes: Buffer): string {
  return JSON.stringify(bytes.subarray(0, 300).toString());
}
