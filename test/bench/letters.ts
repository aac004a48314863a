import { signature } from '../../src/sandbox/deliveries/signature.ts';
import type { DpEvent } from '../../src/sandbox/index.ts';
import { readContract } from '../../src/sources/dynamic-planner/contract.ts';
import { wantedSubscriptions } from '../../src/sources/dynamic-planner/contract-webhooks.ts';

/** What the events of the bench are signed with. */
export const SECRET = 'a secret of the bench alone 0123456789';

const read = readContract({});
const wanted = 'contract' in read ? [...wantedSubscriptions(read.contract.webhooks).values()] : [];

/** What Dynamic Planner posts for an event. */
export function signedLetter({ id, topic, ...rest }: DpEvent) {
  const subscriptionId = wanted.find((subscription) => subscription.topic === topic)?.id;
  const body = Buffer.from(JSON.stringify({ id, topic, subscriptionId, ...rest }));
  return {
    path: `/webhooks/dynamic-planner/${subscriptionId}`,
    headers: {
      'content-type': 'application/json',
      'x-hub-signature': `sha256=${signature('sha256', SECRET, body)}`,
    },
    body,
  };
}
