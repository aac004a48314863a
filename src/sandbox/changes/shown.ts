import type { SandboxData } from '../data.ts';
import { dpId } from '../people/ids.ts';

const SHOWN = 10;

/** The first people, whose figures the documentation shows: they stay as they are unless someone asks. */
export function shownPeople({ dynamicPlanner, plannr, dpClientOf }: SandboxData): { hasFigure(id: string): boolean } {
  const people = new Set(Array.from({ length: SHOWN }, (_, place) => dpId('client', place + 1)));
  const isShown = (accountUuid: string): boolean => {
    const account = plannr.accounts.get(accountUuid);
    return account !== undefined && people.has(dpClientOf(account) ?? '');
  };
  return {
    /** Whether this is a finance or plan of one of them. */
    hasFigure(id) {
      const owners = dynamicPlanner.finances.get(id)?.owners ?? [];
      const accounts = plannr.plans.get(id)?.accounts ?? [];
      return (
        owners.some(({ clientId }) => people.has(clientId)) ||
        accounts.some(({ account_uuid }) => isShown(account_uuid))
      );
    },
  };
}
