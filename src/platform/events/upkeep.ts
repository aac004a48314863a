/** Work that is done now and then, never twice at a time. */
export interface Upkeep {
  /** Does it now, or joins what is under way. @throws what the work throws */
  run(): Promise<number>;
  /** Ends it, and waits for what is under way. */
  stop(): Promise<void>;
}

/**
 * @param everyMs milliseconds from one time to the next
 * @param onError told of what failed with nobody waiting
 */
export function upkeep(work: () => Promise<number>, everyMs: number, onError: (error: unknown) => void): Upkeep {
  let running: Promise<number> | undefined;
  const run = (): Promise<number> => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
  const timer = setInterval(() => void run().catch(onError), everyMs).unref();
  return {
    run,
    async stop() {
      clearInterval(timer);
      await running?.catch(() => undefined);
    },
  };
}
