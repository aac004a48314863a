import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Admission, Guard } from '../guard/index.ts';
import { isLocalProgram } from '../guard/local.ts';
import { CodedError } from '../platform/errors.ts';
import { statusOf } from './status.ts';
import { inODataWords, isOData, refuseOData } from './tables/odata-errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on open and signed doors, and on doors for local programs where one of those asks. */
    admission: Admission | null;
  }
}

/** The doors that need no identity, by their routes. Every other one passes through the guard. */
export const OPEN_DOORS: ReadonlySet<string> = new Set([
  '/',
  '/health/live',
  '/health/ready',
  // The explorer's page holds no data; what it asks goes through /graphql.
  '/explorer',
  '/explorer/',
  '/explorer/*',
  '/explorer/initial_options.js',
]);

/**
 * Doors for the platforms' events. Who posts there has no identity and is given none: every request is proved by a signature over its bytes,
 * which the door checks before it looks into them (`webhooks.ts`), and can do nothing but say that something has happened.
 */
export const SIGNED_DOORS: ReadonlySet<string> = new Set([
  '/webhooks/dynamic-planner/:subscriptionId',
  '/webhooks/plannr',
]);

/**
 * Doors that a program on the gateway's own machine may pass without saying who it is; everyone else comes through the guard. Never where
 * proxies stand in front: all callers would come from there.
 */
export const LOCAL_DOORS: ReadonlySet<string> = new Set([
  // Figures without ids or names of people, for a collector beside the gateway.
  '/metrics',
]);

/** How doors are guarded. */
export interface DoorOptions {
  readonly guard: Guard;
  /** Whether proxies stand in front. */
  readonly isBehindProxy: boolean;
  /** Told of each refusal by its code. */
  readonly onRefusal: (code: string) => void;
}

/** Puts the guard before every door but the open and the signed ones: also before those that are added later. */
export function guardDoors(app: FastifyInstance, { guard, isBehindProxy, onRefusal }: DoorOptions): void {
  app.decorateRequest('admission', null);
  app.addHook('onRequest', async (request, reply) => {
    const { url } = request.routeOptions;
    if (url === undefined || OPEN_DOORS.has(url) || SIGNED_DOORS.has(url)) return undefined;
    try {
      const { socket, headersDistinct } = request.raw;
      const { remoteAddress } = socket;
      if (LOCAL_DOORS.has(url) && !isBehindProxy && isLocalProgram({ remoteAddress, headers: headersDistinct }))
        return undefined;
      // Whose socket has closed already has no address.
      request.admission = await guard.admit(headersDistinct, request.ip ?? 'gone');
      void reply.header('x-dt-traceid', request.admission.traceId);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      onRefusal(error.code);
      return refuse(reply, error);
    }
    return undefined;
  });
}

/** The admission of a request on a guarded door. */
export function admissionOf(request: { admission: Admission | null }): Admission {
  if (request.admission === null) throw new TypeError('a request came past the guard');
  return request.admission;
}

/** Answers a request that is not let in. */
export function refuse(reply: FastifyReply, error: CodedError): FastifyReply {
  const { code, message, details } = error;
  if (code === 'UNAUTHENTICATED') void reply.header('www-authenticate', challengeOf(reply));
  if (isOData(reply.request.routeOptions.url)) return refuseOData(reply, inODataWords(error), error);
  if (typeof details.retryAfter === 'number') void reply.header('retry-after', String(details.retryAfter));
  return reply.code(statusOf(code)).send({ errors: [{ message, extensions: { code, ...details } }] });
}

/**
 * What to send (RFC 9110, section 11.6.1). Doors of tables ask for a user name and a password too, as spreadsheets and browsers do for people
 * (RFC 7617); at `/graphql` that would make a browser ask in the middle of somebody's page.
 */
function challengeOf({ request }: FastifyReply): string {
  const isForPeople = /^\/(tables|odata)\b/.test(request.routeOptions.url ?? '');
  return isForPeople ? 'Bearer, Basic realm="Wealthgraph", charset="UTF-8"' : 'Bearer';
}
