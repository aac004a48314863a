import { Pool } from 'undici';
import { offer } from '../hostile/beside.ts';
import { quantile } from '../hostile/figures.ts';

/** What is asked, by how many callers, for how long. */
export interface Shot {
  readonly url: string;
  /** The body of the request. */
  readonly body: string;
  readonly callers: number;
  readonly seconds: number;
}

/** How it went. Times are milliseconds. */
export interface Hits {
  readonly operations: number;
  /** Answers that are not 200, or that hold errors. */
  readonly failures: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Of the last answer. */
  readonly bytes: number;
}

const callers = {
  /** A closed loop: each caller asks again as soon as it has its answer. */
  async fire({ url, body, callers: count, seconds }: Shot): Promise<Hits> {
    const { origin, pathname: path } = new URL(url);
    const pool = new Pool(origin, { connections: count, pipelining: 1 });
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const times: number[] = [];
    let failures = 0;
    let bytes = 0;
    const begin = performance.now();
    const call = async (): Promise<void> => {
      while (performance.now() - begin < seconds * 1_000) {
        const start = performance.now();
        const answer = await pool.request({ path, method: 'POST', headers, body });
        const text = Buffer.from(await answer.body.arrayBuffer());
        times.push(performance.now() - start);
        if (answer.statusCode !== 200 || text.includes('"errors":')) failures += 1;
        bytes = text.length;
      }
    };
    await Promise.all(Array.from({ length: count }, call));
    const took = (performance.now() - begin) / 1_000;
    await pool.close();
    return {
      operations: times.length,
      failures,
      perSecond: times.length / took,
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      bytes,
    };
  },
};

/** The callers, in a process of their own. */
export type Callers = typeof callers;

offer(callers);
