import type { Answer, Call, Send } from '../../src/platform/http/send.ts';

export { callScope, failureOf, outage, plainStack, wire } from '../platform/helpers.ts';

/** A transport that keeps what it is asked for and answers by a function. */
export interface Recorder {
  readonly send: Send;
  readonly calls: Call[];
  /** The calls' URLs without the host. */
  readonly paths: () => string[];
}

export function recorder(answer: (call: Call, index: number) => unknown | Promise<unknown>): Recorder {
  const calls: Call[] = [];
  return {
    calls,
    paths: () => calls.map(({ url }) => url.replace(/^https?:\/\/[^/]+/, '')),
    send: async (call) => {
      calls.push(call);
      const given = await answer(call, calls.length - 1);
      return isAnswer(given) ? given : { status: 200, headers: {}, body: given };
    },
  };
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'status' in value && 'headers' in value;
}

export const answer = (status: number, body: unknown): Answer => ({ status, headers: {}, body });

/** So many ids of the length of a uuid. */
export const uuids = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `7b0c1d2e-0000-4000-8000-${String(index).padStart(12, '0')}`);
