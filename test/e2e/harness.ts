import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../src/config/index.ts';
import type { TableWaits } from '../../src/edge/tables/waits.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { createLog, type Log } from '../../src/platform/log.ts';
import { type RecordedRequest, type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { readContract } from '../../src/sources/dynamic-planner/contract.ts';

const ROOT = join(import.meta.dirname, '../..');

/** An answer as a client gets it. `data` is loosely typed: tests read what they asked for. */
export interface Reply {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's, which TypeScript does not see.
  data: any;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  extensions: Record<string, unknown>;
  status: number;
  headers: Headers;
  text: string;
}

export interface House {
  sandbox: Sandbox;
  gateway: Gateway;
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Reply>;
  /** Calls to both platforms since the last `clear`, tokens left out. */
  calls(): RecordedRequest[];
  clear(): void;
  stop(): Promise<void>;
}

export interface HouseOptions {
  sandbox?: SandboxOptions;
  env?: Record<string, string>;
  contract?: unknown;
  /** How long tables wait; for no platform where it is left out. */
  waits?: TableWaits;
  /** Takes the gateway's log; nobody does where it is left out. */
  log?: Log;
  /** Settings of the platforms to leave out, by prefix: `PLANNR_`. */
  without?: string;
  /** A house whose sandbox the gateway stands over too, in place of one of its own; it is stopped with that house. */
  beside?: House;
}

/** Starts a sandbox and a gateway over it, both over real sockets. */
export async function startHouse({
  sandbox: options,
  env = {},
  contract: overrides = {},
  waits = {},
  log = createLog('silent'),
  without,
  beside,
}: HouseOptions = {}): Promise<House> {
  const sandbox = beside?.sandbox ?? (await startSandbox(options));
  const dataDir = await mkdtemp(join(tmpdir(), 'wealthgraph-'));
  const platforms = Object.entries(sandbox.settings).filter(
    ([name]) => without === undefined || !name.startsWith(without),
  );
  const auth = { AUTH_MODE: 'jwt', AUTH_ISSUER: 'http://127.0.0.1:1', AUTH_AUDIENCE: 'test' };
  const reading = readSettings({
    ...auth,
    ...Object.fromEntries(platforms),
    PORT: '0',
    LINK_REFRESH_SECONDS: '86400',
    // Each fault is seen at once and as it is; who tests retries and breakers turns them on.
    UPSTREAM_RETRIES: '0',
    UPSTREAM_BREAKER_REST_MS: '0',
    // Tests are of what is answered, and not of how fast the machine is.
    OPERATION_TIMEOUT_MS: '60000',
    REDIS_TIMEOUT_MS: '10000',
    // What is kept between operations has suites of its own: others count what one operation asks for.
    CACHE: 'off',
    DATA_DIR: dataDir,
    ...env,
  });
  if (!reading.ok) throw new Error(reading.faults.join('\n'));
  const read = readContract(overrides);
  if (!('contract' in read)) throw new Error(read.faults.join('\n'));
  const open = env.AUTH_MODE === undefined;
  const gateway = await startGateway({
    settings: open ? { ...reading.settings, auth: { mode: 'sandbox' } } : reading.settings,
    contract: read.contract,
    log,
    version: '0.0.0-test',
    root: ROOT,
    resolvers: join(ROOT, 'resolvers'),
    isSandbox: true,
    waits: { patienceMs: [], ...waits },
  });
  await gateway.started;
  const clear = (): void => {
    sandbox.dynamicPlanner.clearRequests();
    sandbox.plannr.clearRequests();
  };
  clear();
  return {
    sandbox,
    gateway,
    clear,
    calls: () =>
      [...sandbox.dynamicPlanner.requests, ...sandbox.plannr.requests].filter(
        ({ template }) => !template.includes('/connect/token'),
      ),
    async ask(query, variables = {}, headers = {}) {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      const text = await response.text();
      return { ...JSON.parse(text), status: response.status, headers: response.headers, text };
    },
    async stop() {
      await gateway.stop();
      if (beside === undefined) await sandbox.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Waves: calls that do not wait for each other. A call that began after another ended belongs to a later wave. */
export function waves(calls: readonly RecordedRequest[]): number {
  const sorted = calls.toSorted((a, b) => a.startedAt - b.startedAt);
  let count = 0;
  let firstEnd = Number.NEGATIVE_INFINITY;
  for (const call of sorted) {
    if (call.startedAt >= firstEnd) {
      count += 1;
      firstEnd = call.endedAt ?? Number.POSITIVE_INFINITY;
    } else firstEnd = Math.min(firstEnd, call.endedAt ?? Number.POSITIVE_INFINITY);
  }
  return count;
}
