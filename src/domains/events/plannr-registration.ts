import type { Log } from '../../platform/log.ts';
import type { CallScope } from '../../platform/operation.ts';
import type { Plannr } from '../../sources/plannr/index.ts';
import type { ToldSecrets } from './told-secrets.ts';

/** Where Plannr posts its events. */
export const plannrUrl = (publicUrl: string): string => `${publicUrl}/webhooks/plannr`;

/** What registering with Plannr takes. */
export interface PlannrRegistrationOptions {
  /** The gateway's own address, without a slash at its end. */
  readonly publicUrl: string;
  /** The events that are wanted, by name. */
  readonly events: readonly string[];
  /** Takes and holds what Plannr signs with. */
  readonly told: ToldSecrets;
  /** Whether a secret was set by hand: then a subscription whose secret was never told here may be the one that it is of. */
  readonly hasSecret: boolean;
  readonly background: () => CallScope;
  /** Told of what differed. Never of a secret. */
  readonly log: Log;
}

/** No route that takes subscriptions away is documented: where secrets are lost again and again, they must not become ever more. */
const MOST = 3;

const SYSTEM = 'PLANNR';
const WHAT_TO_DO =
  'delete it in Plannr, or set PLANNR_WEBHOOK_SECRET to its signing_secret: until then what it posts here is refused';

/** Sees to it that Plannr posts its events here, signed with a secret that is known. What else it posts here is left as it is. */
export async function registerWithPlannr(
  { webhooks }: Pick<Plannr, 'webhooks'>,
  { publicUrl, events, told, hasSecret, background, log }: PlannrRegistrationOptions,
): Promise<void> {
  const url = plannrUrl(publicUrl);
  await told.recall();
  const ours = (await webhooks.list(background())).filter((one) => one.url === url);
  await told.keepOnly(new Set(ours.map(({ uuid }) => uuid)));
  for (const { uuid, signingSecret } of ours) if (signingSecret !== null) await told.add(uuid, signingSecret);
  // Another node may have made one since.
  if (ours.some(({ uuid }) => told.of(uuid) === undefined)) await told.recall();
  // One whose secret is known is the one to keep right; one that is none's is told of below.
  const first = ours.find(({ uuid }) => told.of(uuid) !== undefined) ?? (hasSecret ? ours[0] : undefined);
  const lost = hasSecret ? [] : ours.filter(({ uuid }) => told.of(uuid) === undefined);
  for (const { uuid } of lost)
    log.warn({ system: SYSTEM, subscription: uuid }, `what a subscription signs with is not known here: ${WHAT_TO_DO}`);
  if (first === undefined) {
    if (ours.length >= MOST)
      log.warn({ system: SYSTEM, count: ours.length }, 'no further subscription to events is registered beside these');
    else await create();
    return;
  }
  const about = { system: SYSTEM, subscription: first.uuid };
  const usable = ours.filter((one) => !lost.includes(one));
  const missing = events.filter((event) => !usable.some((one) => one.events.includes(event)));
  if (missing.length > 0) {
    await webhooks.update(background(), { ...first, events: [...first.events, ...missing] });
    log.warn({ ...about, missing }, 'a subscription to events differed and was put right');
  }
  if (usable.length > 1) log.warn({ ...about, count: usable.length }, 'several subscriptions post here: one is enough');

  async function create(): Promise<void> {
    const made = await webhooks.create(background(), url, events);
    log.info({ system: SYSTEM, subscription: made?.uuid }, 'a subscription to events was registered');
    if (made?.signingSecret) {
      await told.add(made.uuid, made.signingSecret);
      // Where nodes have each made one at one time, all of them know the one that was noted first: what it posts gets in anywhere.
      await told.recall();
    } else if (!hasSecret)
      log.warn(
        { system: SYSTEM, subscription: made?.uuid },
        'the platform does not say what its events are signed with: none is accepted until PLANNR_WEBHOOK_SECRET is set',
      );
  }
}
