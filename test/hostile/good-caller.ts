import { isDeepStrictEqual } from 'node:util';

const QUERY =
  '{ clients(first: 3) { totalCount nodes { id displayName organisationUnit { name } } pageInfo { endCursor } } }';
const EVERY_MS = 50;

/** Somebody with every right to ask, who does so all the time. */
export interface GoodCaller {
  /** Begins to count anew, and gives what there was. */
  take(): Served;
  stop(): Promise<void>;
}

/** How the good caller was served. */
export interface Served {
  /** Milliseconds that the answers took. */
  readonly times: number[];
  /** Answers that were not the right one. */
  readonly failures: string[];
}

/**
 * Asks once for what is right, then again and again until stopped: on time, whether the last answer has come or not, since who waits would
 * ask less often just when it takes long.
 * @param authorization the header's value now
 */
export async function startGoodCaller(port: number, authorization: () => string): Promise<GoodCaller> {
  const ask = async (): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: authorization() },
      body: JSON.stringify({ query: QUERY }),
    });
    return { status: response.status, body: await response.json() };
  };
  const { body: first } = await ask();
  const right = dataOf(first);
  let served: Served = { times: [], failures: [] };
  if (right === undefined) served.failures.push(`the first answer: ${JSON.stringify(first)}`);
  const open = new Set<Promise<void>>();
  const askOnce = async (): Promise<void> => {
    const start = performance.now();
    try {
      const { status, body } = await ask();
      if (status !== 200 || !isDeepStrictEqual(dataOf(body), right))
        served.failures.push(`${status} ${JSON.stringify(body).slice(0, 500)}`);
    } catch (error) {
      served.failures.push(error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : String(error));
    }
    served.times.push(performance.now() - start);
  };
  const asking = setInterval(() => {
    const one = askOnce();
    open.add(one);
    void one.then(() => open.delete(one));
  }, EVERY_MS);
  return {
    take() {
      const taken = served;
      served = { times: [], failures: [] };
      return taken;
    },
    async stop() {
      clearInterval(asking);
      await Promise.all(open);
    },
  };
}

/** The data of an answer without errors. */
function dataOf(body: unknown): unknown {
  const { data, errors } = body as { data?: unknown; errors?: unknown };
  return errors === undefined ? (data ?? undefined) : undefined;
}
