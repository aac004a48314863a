/** Of refusals and failures; 400 where nothing else stands here. What may be tried again later is said to clients by 429 and 503. */
const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BUDGET_EXCEEDED: 429,
  UPSTREAM_RATE_LIMITED: 429,
  UPSTREAM_REJECTED: 502,
  UPSTREAM_INVALID_DATA: 502,
  UPSTREAM_UNAVAILABLE: 503,
  UPSTREAM_TIMEOUT: 504,
  TOO_MANY_SUBSCRIPTIONS: 429,
  TOO_MANY_TABLES: 429,
  GOING_AWAY: 503,
};

/** The HTTP status of a refusal or a failure. */
export function statusOf(code: string): number {
  return STATUS[code] ?? 400;
}
