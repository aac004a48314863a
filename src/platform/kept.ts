import { within } from './deadline.ts';
import { CodedError, type UpstreamError } from './errors.ts';
import type { CallScope } from './operation.ts';

/** How a kept value is loaded and how often. */
export interface KeptOptions<T> {
  /** Loads the value anew; gets the one at hand, and may publish a first one before it is done. */
  readonly load: (previous: T | undefined, publish: (early: T) => void) => Promise<T>;
  /** Milliseconds from one load to the next. */
  readonly refreshMs: number;
  /** Told of each failed load. */
  readonly onError: (error: unknown) => void;
  /** A value to start with, from an earlier run. */
  readonly initial?: T | undefined;
}

/** After a failed load the next one comes sooner: so many milliseconds, doubled each time up to the usual interval. */
const FIRST_RETRY_MS = 1_000;

/**
 * A value that is loaded at the start, kept, refreshed on a timer and on demand, and usable while it refreshes. Readers wait only
 * for the first load.
 */
export class Kept<T> {
  readonly #options: KeptOptions<T>;
  #value: T | undefined;
  #loading: Promise<void> | undefined;
  #failure: unknown;
  #failures = 0;
  #version = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #arrived: () => void = () => {};
  readonly #arrival = new Promise<void>((resolve) => {
    this.#arrived = resolve;
  });

  constructor(options: KeptOptions<T>) {
    this.#options = options;
    this.#value = options.initial;
  }

  /** How often the value has changed. */
  get version(): number {
    return this.#version;
  }

  /** The value at hand, undefined before the first load. */
  get current(): T | undefined {
    return this.#value;
  }

  /** Resolves when there is a value for the first time. */
  get arrived(): Promise<void> {
    return this.#value === undefined ? this.#arrival : Promise.resolve();
  }

  /** Resolves when nothing is being loaded. */
  async settled(): Promise<void> {
    await this.#loading;
  }

  /** Begins to load and to refresh. @returns when the first load has ended, well or not */
  async start(): Promise<void> {
    await this.refresh();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Loads now, or joins the load under way. Never throws: the value at hand stays. */
  refresh(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /**
   * The value; waits for the first load, no longer than one call may take.
   * @param notYet the error for a value that is not there: not loaded is not empty
   */
  async get(scope: CallScope, notYet: () => UpstreamError): Promise<T> {
    if (this.#value !== undefined) return this.#value;
    const loading = this.#failures === 0 ? this.refresh() : undefined;
    if (loading !== undefined)
      await within(Promise.race([loading, this.#arrival]), scope.deadline.shareOfOneCall()).catch(() => undefined);
    if (this.#value !== undefined) return this.#value;
    throw this.#failure instanceof CodedError ? this.#failure : notYet();
  }

  async #load(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.#value = await this.#options.load(this.#value, (early) => {
        this.#value = early;
        this.#version += 1;
        this.#arrived();
      });
      this.#version += 1;
      this.#arrived();
      this.#failure = undefined;
      this.#failures = 0;
    } catch (error) {
      this.#failure = error;
      this.#failures += 1;
      this.#options.onError(error);
    }
    if (this.#stopped) return;
    const { refreshMs } = this.#options;
    const wait = this.#failures === 0 ? refreshMs : Math.min(refreshMs, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => void this.refresh(), wait).unref();
  }
}
