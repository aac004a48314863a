import type { FastifyRequest } from 'fastify';
import { assertScopes } from '../../guard/scopes/index.ts';
import type { Caller } from '../../platform/caller.ts';
import { CodedError } from '../../platform/errors.ts';

/**
 * Whether tables may be read by this request at all; what stands in them takes the scopes that it takes in the graph. A browser keeps the
 * name and password that it was told and sends them along for any page that names our address in an image or a script: that could read nothing, but
 * would cost the caller a table (W3C Fetch Metadata).
 * @throws CodedError FORBIDDEN
 */
export function assertMayRead({ headers }: FastifyRequest, caller: Caller, what: string): void {
  assertScopes(caller, what, [['tables:read']]);
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] === 'no-cors')
    throw new CodedError('FORBIDDEN', 'A page of another site can not have tables in its images and scripts.');
}
