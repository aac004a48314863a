import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Log } from '../../platform/log.ts';
import type { Notes } from '../../platform/notes.ts';
import type { CallScope } from '../../platform/operation.ts';
import type { WantedSubscription } from '../../sources/dynamic-planner/contract-webhooks.ts';
import type { DynamicPlanner } from '../../sources/dynamic-planner/index.ts';
import type { Subscription } from '../../sources/dynamic-planner/pubsub.ts';

/** What registering takes. */
export interface RegistrationOptions {
  /** The gateway's own address, without a slash at its end. */
  readonly publicUrl: string;
  /** The scope of one call or a few. */
  readonly background: () => CallScope;
  readonly notes: Notes;
  /** Told of what differed. Never of a secret. */
  readonly log: Log;
}

/** Where Dynamic Planner posts the events of one of its subscriptions. */
export const dynamicPlannerUrl = (publicUrl: string, id: string): string =>
  `${publicUrl}/webhooks/dynamic-planner/${id}`;

/** The note by which a new secret is recognised: the platform never says which one it has. */
const SIGNED = 'signed';

/** What stands for a secret in the notes. Slow on purpose: secrets that people choose can be guessed. */
async function fingerprintOf(secret: string): Promise<string> {
  const digest = (await promisify(scrypt)(secret, 'wealthgraph webhook secret', 24)) as Buffer;
  return digest.toString('base64url');
}

/**
 * Sees to it that Dynamic Planner has every wanted subscription as it is to be: only those that differ are written.
 * @param subscriptions what the platform has
 * @param secret what they are to sign with
 * @throws UpstreamError of the first that could not be written; the others are written all the same
 */
export async function registerWithDynamicPlanner(
  { pubsub }: Pick<DynamicPlanner, 'pubsub'>,
  subscriptions: readonly Subscription[],
  wanted: ReadonlyMap<string, WantedSubscription>,
  secret: string,
  { publicUrl, background, notes, log }: RegistrationOptions,
): Promise<void> {
  const fingerprint = await fingerprintOf(secret);
  const isSigned = (await notes.read())[SIGNED] === fingerprint;
  const present = new Map(subscriptions.map((one) => [one.id, one]));
  const results = await Promise.allSettled(
    [...wanted.values()].map(async ({ id, topic, signature: { algorithm } }) => {
      const input = { id, topic, callbackUrl: dynamicPlannerUrl(publicUrl, id), hmac: { algorithm, secret } };
      const before = present.get(id);
      const differs = before === undefined ? [] : differences(before, { ...input, algorithm });
      if (before !== undefined && differs.length === 0 && isSigned) return;
      await pubsub.putSubscription(background(), input);
      const about = { system: 'DYNAMIC_PLANNER', subscription: id, topic };
      if (before === undefined) log.info(about, 'a subscription to events was registered');
      else if (differs.length > 0)
        log.warn({ ...about, differs }, 'a subscription to events differed and was put right');
      else log.info(about, 'a subscription to events was given the secret');
    }),
  );
  for (const { id, callbackUrl } of subscriptions)
    if (callbackUrl?.startsWith(dynamicPlannerUrl(publicUrl, '')) && !wanted.has(id))
      log.warn({ system: 'DYNAMIC_PLANNER', subscription: id }, 'a subscription posts here that is not known here');
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  if (!isSigned) await notes.write({ [SIGNED]: fingerprint });
}

/** Names of what differs. What the platform does not say counts as right: writing it again would change nothing. */
function differences(
  { topic, callbackUrl, algorithm, status }: Subscription,
  wanted: { readonly topic: string; readonly callbackUrl: string; readonly algorithm: string },
): string[] {
  const compared = [
    ['topic', topic, wanted.topic],
    ['callbackUrl', callbackUrl, wanted.callbackUrl],
    ['algorithm', algorithm, wanted.algorithm],
    ['status', status, 'active'],
  ] as const;
  return compared.flatMap(([name, has, should]) => (has === null || has === should ? [] : [name]));
}
