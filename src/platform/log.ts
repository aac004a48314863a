import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { CodedError } from './errors.ts';

/** The gateway's log: JSON lines on standard error, so that standard output is for people. */
export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>;

/** An error in the log: what it is and where it came from. Only messages of our own are written; others may quote what a platform sent. */
function errorOf(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { cause } = error;
  return {
    type: error.name,
    ...(error instanceof CodedError && { message: error.message }),
    at: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .map((line) => line.trim()),
    ...(cause instanceof Error && { cause: errorOf(cause) }),
  };
}

/** Keys whose values are never written: a second net, since nothing of the kind is meant to be logged. */
const SECRET_KEYS = [
  'authorization',
  'Authorization',
  'x-api-key',
  'ocp-apim-subscription-key',
  'cookie',
  'token',
  'accessToken',
  'access_token',
  'upstreamToken',
  'secret',
  'clientSecret',
  'client_secret',
  'password',
];

/** Where they are looked for: a line itself, and what such things come in. Looking everywhere (`*`) would cost more than the line. */
const HOLDERS = ['', 'headers', 'request.headers', 'settings', 'options'];

/**
 * The log of a process.
 * @param level the least serious that is written, by pino's names
 * @param to where lines go: standard error, unless a test reads them
 */
export function createLog(level: string, to: DestinationStream = standardError()): Log {
  const paths = SECRET_KEYS.flatMap((key) => HOLDERS.map((holder) => `${holder}["${key}"]`));
  return pino({ level, base: {}, serializers: { err: errorOf }, redact: { paths, censor: '[secret]' } }, to);
}

/** Written behind, and to the end at the exit: whoever reads it slowly must not hold all requests up. */
function standardError(): DestinationStream {
  return destination({ dest: 2, sync: false });
}
