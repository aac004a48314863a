import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Caller } from '../../platform/caller.ts';
import { CodedError } from '../../platform/errors.ts';
import { isOutage, issuerKeys } from './issuer-keys.ts';

/** Whose tokens are accepted. */
export interface TokenOptions {
  readonly issuer: string;
  /** Undefined where the token is another service's, which checks that itself. */
  readonly audience?: string | undefined;
  readonly jwksUrl?: string | undefined;
  /** Signatures that are accepted: asymmetric ones only, so that nobody can sign with a public key (RFC 8725 section 3.1). */
  readonly algorithms?: readonly string[] | undefined;
}

const DEFAULT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const CLOCK_SKEW_S = 30;

/**
 * What a token may say that it is, in lower case: nothing, a JWT, or an access token (RFC 9068 section 4). The issuer signs other things
 * with the same keys, such as logout tokens (RFC 8725 section 3.11).
 */
const ACCESS_TYPES: readonly unknown[] = [undefined, 'jwt', 'at+jwt'];

/**
 * Verifies tokens by the issuer's keys, which are fetched when they are first needed, kept, and fetched anew for a key that is not among them.
 * @returns gives a token's claims; throws CodedError UNAUTHENTICATED, or UPSTREAM_UNAVAILABLE where the keys can't be had
 */
export function tokenVerifier({ issuer, audience, jwksUrl, algorithms = DEFAULT_ALGORITHMS }: TokenOptions) {
  const keys = issuerKeys(issuer, jwksUrl);
  const expected: JWTVerifyOptions = {
    issuer,
    ...(audience === undefined ? {} : { audience }),
    algorithms: [...algorithms],
    clockTolerance: CLOCK_SKEW_S,
    requiredClaims: ['exp', 'sub'],
  };
  return async (token: string): Promise<JWTPayload> => {
    const { payload, protectedHeader } = await jwtVerify(token, keys, expected).catch((error) => {
      throw tokenError(error);
    });
    if (!ACCESS_TYPES.includes(typeOf(protectedHeader.typ)))
      throw unauthenticated('The token is no access token: its header `typ` says that it is something else.');
    return payload;
  };
}

/** The claims that count; a claim of the wrong shape gives nothing. */
export function callerOf(claims: JWTPayload): Caller {
  return {
    subject: claims.sub ?? '',
    unrestricted: false,
    organisationUnitIds: strings(claims.organisationUnitIds),
    employeeId: typeof claims.employeeId === 'string' ? claims.employeeId : null,
    roles: strings(claims.roles),
    scopes: typeof claims.scope === 'string' ? claims.scope.split(' ').filter(Boolean) : [],
  };
}

function strings(claim: unknown): string[] {
  return Array.isArray(claim) ? claim.filter((entry) => typeof entry === 'string') : [];
}

/** A media type without the prefix that may be left out (RFC 7515 section 4.1.9). */
function typeOf(typ: unknown): unknown {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : typ;
}

function tokenError(error: unknown): CodedError {
  if (error instanceof errors.JWTExpired) return unauthenticated('The token has expired: get a new one.');
  if (error instanceof errors.JWTClaimValidationFailed)
    return unauthenticated(`The token's claim \`${error.claim}\` is not the one that this gateway expects.`);
  if (isOutage(error))
    return new CodedError(
      'UPSTREAM_UNAVAILABLE',
      "The token issuer's keys can't be had at the moment.",
      {},
      { cause: error },
    );
  return unauthenticated('The token is not one of the issuer, or its signature does not fit.');
}

export function unauthenticated(message: string): CodedError {
  return new CodedError('UNAUTHENTICATED', message);
}
