import type { FormattedExecutionResult } from 'graphql';
import type { Admission } from '../../guard/index.ts';
import type { CredentialHeaders } from '../../guard/keys/index.ts';
import { type CallerScope, callerScope } from '../../platform/cache/scope.ts';
import { encodeCursor } from '../../platform/events/index.ts';
import type { Ending } from './ending.ts';
import { Subscription } from './subscription.ts';

/** What a connection is made of. */
export interface ConnectionParts {
  readonly admission: Admission;
  /** What it was let in with, to be looked at again. */
  readonly credentials: CredentialHeaders;
  readonly address: string;
  /** Of the request that opened it, in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Ends it. @param cursor from which nothing of it is lost; null where nothing was told */
  readonly close: (ending: Ending, cursor: string | null) => void;
}

/** All that decides what the caller may see. */
export const scopeOf = ({ caller, upstreamToken }: Admission): CallerScope => callerScope(caller, upstreamToken);

/** A caller's connection that stays, with what runs on it: a WebSocket, or an answer of server-sent events. */
export class Connection {
  readonly admission: Admission;
  readonly credentials: CredentialHeaders;
  readonly address: string;
  readonly headers: ConnectionParts['headers'];
  /** When its credential was looked at last, in milliseconds of the monotonic clock. */
  checkedAt = performance.now();
  readonly #close: ConnectionParts['close'];
  readonly #running = new Set<Subscription | Promise<FormattedExecutionResult>>();
  readonly #gone = new AbortController();
  #unsent = 0;
  #stuckAt = 0;
  readonly #idle = new Set<() => void>();
  readonly #waiting = new Set<() => void>();
  #hasEnded = false;

  constructor({ admission, credentials, address, headers, close }: ConnectionParts) {
    this.admission = admission;
    this.credentials = credentials;
    this.address = address;
    this.headers = headers;
    this.#close = close;
  }

  /** Aborted when the caller has gone. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Operations under way. */
  get running(): number {
    return this.#running.size;
  }

  /** Runs an operation on it; a subscription stays until it has ended. */
  async run(
    open: () => Promise<Subscription | FormattedExecutionResult>,
  ): Promise<Subscription | FormattedExecutionResult> {
    const opening = open() as Promise<FormattedExecutionResult>;
    this.#running.add(opening);
    try {
      const result: Subscription | FormattedExecutionResult = await opening;
      if (result instanceof Subscription) {
        this.#running.add(result);
        result.onEnded = () => void this.#running.delete(result);
        if (this.#gone.signal.aborted) await result.return();
      }
      return result;
    } finally {
      this.#running.delete(opening);
      if (!this.isBusy) settle(this.#idle);
    }
  }

  /** Whether anything but subscriptions is under way. */
  get isBusy(): boolean {
    return [...this.#running].some((one) => !(one instanceof Subscription));
  }

  /** Resolves when nothing but subscriptions is under way. */
  async idle(): Promise<void> {
    if (this.isBusy) await new Promise<void>((resolve) => this.#idle.add(resolve));
  }

  /** Something is on its way to the caller. @param count tells how many events have arrived @param sent resolves when it is out */
  async sending(count: () => number, sent: Promise<void>): Promise<void> {
    if (this.#unsent === 0) this.#stuckAt = count();
    this.#unsent += 1;
    try {
      await sent;
    } finally {
      this.#unsent -= 1;
      this.#stuckAt = count();
      if (this.#unsent === 0) settle(this.#waiting);
    }
  }

  /** Resolves when nothing is on its way to the caller, or nothing more matters. */
  async flushed(): Promise<void> {
    if (this.#unsent > 0 && !this.#hasEnded) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** How many events have arrived while the caller took nothing. @param count how many have arrived in all */
  behind(count: number): number {
    return this.#unsent === 0 ? 0 : count - this.#stuckAt;
  }

  /** The oldest place of its subscriptions: nothing of theirs that stands behind it was told. Null where there is none. */
  get cursor(): string | null {
    const positions = this.subscriptions.map(({ position }) => position);
    const [oldest] = positions.includes(null) ? [] : positions.sort();
    return oldest == null ? null : encodeCursor(oldest);
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#running].filter((one) => one instanceof Subscription);
  }

  /** Ends it from the gateway's side, once. */
  end(ending: Ending): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    settle(this.#waiting);
    this.#close(ending, this.cursor);
  }

  /** The caller has gone, or was told to go: nothing runs on. */
  async stop(): Promise<void> {
    this.#hasEnded = true;
    settle(this.#waiting);
    this.#gone.abort();
    await Promise.all(this.subscriptions.map((subscription) => subscription.return()));
  }
}

function settle(waiting: Set<() => void>): void {
  for (const resolve of waiting) resolve();
  waiting.clear();
}
