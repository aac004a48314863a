import { type Agent, request } from 'node:http';
import type { Parcel } from './spoil.ts';

/** What all posts of one platform share. */
export interface Wire {
  readonly agent: Agent;
  readonly timeoutMs: number;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** Posts once. Resolves with the status, or null where no answer came in time; redirects are answers, and not followed. */
export function post({ url, headers, body, cutAfter }: Parcel, wire: Wire): Promise<number | null> {
  const { agent, timeoutMs, signal } = wire;
  return new Promise((resolve) => {
    let status: number | null = null;
    const outgoing = request(url, {
      method: 'POST',
      agent,
      signal,
      headers: { ...headers, 'content-length': body.length },
    });
    const timer = setTimeout(() => outgoing.destroy(), timeoutMs);
    outgoing.on('response', (incoming) => {
      status = incoming.statusCode ?? null;
      // The answer counts, however its body ends.
      incoming.on('error', () => {});
      incoming.resume();
    });
    // Whatever goes wrong ends in a close.
    outgoing.on('error', () => {});
    outgoing.once('close', () => {
      clearTimeout(timer);
      resolve(status);
    });
    if (cutAfter === null) outgoing.end(body);
    else outgoing.write(body.subarray(0, cutAfter), () => outgoing.destroy());
  });
}
