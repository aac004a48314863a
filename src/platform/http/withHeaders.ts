import type { Call, Wrapper } from './send.ts';

/** The headers that every call to a platform carries besides its own. */
export type HeadersOf = (call: Call) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;

/** Adds a platform's headers. */
export function withHeaders(headersOf: HeadersOf): Wrapper {
  return (next) => async (call) => next({ ...call, headers: { ...call.headers, ...(await headersOf(call)) } });
}
