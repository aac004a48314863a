import type { DynamicPlannerContract } from '../../sources/dynamic-planner/contract.ts';
import { wantedSubscriptions } from '../../sources/dynamic-planner/contract-webhooks.ts';
import { eventReader } from '../../sources/dynamic-planner/events.ts';
import type { ReceivedEvent } from '../../sources/event.ts';
import { eventOf } from '../../sources/plannr/events.ts';
import { SIGNATURE } from '../../sources/plannr/webhook-subscriptions.ts';

type Secrets = () => readonly string[];

/** Who posts for which of Dynamic Planner's subscriptions; null for one that the contract does not know. */
export function dynamicPlannerSenders(contract: DynamicPlannerContract, secrets: Secrets) {
  const wanted = wantedSubscriptions(contract.webhooks);
  const read = eventReader(contract);
  return (subscriptionId: string) => {
    const subscription = wanted.get(subscriptionId);
    if (subscription === undefined) return null;
    return { rule: subscription.signature, secrets, read: (json: unknown): ReceivedEvent | null => read(json) };
  };
}

/**
 * Who posts Plannr's events.
 * @param subscription what names the subscription: the address that is called
 */
export function plannrSender(subscription: string, secrets: Secrets) {
  return {
    rule: SIGNATURE,
    secrets,
    read: (json: unknown, raw: Buffer): ReceivedEvent | null => eventOf(json, { subscription, raw }),
  };
}
