import type { UpstreamError } from '../../../platform/errors.ts';
import type { Intents } from '../../../platform/intents/index.ts';
import type { Ref } from '../../../platform/relay/ids.ts';
import type { Wire } from '../../../platform/wire.ts';
import type { PlanModel } from '../model.ts';

/** What writing plans needs: the domains past everything that is kept. */
export interface PlanWriteNeeds {
  readonly plans: {
    /** Null where there is none that the caller may see. */
    byGlobalId(id: string): Promise<PlanModel | null>;
    /** Plannr's record of a plan that the caller may see by its owners there. */
    plannrRecord(uuid: string): Promise<Wire | null>;
  };
  readonly clients: {
    /** Null where there is none that the caller may see; with problems where another record stands in for the real one. */
    byRef(ref: Ref): Promise<{ readonly ref: Ref; readonly problems?: readonly UpstreamError[] } | null>;
    accountsOf(ref: Ref): Promise<readonly string[]>;
    directory(): Promise<{ refOfAccount(uuid: string): Ref }>;
  };
  readonly organisation: {
    visibility(): Promise<{
      readonly everything: boolean;
      readonly plannrAlone: boolean;
      readonly units: readonly string[];
    }>;
  };
}

/** What is kept for writing. */
export interface PlanWriteKept {
  readonly plans: { readonly intents: Intents };
}
