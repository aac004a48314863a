import type { QueryResolvers } from '../../src/generated/graphql.ts';
import { upstreamErrorOf } from '../../src/platform/errors.ts';

export const Query: Partial<QueryResolvers> = {
  gateway: async (_, __, context, info) => {
    const { gateway } = context;
    // What the caller may see can't be told while the hierarchy is not loaded; what is up can.
    const facts = await gateway.links().catch((error: unknown) => {
      context.report(info, upstreamErrorOf(error));
      return null;
    });
    return {
      version: gateway.version,
      platforms: gateway.platforms(),
      links: {
        isLoaded: gateway.isLoaded(),
        accounts: facts?.accountCount ?? null,
        linked: facts?.linkedCount ?? null,
        conflicts: facts?.conflicts.length ?? null,
        refreshedAt: facts?.refreshedAt.toISOString() ?? null,
      },
    };
  },
};
