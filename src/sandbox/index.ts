import { writer } from './changes/context.ts';
import { Changes } from './changes/index.ts';
import { pace, steadily } from './changes/pace.ts';
import type { Change, ChangeKind } from './changes/types.ts';
import { createData, type SandboxData } from './data.ts';
import { openOutboxes } from './deliveries/outboxes.ts';
import { CREDENTIALS as DP, TOKEN_PATH } from './dynamic-planner/auth.ts';
import { dynamicPlanner } from './dynamic-planner/platform.ts';
import { resolveOptions, type SandboxOptions } from './options.ts';
import { randomFor } from './people/random.ts';
import { CREDENTIALS as PLANNR } from './plannr/auth.ts';
import { plannr } from './plannr/platform.ts';
import { type Listening, listen } from './server/listen.ts';
import type { SandboxServer } from './server/types.ts';

export { CHANGE_KINDS, type Change, type ChangeKind } from './changes/types.ts';
export type { SandboxData } from './data.ts';
export type { DeliveryFault, DeliveryFaultKind, DeliveryOptions, RecordedDelivery } from './deliveries/types.ts';
export type { Happening, Tell } from './dynamic-planner/events.ts';
export type { DpStore } from './dynamic-planner/store.ts';
export type * from './dynamic-planner/wire.ts';
export type { SandboxOptions } from './options.ts';
export { ODDITIES, type Oddity, type SamePolicy } from './people/world.ts';
export type { PlannrTell } from './plannr/context.ts';
export type { PlannrStore } from './plannr/store.ts';
export type * from './plannr/wire.ts';
export type { Fault, FaultKind, RecordedRequest, SandboxServer } from './server/types.ts';

/** Both platforms, running. */
export interface Sandbox {
  readonly dynamicPlanner: SandboxServer;
  readonly plannr: SandboxServer;
  /** The live stores: a test can compute from them what to expect, and change them. */
  readonly data: SandboxData;
  /** The environment that points a gateway at this sandbox. */
  readonly settings: Record<string, string>;
  /**
   * Makes one small change at once, as the platform's own users would, and returns what was told of it. Without an id
   * nothing is changed that is odd on purpose or one policy in both systems; without a kind nothing is added either, and the
   * figures of the first ten people stay. Throws a RangeError where there is nothing to change.
   */
  change(kind?: ChangeKind, id?: string): Change;
  /** Makes so many changes, by default 200 a second. `stop` ends it early. */
  changeMany(options: { count: number; perSecond?: number; kind?: ChangeKind; id?: string }): Promise<Change[]>;
  /** Ends deliveries and changes, and closes both servers at once, with every idle, busy or hanging connection. */
  stop(): Promise<void>;
}

/** What a gateway is told of a Plannr without a limit: the most that its setting takes. */
const UNLIMITED = 1_000_000;
const PER_SECOND = 200;

/** Starts both platforms on 127.0.0.1 with made-up people. Rejects where a port is taken, leaving nothing running. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const resolved = resolveOptions(options);
  const { seed, latencyMs, pageCaps } = resolved;
  const data = createData(seed, resolved.clients);
  const dp = dynamicPlanner(data.dynamicPlanner, data.tell, pageCaps.dynamicPlanner, resolved.tokenLifetimeSeconds);
  let plannrUrl = '';
  const other = plannr(data.plannr, data.tellPlannr, pageCaps.plannr, resolved.plannrRatePerMinute, () => plannrUrl);

  const dpServer = await listen({
    ...dp,
    port: resolved.dynamicPlannerPort,
    latencyMs,
    random: randomFor(seed, 'faults', 1),
  });
  let plannrServer: Listening;
  try {
    plannrServer = await listen({
      ...other,
      port: resolved.plannrPort,
      latencyMs,
      random: randomFor(seed, 'faults', 2),
      expireTokens: () => {},
    });
  } catch (error) {
    await dpServer.close();
    throw error;
  }
  plannrUrl = plannrServer.server.url;
  const outboxes = openOutboxes(data, resolved.deliveries, seed);
  const changes = new Changes(data, { dynamicPlanner: writer(dp.routes), plannr: writer(other.routes) }, seed);
  const stopping = new AbortController();
  steadily(() => changes.make(), resolved.changeEveryMs, stopping.signal);
  return {
    dynamicPlanner: { ...dpServer.server, ...outboxes.dynamicPlanner.controls },
    plannr: { ...plannrServer.server, ...outboxes.plannr.controls },
    data,
    change: (kind, id) => changes.make(kind, id),
    changeMany: ({ count, perSecond = PER_SECOND, kind, id }) =>
      pace(() => changes.make(kind, id), { count, perSecond }, stopping.signal),
    settings: settingsFor(dpServer.server.url, plannrUrl, resolved.plannrRatePerMinute),
    stop: async () => {
      stopping.abort();
      outboxes.dynamicPlanner.stop();
      outboxes.plannr.stop();
      await Promise.all([dpServer.close(), plannrServer.close()]);
    },
  };
}

function settingsFor(dpUrl: string, plannrUrl: string, plannrRate: number | null): Record<string, string> {
  return {
    DP_BASE_URL: dpUrl,
    DP_TOKEN_URL: `${dpUrl}${TOKEN_PATH}`,
    DP_CLIENT_ID: DP.clientId,
    DP_CLIENT_SECRET: DP.clientSecret,
    DP_SCOPE: DP.scope,
    DP_SUBSCRIPTION_KEY: DP.subscriptionKey,
    PLANNR_BASE_URL: plannrUrl,
    PLANNR_ACCESS_TOKEN: PLANNR.accessToken,
    PLANNR_ACCOUNT_UUID: PLANNR.accountUuid,
    PLANNR_RATE_PER_MINUTE: String(plannrRate || UNLIMITED),
  };
}
