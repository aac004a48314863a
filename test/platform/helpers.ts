import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Deadline } from '../../src/platform/deadline.ts';
import { UpstreamError } from '../../src/platform/errors.ts';
import { createStack, type Stack, type StackOptions } from '../../src/platform/http/stack.ts';
import { NO_OBSERVER } from '../../src/platform/observer.ts';
import type { CallScope } from '../../src/platform/operation.ts';
import type { System } from '../../src/platform/system.ts';
import { Wire, type WireItem } from '../../src/platform/wire.ts';

/** A scope that keeps what is reported to it. */
export interface TestScope extends CallScope {
  readonly reported: UpstreamError[];
}

export function callScope({ budgetMs = 10_000, signal = new AbortController().signal } = {}): TestScope {
  const reported: UpstreamError[] = [];
  return {
    deadline: new Deadline(budgetMs),
    signal,
    traceId: 'trace-1',
    queue: 'test',
    wave: () => 1,
    observer: NO_OBSERVER,
    report: (problem) => reported.push(problem),
    reported,
  };
}

/** A platform's stack that makes each call once, whatever comes of it. */
export function plainStack(options: Pick<StackOptions, 'system' | 'pool'> & Partial<StackOptions>): Stack {
  return createStack({ retries: 0, retryBaseMs: 1, breakerRestMs: 0, concurrency: 32, ...options });
}

/** A server of this one process; `stop` cuts what is still open. */
export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

export async function listen(handler: RequestListener): Promise<TestServer> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const outage = (system: System): UpstreamError =>
  new UpstreamError('UPSTREAM_UNAVAILABLE', { system, status: 503 }, 'is not available at the moment.');

export const wire = (item: WireItem, system: System = 'DYNAMIC_PLANNER', name = 'thing'): Wire =>
  new Wire(system, name, item);

/** What a promise is rejected with. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new TypeError('it did not fail');
}

/** Lets everything run that needs no more than promises and immediates. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
