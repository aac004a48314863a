import { onAbort } from './abort.ts';
import { Cancelled } from './deadline.ts';

/** Waits so many milliseconds, no longer than somebody waits for what follows. @throws Cancelled when the signal is aborted */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** Waits by the clock. */
export const pause: Pause = (ms, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop();
      resolve();
    }, ms);
    const stop = onAbort(signal, () => {
      clearTimeout(timer);
      reject(new Cancelled());
    });
  });
