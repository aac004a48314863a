import { setMaxListeners } from 'node:events';

/**
 * Calls back when a signal is aborted; at once where it has been. Any number may listen to one signal: all calls of an operation do.
 * @returns stops listening
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  if (signal.aborted) listener();
  return () => signal.removeEventListener('abort', listener);
}
