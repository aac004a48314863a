import type { CallScope } from '../../platform/operation.ts';
import { isItem } from '../../platform/wire.ts';
import { idIn } from '../event-parts.ts';
import type { Write } from './writer.ts';

/** What is sent, by the platform's names. */
export type Body = Readonly<Record<string, unknown>>;

/** The most valuations of one upload (platform documentation). */
export const MOST_VALUATIONS = 1_000;

/** Writes of plans and their valuations. All throw UpstreamError, and RejectedWrite where the platform does not accept what was sent. */
export function planWrites(write: Write) {
  const path = (uuid: string): string => `/api/v1/plans/${encodeURIComponent(uuid)}`;
  return {
    /** Makes a plan, a new one each time. @returns its uuid; null where the answer does not tell it */
    create: async (scope: CallScope, body: Body): Promise<string | null> =>
      uuidIn(await write(scope, 'POST', '/api/v1/plans', body)),

    /** Changes what the body holds (the path is inferred). */
    update: async (scope: CallScope, uuid: string, body: Body): Promise<void> => {
      await write(scope, 'PUT', path(uuid), body);
    },

    /** Sets the owners, and nothing else. */
    setOwners: async (scope: CallScope, uuid: string, accounts: readonly Body[]): Promise<void> => {
      await write(scope, 'PUT', `${path(uuid)}/ownership`, { accounts });
    },

    /**
     * Records valuations, all or none of them.
     * @param reference names the upload
     * @returns their uuids, as far as the answer tells them
     */
    record: async (scope: CallScope, reference: string, valuations: readonly Body[]): Promise<string[]> => {
      const told = await write(scope, 'POST', '/api/v2/valuations/bulk', {
        valuations,
        bulk_reference_uuid: reference,
      });
      return (Array.isArray(told) ? told : []).flatMap((one) => uuidIn(one) ?? []);
    },
  };
}

function uuidIn(item: unknown): string | null {
  return isItem(item) ? (idIn(item.uuid) ?? null) : null;
}
