import { createHash } from 'node:crypto';
import { decodeJwt, type JWTPayload } from 'jose';
import type { Caller } from '../../platform/caller.ts';
import { SCOPES } from '../scopes/index.ts';
import { unauthenticated } from './token.ts';

/** What is the gateway's own and no platform's to grant. */
const NOT_GRANTED: ReadonlySet<string> = new Set(['metrics:read', 'explain:read']);

/**
 * The caller of a token that goes on to Dynamic Planner, which decides by it what is visible and what may be written.
 * @param token text of any form; a JWT that has expired is refused here, the rest is the platform's to judge
 * @param claims what was verified of it; undefined where nothing could be
 * @param network where it comes from
 */
export function passthroughCaller(token: string, claims: JWTPayload | undefined, network: string): Caller {
  const read = claims ?? readable(token);
  if (read?.exp !== undefined && read.exp * 1_000 < Date.now())
    throw unauthenticated('The token has expired: get a new one.');
  return {
    // An unverified name could be anyone's: the token itself tells callers apart.
    subject: `token:${createHash('sha256').update(token).digest('base64url')}`,
    unrestricted: false,
    isPassthrough: true,
    ...(typeof read?.sub === 'string' && { namedByToken: read.sub }),
    ...(claims === undefined && { unverifiedFrom: network }),
    organisationUnitIds: [],
    employeeId: claims !== undefined && typeof claims.employeeId === 'string' ? claims.employeeId : null,
    roles: [],
    scopes: SCOPES.filter((scope) => !NOT_GRANTED.has(scope)),
  };
}

/** The claims of a token as it says them itself; undefined where it is no JWT. */
export function readable(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}
