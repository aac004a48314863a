import pLimit from 'p-limit';
import { chunked } from '../../platform/batch.ts';
import { Kept } from '../../platform/kept.ts';
import type { CallScope } from '../../platform/operation.ts';
import { isItem, type Wire } from '../../platform/wire.ts';
import { NOTHING } from '../../sources/found.ts';
import type { Sources } from '../../sources/index.ts';
import { type AccountReferences, candidatesOf, type KnownPeople, type LinkEntry, LinkTable } from './link-table.ts';

/** How many ids are checked with one call, and calls under way at once: a background job must not push callers aside. */
const CHECK_CHUNK = 100;
const CHECKS_IN_FLIGHT = 4;

/** What keeping the link index takes. */
export interface LinkOptions {
  readonly sources: Sources;
  /** A scope for each call of the background job. */
  readonly background: () => CallScope;
  readonly onError: (what: string, error: unknown) => void;
  readonly onLinks: (table: LinkTable) => void;
  /** Reads the links file; empty where there is none. */
  readonly linkEntries: () => Promise<readonly LinkEntry[]>;
  readonly linkThirdParties?: readonly string[] | undefined;
  readonly linkRefreshMs: number;
}

/** The shortest time between two loads that unknown accounts ask for, in milliseconds. */
const ON_DEMAND_MS = 60_000;
/** After so long it is checked anew whether people still exist, in milliseconds. */
const RECHECK_MS = 3_600_000;

/** The kept link table. */
export class LinkIndex extends Kept<LinkTable> {
  #strangers = new Set<string>();
  #askedAt = Number.NEGATIVE_INFINITY;

  /** Resolves when the index knows an account, or was loaded since it was asked for: it may be a new one. */
  async knows(uuid: string): Promise<void> {
    await this.arrived;
    if (this.current?.has(uuid)) return;
    this.askAgainFor(uuid);
    await this.settled();
  }

  /** Loads the index anew for an account that it does not hold: once for each account, since not every account is a client's. */
  askAgainFor(uuid: string): void {
    if (this.#strangers.has(uuid) || performance.now() - this.#askedAt < ON_DEMAND_MS) return;
    this.#strangers.add(uuid);
    this.#askedAt = performance.now();
    void this.refresh();
  }
}

/**
 * The index that says which Plannr account is which Dynamic Planner person; null without Plannr. It is made from all accounts' external
 * references and the links file, and can be used as soon as the accounts are read; which of the named people exist is checked behind
 * that. On later refreshes the table at hand stays until the new one is checked.
 */
export function keepLinks(options: LinkOptions): LinkIndex | null {
  const { sources, linkEntries, linkThirdParties, background } = options;
  const { plannr } = sources;
  if (plannr === null) return null;
  return new LinkIndex({
    refreshMs: options.linkRefreshMs,
    onError: (error) => options.onError('link index', error),
    load: async (previous, publish) => {
      const accounts = (await plannr.accounts.allClients(background())).map(referencesOf);
      const candidates = candidatesOf(accounts, await linkEntries(), linkThirdParties);
      const named = [...new Set([...candidates.values()].flat())];
      const at = Date.now();
      const known = previous !== undefined && at - previous.checkedAt < RECHECK_MS ? previous.people : new Map();
      if (previous === undefined) publish(new LinkTable(accounts, candidates, new Map(), at));
      const { people, failure } = await checked(options, named, known);
      const checkedAt = known.size > 0 ? (previous?.checkedAt ?? at) : at;
      const table = new LinkTable(accounts, candidates, people, checkedAt);
      publish(table);
      // What could not be checked is asked again soon, not only with the next load.
      if (failure !== undefined) throw failure;
      options.onLinks(table);
      return table;
    },
  });
}

function referencesOf(account: Wire): AccountReferences {
  const list = Array.isArray(account.item.external_references) ? account.item.external_references : [];
  return {
    uuid: String(account.item.uuid),
    references: list.flatMap((entry) =>
      isItem(entry) && typeof entry.reference === 'string'
        ? [{ reference: entry.reference, thirdParty: typeof entry.third_party === 'string' ? entry.third_party : null }]
        : [],
    ),
  };
}

/** Asks Dynamic Planner which of these ids are people; what is known is not asked again. Where it can't be asked the rest stays open. */
async function checked(
  { sources: { dynamicPlanner }, background }: LinkOptions,
  ids: readonly string[],
  known: KnownPeople,
): Promise<{ people: KnownPeople; failure?: unknown }> {
  const people = new Map(ids.flatMap((id) => (known.has(id) ? [[id, known.get(id) ?? null] as const] : [])));
  const limit = pLimit(CHECKS_IN_FLIGHT);
  let failure: unknown;
  const check = async (chunk: readonly string[]): Promise<void> => {
    if (failure !== undefined) return;
    try {
      const found = dynamicPlanner === null ? NOTHING : await dynamicPlanner.crm.clients(background(), chunk);
      const byId = new Map(found.items.map(({ item }) => [String(item.id).toLowerCase(), String(item.id)]));
      for (const id of chunk) if (!found.failed.has(id)) people.set(id, byId.get(id) ?? null);
      [failure] = found.failed.values();
    } catch (error) {
      failure = error;
    }
  };
  // Without a service account nobody can be asked: each named person then shows to who can read them.
  if (dynamicPlanner !== null && !dynamicPlanner.hasServiceAccount) return { people };
  const open = ids.filter((id) => !people.has(id));
  await Promise.all(chunked(open, CHECK_CHUNK).map((chunk) => limit(() => check(chunk))));
  return { people, ...(failure === undefined ? {} : { failure }) };
}
