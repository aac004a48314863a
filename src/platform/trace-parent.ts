/** The caller's span that an operation belongs to (W3C Trace Context). */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  /** Bit 0: sampled. */
  readonly traceFlags: number;
}

const HEADER = /^(?!ff)([\da-f]{2})-((?!0{32})[\da-f]{32})-((?!0{16})[\da-f]{16})-([\da-f]{2})(-.*)?$/;

/**
 * Reads a `traceparent` header (https://www.w3.org/TR/trace-context/ section 3.2). A later version may have more behind it, version 00 may not.
 * @returns undefined where it is not valid, which is to be taken for none
 */
export function traceParentOf(header: string | undefined): TraceParent | undefined {
  const [, version, traceId, spanId, flags, more] = HEADER.exec(header ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === '00' && more !== undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1 };
}
