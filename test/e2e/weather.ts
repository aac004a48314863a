import type { Sandbox } from '../../src/sandbox/index.ts';

/** Three in ten answers of both platforms go wrong in a storm. */
const SHARE = 0.3;
const FAULTS = [
  { kind: 'status', status: 429 },
  { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'status', status: 503 },
  { kind: 'reset' },
  { kind: 'halfJson' },
  { kind: 'hang' },
] as const;

/** How long an operation may take in a storm, in milliseconds. */
export const DEADLINE_MS = 5_000;

/** Settings of a gateway that stands in a storm: what is asked is asked of the platforms, again and again, and an old value helps out. */
export const STORM_SETTINGS: Readonly<Record<string, string>> = {
  CACHE: 'on',
  CACHE_CLIENTS_SECONDS: '1',
  CACHE_PLANS_SECONDS: '1',
  CACHE_STALE_SECONDS: '0',
  CACHE_STALE_IF_ERROR_SECONDS: '2',
  CACHE_RESPONSE_SECONDS: '1',
  OPERATION_TIMEOUT_MS: String(DEADLINE_MS),
  UPSTREAM_RETRIES: '3',
  UPSTREAM_RETRY_BASE_MS: '20',
  UPSTREAM_BREAKER_REST_MS: '200',
  PLANNR_RATE_PER_MINUTE: '100000',
};

/** Lets a storm begin over both platforms. */
export function beginStorm({ dynamicPlanner, plannr }: Sandbox): void {
  const each = 1 - (1 - SHARE) ** (1 / FAULTS.length);
  for (const platform of [dynamicPlanner, plannr])
    for (const fault of FAULTS) platform.addFault({ ...fault, probability: each });
}
