import type { Sandbox } from '../../src/sandbox/index.ts';

/** Texts that must not stand in an answer. */
export interface Forbidden {
  /** To nobody: secrets, addresses of the platforms, places in the repository. */
  readonly always: readonly string[];
  /** Names, addresses and ids of people, by who they are hidden from. */
  readonly people: Readonly<Record<Audience, readonly string[]>>;
}

/** Who asks, by what they may see. */
export type Audience = 'nobody' | 'region' | 'everybody';

/** What is to be looked for. @param region ids of the units that the region's caller sees */
export function forbiddenIn(sandboxes: readonly Sandbox[], root: string, region: ReadonlySet<string>): Forbidden {
  const always = new Set([root, root.replaceAll('/', '\\/')]);
  for (const { settings } of sandboxes) {
    for (const [name, value] of Object.entries(settings)) {
      if (/SECRET|KEY|TOKEN$|CLIENT_ID|UUID/.test(name)) always.add(value);
      if (name.endsWith('_URL')) always.add(new URL(value).host);
    }
  }
  const hidden = new Set<string>();
  const visible = new Set<string>();
  for (const { data } of sandboxes) {
    for (const client of data.dynamicPlanner.clients.all()) {
      const into = region.has(client.organisationUnitId) ? visible : hidden;
      for (const text of textsOf(client)) into.add(text);
    }
    for (const account of data.plannr.accounts.by('type', 'client')) {
      const person = data.dpClientOf(account);
      const unit = person === null ? undefined : data.dynamicPlanner.clients.get(person)?.organisationUnitId;
      const into = unit !== undefined && region.has(unit) ? visible : hidden;
      for (const text of [account.name, account.email, account.uuid, fullName(account.first_name, account.last_name)])
        into.add(text ?? '');
    }
  }
  const employees = sandboxes.flatMap(({ data }) =>
    data.dynamicPlanner.employees.all().flatMap((one) => [fullName(one.firstName, one.lastName), one.email ?? '']),
  );
  return {
    always: [...always].filter(long),
    people: {
      nobody: [...new Set([...hidden, ...visible, ...employees])].filter(long),
      region: [...hidden].filter((text) => !visible.has(text) && !employees.includes(text)).filter(long),
      everybody: [],
    },
  };
}

interface Person {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly emails?: readonly { readonly address: string }[] | null;
  readonly phones?: readonly { readonly number: string }[] | null;
}

function textsOf({ id, firstName, lastName, emails, phones }: Person): string[] {
  return [
    id,
    Buffer.from(`Client:d:${id}`).toString('base64url'),
    fullName(firstName, lastName),
    ...(emails ?? []).map(({ address }) => address),
    ...(phones ?? []).map(({ number }) => number),
  ];
}

function fullName(first: string | null, last: string | null): string {
  return [first, last].filter((part) => part !== null && part !== '').join(' ');
}

/** Short texts stand anywhere. */
function long(text: string): boolean {
  return text.length >= 6;
}
