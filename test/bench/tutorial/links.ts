import { DynamicPlannerApi } from './dynamic-planner.ts';
import { PlannrApi } from './plannr.ts';

/** Which account is which person; read once at the start, as the gateway's is. */
export interface Links {
  readonly clientOf: ReadonlyMap<string, string>;
  readonly accountsOf: ReadonlyMap<string, readonly string[]>;
  /** People in both platforms together. */
  readonly people: number;
}

/** Reads all people of both platforms. */
export async function readLinks(): Promise<Links> {
  const ids = new Set((await new DynamicPlannerApi().getAllClients()).map(({ id }) => id));
  const accounts = await new PlannrApi().getAllAccounts();
  const clientOf = new Map<string, string>();
  const accountsOf = new Map<string, string[]>();
  for (const { uuid, external_references } of accounts) {
    const named = new Set(external_references.map(({ reference }) => reference).filter((id) => ids.has(id)));
    const [id] = named;
    if (id === undefined || named.size > 1) continue;
    clientOf.set(uuid, id);
    accountsOf.set(id, [...(accountsOf.get(id) ?? []), uuid]);
  }
  return { clientOf, accountsOf, people: ids.size + accounts.length - clientOf.size };
}
