import { randomUUID } from 'node:crypto';

type Header = string | readonly string[] | undefined;

/** W3C Trace Context level 1, section 3.2: version, trace id, parent id and flags; later versions may go on behind them. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

/** An id that a caller sent, where it is one that can safely stand in headers and logs, else a new one. */
export function traceIdOf(header: Header): string {
  return safe(header) ?? randomUUID();
}

/** The correlation id of an operation: the caller's `x-dt-traceid`, else the trace id of its `traceparent`, else a new one. */
export function correlationIdOf(headers: Readonly<Record<string, Header>>): string {
  return safe(headers['x-dt-traceid']) ?? w3cTraceId(headers.traceparent) ?? randomUUID();
}

function safe(header: Header): string | undefined {
  const [value] = [header].flat();
  return value !== undefined && /^[\w.-]{1,64}$/.test(value) ? value : undefined;
}

/** Undefined where the header is malformed or stands there twice: then it is to be ignored. */
function w3cTraceId(header: Header): string | undefined {
  const values = [header].flat();
  const [, version, traceId, rest] = (values.length === 1 && TRACEPARENT.exec(values[0] ?? '')) || [];
  return version === '00' && rest !== undefined ? undefined : traceId;
}
