import { within } from '../../platform/deadline.ts';
import type { Stack } from '../../platform/http/stack.ts';
import { type CacheUse, SourceCache } from '../caching.ts';
import { PlannrAccount } from './account-header.ts';
import { accounts } from './accounts.ts';
import { circles } from './circles.ts';
import { planWrites } from './plan-writes.ts';
import { plans } from './plans.ts';
import { PlannrReader } from './reader.ts';
import { webhookSubscriptions } from './webhook-subscriptions.ts';
import { writer } from './writer.ts';

/** What reaching Plannr takes. */
export interface PlannrOptions {
  readonly baseUrl: string;
  readonly accessToken: () => string;
  readonly accountUuid?: string | undefined;
  readonly stack: Stack;
  /** What is kept between operations; null where nothing is. */
  readonly cache?: CacheUse | null;
}

/** Plannr's CRM API, one client for each kind of thing. */
export type Plannr = ReturnType<typeof createPlannr>;

export function createPlannr({ baseUrl, accessToken, accountUuid, stack, cache = null }: PlannrOptions) {
  // The token and the media types (platform documentation).
  const headers = () => ({ accept: 'application/json', authorization: `Bearer ${accessToken()}` });
  const account = new PlannrAccount(stack.sendWith(headers), baseUrl, accountUuid);
  const send = stack.sendWith(async ({ scope: own }) => ({
    ...headers(),
    'x-plannr-account-uuid': await within(account.uuid(own), own.deadline.shareOfOneCall(), own.signal),
  }));
  const kept = new SourceCache('PLANNR', cache, [baseUrl, accessToken(), accountUuid ?? '']);
  const reader = new PlannrReader(baseUrl, send, kept);
  const write = writer(baseUrl, send);
  return {
    reachability: stack.reachability,
    accounts: accounts(reader),
    circles: circles(reader),
    plans: { ...plans(reader), ...planWrites(write) },
    webhooks: webhookSubscriptions(reader, write),
  };
}
