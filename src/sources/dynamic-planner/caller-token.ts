import { UpstreamError } from '../../platform/errors.ts';
import type { TokenSource } from '../../platform/http/withAuth.ts';

/**
 * The caller's own token where the operation has one, else the service account's. A caller's token is never renewed here: that is between
 * the caller and the platform.
 * @param service null where there is no service account: then nothing is asked but on behalf of a caller
 */
export function callerTokenOr(service: TokenSource | null): TokenSource {
  return {
    async token(scope) {
      if (scope.upstreamToken !== undefined) return scope.upstreamToken;
      if (service !== null) return service.token(scope);
      throw new UpstreamError(
        'UPSTREAM_REJECTED',
        { system: 'DYNAMIC_PLANNER' },
        'can be asked only with a token of the caller.',
      );
    },
    refused: (token, scope) => scope.upstreamToken === undefined && (service?.refused(token, scope) ?? false),
  };
}
