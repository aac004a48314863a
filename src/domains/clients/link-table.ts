const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A client's account in Plannr and what its external references say. */
export interface AccountReferences {
  readonly uuid: string;
  readonly references: readonly { readonly thirdParty: string | null; readonly reference: string }[];
}

/** A link that somebody wrote down: this Plannr account is this Dynamic Planner person. */
export interface LinkEntry {
  readonly plannrAccount: string;
  readonly dynamicPlannerClient: string;
}

/** What is known of a value that may be the id of a Dynamic Planner person: the id as the platform writes it, or that there is none. */
export type KnownPeople = ReadonlyMap<string, string | null>;

/** Which Plannr account is which Dynamic Planner person. */
export class LinkTable {
  readonly #clientOf: ReadonlyMap<string, string>;
  readonly #accountsOf = new Map<string, string[]>();
  readonly #accounts: ReadonlySet<string>;
  /** Accounts that are nobody in Dynamic Planner, by uuid: their order in the list of clients. */
  readonly alone: readonly string[];
  /** Accounts that name two people: unlinked until that is put right. */
  readonly conflicts: readonly string[];
  readonly refreshedAt: Date;
  /** What was found out about the values that the accounts name. */
  readonly people: KnownPeople;
  /** When all of that was last checked, in milliseconds since 1970. */
  readonly checkedAt: number;

  constructor(
    accounts: readonly AccountReferences[],
    candidates: ReadonlyMap<string, readonly string[]>,
    people: KnownPeople,
    checkedAt = Date.now(),
  ) {
    const clientOf = new Map<string, string>();
    const conflicts: string[] = [];
    for (const { uuid } of accounts) {
      const named = existing(candidates.get(uuid) ?? [], people);
      const [only] = named;
      if (named.length > 1) conflicts.push(uuid);
      else if (only !== undefined) clientOf.set(uuid, only);
    }
    for (const [uuid, client] of clientOf) {
      const others = this.#accountsOf.get(client.toLowerCase());
      if (others === undefined) this.#accountsOf.set(client.toLowerCase(), [uuid]);
      else others.push(uuid);
    }
    this.#clientOf = clientOf;
    this.#accounts = new Set(accounts.map(({ uuid }) => uuid));
    this.alone = [...this.#accounts].filter((uuid) => !clientOf.has(uuid)).sort();
    this.conflicts = conflicts;
    this.people = people;
    this.checkedAt = checkedAt;
    this.refreshedAt = new Date();
  }

  /** The accounts of a Dynamic Planner person: all of them count. */
  accountsOf(clientId: string): readonly string[] {
    return this.#accountsOf.get(clientId.toLowerCase()) ?? [];
  }

  /** The Dynamic Planner person of an account; null where it is nobody there. */
  clientOf(accountUuid: string): string | null {
    return this.#clientOf.get(accountUuid) ?? null;
  }

  /** Whether the account was there when the table was made. */
  has(accountUuid: string): boolean {
    return this.#accounts.has(accountUuid);
  }

  get accountCount(): number {
    return this.#accounts.size;
  }

  get linkedCount(): number {
    return this.#clientOf.size;
  }
}

/**
 * The people that each account may name: UUID-shaped references of the third parties that mark a link, and entries of the links file.
 * @param thirdParties which third parties mark a link; undefined for any
 */
export function candidatesOf(
  accounts: readonly AccountReferences[],
  entries: readonly LinkEntry[],
  thirdParties?: readonly string[],
): Map<string, string[]> {
  const written = new Map<string, string[]>();
  for (const { plannrAccount, dynamicPlannerClient } of entries) {
    const account = plannrAccount.toLowerCase();
    written.set(account, [...(written.get(account) ?? []), dynamicPlannerClient.toLowerCase()]);
  }
  return new Map(
    accounts.map(({ uuid, references }) => {
      const named = references
        .filter(
          ({ thirdParty }) => thirdParties === undefined || (thirdParty !== null && thirdParties.includes(thirdParty)),
        )
        .map(({ reference }) => reference.trim().toLowerCase())
        .filter((reference) => UUID.test(reference));
      return [uuid, [...new Set([...named, ...(written.get(uuid.toLowerCase()) ?? [])])]];
    }),
  );
}

/** The people that exist; a value that was not checked yet counts as one until it was. */
function existing(candidates: readonly string[], people: KnownPeople): string[] {
  const ids = candidates.flatMap((candidate) => {
    const known = people.get(candidate);
    return known === null ? [] : [known ?? candidate];
  });
  return [...new Set(ids)];
}
