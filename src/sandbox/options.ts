import type { DeliveryOptions } from './deliveries/types.ts';

/** How a sandbox is made; everything has a default. */
export interface SandboxOptions {
  /** People in the graph in all, each counted once: Dynamic Planner's, and those (about 10%) who stand in Plannr alone. Default 250. */
  clients?: number;
  /** Default 1. */
  seed?: number;
  /** Default 0: any free port. */
  dynamicPlannerPort?: number;
  plannrPort?: number;
  /** Milliseconds added to every answer. Default 0. */
  latencyMs?: number;
  /** Items a page at most; more asked for is clamped to it in silence. Default 100 and 500. */
  pageCaps?: { dynamicPlanner?: number; plannr?: number };
  /** Default 3,600. */
  tokenLifetimeSeconds?: number;
  /** Plannr answers 429 beyond so many requests in a minute. Default: no limit. */
  plannrRatePerMinute?: number;
  /** How subscribers are called. */
  deliveries?: DeliveryOptions;
  /** Milliseconds between two small changes that the sandbox makes by itself. Default 0: none. */
  changeEveryMs?: number;
}

export interface ResolvedOptions {
  readonly clients: number;
  readonly seed: number;
  readonly dynamicPlannerPort: number;
  readonly plannrPort: number;
  readonly latencyMs: number;
  readonly pageCaps: { readonly dynamicPlanner: number; readonly plannr: number };
  readonly tokenLifetimeSeconds: number;
  readonly plannrRatePerMinute: number | null;
  readonly deliveries: Readonly<Required<DeliveryOptions>>;
  readonly changeEveryMs: number;
}

/** Fills in the defaults; throws a RangeError that names the option where a number makes no sense. */
export function resolveOptions(options: SandboxOptions): ResolvedOptions {
  return {
    clients: whole('clients', options.clients, 250, 0, 1_000_000),
    seed: whole('seed', options.seed, 1, 0, 0xffff_ffff),
    dynamicPlannerPort: whole('dynamicPlannerPort', options.dynamicPlannerPort, 0, 0, 65_535),
    plannrPort: whole('plannrPort', options.plannrPort, 0, 0, 65_535),
    latencyMs: whole('latencyMs', options.latencyMs, 0, 0, 600_000),
    pageCaps: {
      dynamicPlanner: whole('pageCaps.dynamicPlanner', options.pageCaps?.dynamicPlanner, 100, 1, 1_000_000),
      plannr: whole('pageCaps.plannr', options.pageCaps?.plannr, 500, 1, 1_000_000),
    },
    tokenLifetimeSeconds: whole('tokenLifetimeSeconds', options.tokenLifetimeSeconds, 3_600, 0, 31_536_000),
    plannrRatePerMinute:
      options.plannrRatePerMinute === undefined
        ? null
        : whole('plannrRatePerMinute', options.plannrRatePerMinute, 0, 0, 1_000_000_000),
    deliveries: {
      retryBaseMs: whole('deliveries.retryBaseMs', options.deliveries?.retryBaseMs, 1_000, 0, 60_000),
      attempts: whole('deliveries.attempts', options.deliveries?.attempts, 6, 1, 100),
      timeoutMs: whole('deliveries.timeoutMs', options.deliveries?.timeoutMs, 5_000, 1, 600_000),
    },
    changeEveryMs: whole('changeEveryMs', options.changeEveryMs, 0, 0, 86_400_000),
  };
}

function whole(name: string, value: number | undefined, fallback: number, low: number, high: number): number {
  const number = value ?? fallback;
  if (Number.isInteger(number) && number >= low && number <= high) return number;
  throw new RangeError(`${name} must be a whole number from ${low} to ${high}, not ${number}`);
}
