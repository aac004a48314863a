import { SYSTEMS } from '../../platform/system.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import type { PlatformModel } from './model.ts';

/** What the gateway tells of itself. */
export interface KeepOptions {
  readonly version: string;
  /** Whether the platforms are the built-in sandbox. */
  readonly isSandbox: boolean;
}

/** What the report on links is made of. */
export interface LinkFacts {
  readonly accountCount: number;
  readonly linkedCount: number;
  readonly conflicts: readonly string[];
  readonly refreshedAt: Date;
}

export const keep = ({ version, isSandbox }: KeepOptions): KeepOptions => ({ version, isSandbox });

/** The gateway itself. */
export function open(
  operation: SourcedOperation,
  kept: { gateway: KeepOptions; clients: { readonly current: LinkFacts | undefined } | null },
  needs: { organisation: { visibility(): Promise<{ readonly everything: boolean }> } },
) {
  const { dynamicPlanner, plannr } = operation.sources;
  // Whether a platform can be reached changes without a word.
  operation.reads?.leaveOut();
  const states = { DYNAMIC_PLANNER: dynamicPlanner?.reachability, PLANNR: plannr?.reachability };
  return {
    version: kept.gateway.version,

    platforms: (): PlatformModel[] =>
      SYSTEMS.map((system) => ({
        system,
        status: states[system]?.state ?? 'NOT_CONFIGURED',
        isSandbox: kept.gateway.isSandbox,
      })),

    isLoaded: (): boolean => kept.clients?.current !== undefined,

    /** The facts on links; null before they are loaded, and for callers who do not see the whole firm. */
    async links(): Promise<LinkFacts | null> {
      return (await needs.organisation.visibility()).everything ? (kept.clients?.current ?? null) : null;
    },
  };
}
