import { Pool } from 'undici';
import { offer } from '../hostile/beside.ts';

/** A call to a platform as it was made once. */
export interface Call {
  readonly origin: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** How long it took, in milliseconds, and what came, in bytes. */
export interface Transfer {
  readonly ms: number;
  readonly bytes: number;
  /** Answers other than 200, and what broke off. */
  readonly failures: number;
}

/** As many as a platform is called at once at most. */
const CONNECTIONS = 64;

const transfers = {
  /** Reads a file and forgets it. */
  async read(url: string): Promise<Transfer> {
    const { origin, pathname, search } = new URL(url);
    const pool = new Pool(origin, { connections: 1, bodyTimeout: 0, headersTimeout: 0 });
    const begin = performance.now();
    const { bytes, isGood } = await drained(pool, `${pathname}${search}`, {});
    const ms = performance.now() - begin;
    await pool.close();
    return { ms, bytes, failures: isGood ? 0 : 1 };
  },

  /**
   * Makes the same calls once more, and does nothing to the answers but read them. A call begins as soon as all those have ended that had
   * ended when it began the first time: the waves are the same, and so is the number of calls at once.
   * @param isParsed whether the answers are made into objects, and those forgotten: the least that anyone does who needs what is in them
   */
  async replay(calls: readonly Call[], isParsed = false): Promise<Transfer> {
    const pools = new Map(
      [...new Set(calls.map(({ origin }) => origin))].map((origin) => [
        origin,
        new Pool(origin, { connections: CONNECTIONS }),
      ]),
    );
    const byEnd = calls
      .map((_, index) => index)
      .toSorted((a, b) => (calls[a]?.endedAt ?? 0) - (calls[b]?.endedAt ?? 0));
    const order = calls
      .map((_, index) => index)
      .toSorted((a, b) => (calls[a]?.startedAt ?? 0) - (calls[b]?.startedAt ?? 0));
    const done = new Array<boolean>(calls.length).fill(false);
    let bytes = 0;
    let failures = 0;
    let ended = 0;
    let next = 0;
    const begin = performance.now();
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        // Of the calls in the order of their ends, so many have ended without a gap.
        while (ended < byEnd.length && done[byEnd[ended] ?? 0]) ended += 1;
        const until = ended === byEnd.length ? Number.POSITIVE_INFINITY : (calls[byEnd[ended] ?? 0]?.endedAt ?? 0);
        for (; next < order.length; next += 1) {
          const index = order[next] ?? 0;
          const call = calls[index];
          if (call === undefined || call.startedAt > until) break;
          drained(pools.get(call.origin) as Pool, call.path, call.headers, isParsed).then((answer) => {
            bytes += answer.bytes;
            failures += answer.isGood ? 0 : 1;
            done[index] = true;
            go();
          }, reject);
        }
        if (ended === calls.length) resolve();
      };
      go();
    });
    const ms = performance.now() - begin;
    await Promise.all([...pools.values()].map((pool) => pool.close()));
    return { ms, bytes, failures };
  },
};

async function drained(
  pool: Pool,
  path: string,
  headers: Readonly<Record<string, string>>,
  isParsed = false,
): Promise<{ readonly bytes: number; readonly isGood: boolean }> {
  const answer = await pool.request({ path, method: 'GET', headers });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += (chunk as Buffer).length;
    if (isParsed) chunks.push(chunk as Buffer);
  }
  const isGood =
    answer.statusCode === 200 && (!isParsed || typeof JSON.parse(String(Buffer.concat(chunks))) === 'object');
  return { bytes, isGood };
}

/** Reads what is to be compared, in a process of its own. */
export type Transfers = typeof transfers;

offer(transfers);
