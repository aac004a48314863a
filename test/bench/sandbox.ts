import { type DpEvent, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { beginStorm } from '../e2e/weather.ts';
import { offer } from '../hostile/beside.ts';
import { PEOPLE } from './options.ts';
import type { Call } from './transfers.ts';
import { wavesOf } from './waves.ts';

/** Of the connection, and not of the call. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

let sandbox: Sandbox | undefined;

const servers = () => (sandbox === undefined ? [] : [sandbox.dynamicPlanner, sandbox.plannr]);

const platforms = {
  /** Starts both platforms. @returns the environment that leads to them */
  async open(clients = PEOPLE): Promise<Record<string, string>> {
    sandbox = await startSandbox({ clients });
    return sandbox.settings;
  },

  /** Sets the latency, and forgets what was asked so far. */
  begin(latencyMs: number): void {
    for (const server of servers()) {
      server.setLatency(latencyMs);
      server.clearRequests();
    }
  },

  /** From now on three in ten answers go wrong. */
  storm(): void {
    if (sandbox !== undefined) beginStorm(sandbox);
  },

  /** Changes so many people's records. @returns what is to be told of it: here nobody is subscribed, and the bench delivers it itself */
  change(count: number): DpEvent[] {
    return Array.from({ length: count }, () => sandbox?.change('client').dynamicPlanner ?? []).flat();
  },

  /** What was asked since: calls, and the waves they make if there was one caller. */
  asked(): { calls: number; waves: number; wavesMs: number } {
    const calls = servers().flatMap(({ requests }) => requests.filter(({ path }) => !path.includes('/connect/token')));
    const { count, sumMs } = wavesOf(calls);
    return { calls: calls.length, waves: count, wavesMs: sumMs };
  },

  /** The calls since, so that they can be made once more. */
  calls(): Call[] {
    return servers().flatMap(({ url, requests }) =>
      requests.flatMap(({ path, query, headers, startedAt, endedAt }) => {
        if (path.includes('/connect/token') || endedAt === null) return [];
        const search = new URLSearchParams(query).toString();
        const kept = Object.entries(headers).filter(([name]) => !CONNECTION_HEADERS.has(name));
        return [
          {
            origin: url,
            path: search === '' ? path : `${path}?${search}`,
            headers: Object.fromEntries(kept),
            startedAt,
            endedAt,
          },
        ];
      }),
    );
  },
};

/** Both platforms, in a process of their own. */
export type Platforms = typeof platforms;

offer(platforms);
