import { STARTED, startProcess, urlOf } from '../process.ts';

/** A gateway that is killed and started again on what it left behind. */
export interface MortalGateway {
  /** Where it listens now: on another port after each start, so that nobody reaches a stranger. Waits while it is down. @throws Error where it does not start */
  url(): Promise<string>;
  /** SIGKILL, as a power cut would; then it is started again. Resolves when it listens. */
  killAndStart(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/** Starts it. @param env all of its settings but the port */
export function startMortal(env: Readonly<Record<string, string>>): MortalGateway {
  let run = startProcess({ ...env, PORT: '0' });
  const listening = async (): Promise<string> => {
    await run.says(STARTED);
    // It listens on this family alone.
    return urlOf(run).replace('localhost', '127.0.0.1');
  };
  const kill = async (): Promise<void> => {
    run.process.kill('SIGKILL');
    await run.exit;
  };
  let url = listening();
  // Whoever asks is told.
  url.catch(() => {});
  return {
    url: () => url,
    async killAndStart() {
      url = (async () => {
        await kill();
        run = startProcess({ ...env, PORT: '0' });
        return listening();
      })();
      await url;
    },
    async stop() {
      await kill();
      url = Promise.reject(new Error('the gateway was ended for good'));
      url.catch(() => {});
    },
  };
}
