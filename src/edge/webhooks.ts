import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isSigned, type SignatureRule } from '../guard/signatures/index.ts';
import { LogUnavailable } from '../platform/events/index.ts';
import type { System } from '../platform/system.ts';
import { isTooDeep } from './json-body.ts';

/** One who posts events and signs them. `E` is an event as it is kept. */
export interface WebhookSender<E> {
  readonly rule: SignatureRule;
  /** Asked for with each request: some are known only later. With none, everything is refused. */
  secrets(): readonly string[];
  /** The event in a body. @returns null for a body that is none */
  read(json: unknown, raw: Buffer): E | null;
}

/** The doors for events of the platforms. */
export interface WebhookOptions<E> {
  /** Gives who posts for a subscription, null for one that is not known; null where nobody posts. */
  readonly dynamicPlanner: ((subscriptionId: string) => WebhookSender<E> | null) | null;
  readonly plannr: WebhookSender<E> | null;
  /**
   * Takes events: when it resolves they are durable. One that was taken before is no fault.
   * @throws LogUnavailable where they can't be kept: the sender is to come again
   */
  accept(events: readonly E[]): Promise<void>;
  /** The largest body, in bytes. */
  readonly bodyBytes: number;
  /** Told what each request was answered; nothing of what it held. */
  readonly onAnswer?: ((system: System, status: number) => void) | undefined;
}

/** When a sender may come again after events could not be kept, in seconds. */
const RETRY_AFTER = '5';

const TEXT = new TextDecoder('utf-8', { fatal: true });

/**
 * `POST /webhooks/dynamic-planner/{subscriptionId}` and `POST /webhooks/plannr`: 204 for an event that is kept, also when it comes again; 404
 * where nobody is to post, 413 too large, 401 not rightly signed, 400 no event, 503 can't be kept now. Answers have no body: a stranger
 * learns nothing but the status. Their own scope leaves all other doors' bodies alone: what is signed are the bytes, not what they mean.
 */
export async function webhookDoors<E>(app: FastifyInstance, options: WebhookOptions<E>): Promise<void> {
  const { dynamicPlanner, plannr, bodyBytes, onAnswer } = options;
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytes }, (_request, body, done) => {
      done(null, body);
    });
    const fallback = scope.errorHandler;
    scope.setErrorHandler((error: { statusCode?: number }, request, reply) => {
      const status = error.statusCode ?? 500;
      return status < 500 ? reply.code(status).send() : fallback.call(scope, error as never, request, reply);
    });

    const door = (url: string, system: System, senderOf: (request: FastifyRequest) => WebhookSender<E> | null) => {
      const onResponse = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> =>
        onAnswer?.(system, reply.statusCode);
      const onRequest = async (request: FastifyRequest, reply: FastifyReply) =>
        senderOf(request) === null ? reply.code(404).send() : undefined;
      scope.post(url, { onRequest, onResponse }, async (request, reply) => {
        const sender = senderOf(request);
        if (sender === null) return reply.code(404).send();
        return reply.code(await take(request, reply, sender)).send();
      });
    };

    /** The status of the answer. */
    const take = async (request: FastifyRequest, reply: FastifyReply, sender: WebhookSender<E>): Promise<number> => {
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      if (!isSigned(raw, request.raw.headersDistinct, sender.rule, sender.secrets())) return 401;
      const event = sender.read(jsonOf(raw), raw);
      if (event === null) return 400;
      try {
        await options.accept([event]);
        return 204;
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error;
        void reply.header('retry-after', RETRY_AFTER);
        return 503;
      }
    };

    door('/webhooks/dynamic-planner/:subscriptionId', 'DYNAMIC_PLANNER', ({ params }) => {
      const { subscriptionId = '' } = params as { subscriptionId?: string };
      return dynamicPlanner?.(subscriptionId) ?? null;
    });
    door('/webhooks/plannr', 'PLANNR', () => plannr);
  });
}

/** The JSON of these bytes; undefined, which no JSON is, where they are none or nested beyond all measure. */
function jsonOf(raw: Buffer): unknown {
  try {
    const text = TEXT.decode(raw);
    return isTooDeep(text) ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
