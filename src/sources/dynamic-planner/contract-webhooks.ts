import { z } from 'zod';

const signature = z.strictObject({
  /** The header that the signature stands in. */
  header: z.string().regex(/^[\w-]+$/),
  algorithm: z.enum(['sha256', 'sha1']),
  /** What stands before the digest; the algorithm's name and `=` where this is left out. */
  prefix: z.string().max(64).optional(),
  /** How the digest is written: `HEX` is in upper case. */
  encoding: z.enum(['hex', 'HEX', 'base64']),
});

/** How Dynamic Planner posts events, and for which subscriptions of this gateway: designed, unverified. */
export const webhooks = z.strictObject({
  /** How subscriptions sign, where they do not say otherwise. */
  signature,
  /** The subscriptions by their ids, which never change; null for one that is not wanted. */
  subscriptions: z.record(
    z.string().regex(/^[\w-]{1,64}$/, 'must be an id of letters, digits, - and _'),
    z
      .strictObject({ topic: z.string().regex(/^[\w.-]{1,128}$/), signature: signature.partial().optional() })
      .nullable(),
  ),
});

/** The webhooks' part of a contract. */
export type WebhookContract = z.infer<typeof webhooks>;

const TOPICS = [
  'client.created',
  'client.updated',
  'client.deleted',
  'client.document.created',
  'relationship.updated',
  'finance.updated',
  'valuation.created',
  'results.updated',
];

/** The defaults: one subscription for each topic, signed as WebSub has it. */
export const DEFAULT_WEBHOOKS: WebhookContract = {
  signature: { header: 'x-hub-signature', algorithm: 'sha256', encoding: 'hex' },
  subscriptions: Object.fromEntries(
    TOPICS.map((topic, index) => [`5b000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`, { topic }]),
  ),
};

/** A subscription that this gateway wants, and how what it is sent is signed. */
export interface WantedSubscription {
  readonly id: string;
  readonly topic: string;
  readonly signature: WebhookContract['signature'] & { readonly prefix: string };
}

/** The subscriptions of a contract, by id. */
export function wantedSubscriptions(contract: WebhookContract): ReadonlyMap<string, WantedSubscription> {
  const all = Object.entries(contract.subscriptions).flatMap(([id, subscription]): WantedSubscription[] => {
    if (subscription === null) return [];
    const general = contract.signature;
    const {
      header = general.header,
      algorithm = general.algorithm,
      encoding = general.encoding,
      prefix,
    } = subscription.signature ?? {};
    // A prefix names an algorithm: that of another one must not stay behind.
    const inherited = algorithm === general.algorithm ? general.prefix : undefined;
    const signature = { header, algorithm, encoding, prefix: prefix ?? inherited ?? `${algorithm}=` };
    return [{ id, topic: subscription.topic, signature }];
  });
  return new Map(all.map((one) => [one.id, one]));
}
