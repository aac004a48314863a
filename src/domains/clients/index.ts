import { batched } from '../../platform/batch.ts';
import { UpstreamError } from '../../platform/errors.ts';
import type { MaybePromise } from '../../platform/maybe.ts';
import type { Connection } from '../../platform/relay/connection.ts';
import type { Place } from '../../platform/relay/cursor.ts';
import { parseIdOf, type Ref } from '../../platform/relay/ids.ts';
import { JoinedList } from '../../platform/relay/sections.ts';
import type { PageArguments } from '../../platform/relay/window.ts';
import type { Wire } from '../../platform/wire.ts';
import { byId, NOTHING } from '../../sources/found.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import { fields } from './fields.ts';
import { type ClientFilterInput, clientFilter } from './filter.ts';
import { keepLinks, type LinkIndex } from './link-index.ts';
import type { LinkTable } from './link-table.ts';
import { clientSections, type ListNeeds, type Visible } from './list.ts';
import type { ClientModel } from './model.ts';

export { write } from './write.ts';

/** A client and its place in the list. */
export interface WalkEntry {
  readonly place: Place;
  readonly node: ClientModel;
}

/** Who is who, as it was known at one moment: it answers at once. */
export interface Directory {
  /** The graph's reference of an account: the Dynamic Planner person's where it is one. */
  refOfAccount(uuid: string): Ref;
  /** The Plannr accounts of a client. */
  accountsOf(ref: Ref): readonly string[];
}

/** What clients need of the other domains. */
export interface ClientNeeds {
  readonly organisation: { visibility(): Promise<Visible> };
}

/** The link index, kept for all operations. */
export const keep = keepLinks;

/** Clients of both platforms as one. */
export function open(operation: SourcedOperation, kept: { clients: LinkIndex | null }, needs: ClientNeeds) {
  const { dynamicPlanner, plannr } = operation.sources;

  const links = async (): Promise<LinkTable | null> =>
    kept.clients?.get(
      operation,
      () =>
        new UpstreamError(
          'UPSTREAM_UNAVAILABLE',
          { system: 'PLANNR' },
          "'s accounts are not loaded yet, so it is not known who is who.",
        ),
    ) ?? null;

  const people = batched<Wire, null>(
    operation,
    async (ids) => {
      return byId(dynamicPlanner === null ? NOTHING : await dynamicPlanner.crm.clients(operation, ids), 'id');
    },
    () => null,
  );

  const accounts = batched<Wire, null>(
    operation,
    async (uuids) => {
      return byId(plannr === null ? NOTHING : await plannr.accounts.byIds(operation, uuids), 'uuid');
    },
    () => null,
  );

  const personOf = (wire: Wire): ClientModel => {
    const id = String(wire.item.id);
    people.prime(id, wire);
    return { ref: { system: 'DYNAMIC_PLANNER', id }, system: 'DYNAMIC_PLANNER', wire };
  };

  const accountOf = async (uuid: string): Promise<ClientModel | null> => {
    const wire = await accounts.load(uuid);
    return wire === null ? null : { ref: { system: 'PLANNR', id: uuid }, system: 'PLANNR', wire };
  };

  const person = async (id: string): Promise<ClientModel | null> => {
    const visible = await needs.organisation.visibility();
    try {
      const wire = await people.load(id);
      return wire !== null && visible.includes(wire.text('organisationUnitId')) ? personOf(wire) : null;
    } catch (error) {
      // Plannr's record stands in only for those who may see everyone: it does not say which unit the person belongs to.
      const uuid =
        error instanceof UpstreamError && visible.everything ? (await links())?.accountsOf(id)[0] : undefined;
      const standIn = uuid === undefined ? null : await accountOf(uuid);
      if (standIn === null || !(error instanceof UpstreamError)) throw error;
      return { ...standIn, ref: { system: 'DYNAMIC_PLANNER', id }, problems: [error] };
    }
  };

  let accepted: Promise<unknown> | undefined;
  /**
   * What Plannr holds must tell nothing to a token that Dynamic Planner does not accept, not even whether it is there: the gateway's own
   * token reads it. @throws UpstreamError
   */
  const acceptedByPlatform = async (): Promise<void> => {
    if (!operation.caller.isPassthrough || dynamicPlanner === null) return;
    accepted ??= operation.waves.run(() => dynamicPlanner.crm.clientWindow(operation, {}, 0, 1));
    await accepted;
  };

  const found: Record<Ref['system'], Map<string, MaybePromise<ClientModel | null>>> = {
    DYNAMIC_PLANNER: new Map(),
    PLANNR: new Map(),
  };
  /** The client that an account or a person is, at once where it is known; null where there is none that the caller may see. */
  const find = (ref: Ref): MaybePromise<ClientModel | null> => {
    const known = found[ref.system];
    const client = known.get(ref.id);
    if (client !== undefined) return client;
    const reading = readRef(ref);
    known.set(ref.id, reading);
    reading.then(
      (read) => known.set(ref.id, read),
      () => undefined,
    );
    return reading;
  };

  const byRef = async (ref: Ref): Promise<ClientModel | null> => find(ref);

  const readRef = async ({ system, id }: Ref): Promise<ClientModel | null> => {
    if (system === 'DYNAMIC_PLANNER') return person(id);
    await acceptedByPlatform();
    const linked = dynamicPlanner === null ? null : ((await links())?.clientOf(id) ?? null);
    if (linked !== null) return person(linked);
    return (await needs.organisation.visibility()).plannrAlone ? accountOf(id) : null;
  };

  const listNeeds = async (filter: ClientFilterInput): Promise<ListNeeds> => ({
    operation,
    visible: await needs.organisation.visibility(),
    filter: clientFilter(filter, operation.caller),
    links,
    personOf(wire) {
      const listed = personOf(wire);
      // The list has narrowed it already to what the caller may see.
      found.DYNAMIC_PLANNER.set(listed.ref.id, listed);
      return listed;
    },
    accounts: (uuids) => Promise.all(uuids.map(accountOf)),
  });

  const makeDirectory = (table: LinkTable | null): Directory => ({
    refOfAccount(uuid) {
      if (table !== null && !table.has(uuid)) kept.clients?.askAgainFor(uuid);
      const linked = table?.clientOf(uuid) ?? null;
      return linked === null ? { system: 'PLANNR', id: uuid } : { system: 'DYNAMIC_PLANNER', id: linked };
    },
    accountsOf: ({ system, id }) => (system === 'PLANNR' ? [id] : (table?.accountsOf(id) ?? [])),
  });

  const directoryNow = async (): Promise<Directory> => directoryOf(dynamicPlanner === null ? null : await links());
  let directory: { readonly table: LinkTable | null; readonly is: Directory } | undefined;
  const directoryOf = (table: LinkTable | null): Directory => {
    if (directory?.table !== table || directory === undefined) directory = { table, is: makeDirectory(table) };
    return directory.is;
  };

  return {
    fields,
    find,
    byRef,
    acceptedByPlatform,

    /** Who is who. Without Dynamic Planner everyone is a person of Plannr alone. @throws UpstreamError while the accounts are not loaded */
    directory: directoryNow,

    /** The graph's reference of an account: the Dynamic Planner person's where it is one. */
    refOfAccount: async (uuid: string): Promise<Ref> => (await directoryNow()).refOfAccount(uuid),

    /** An account's record, whoever may see it; null where there is none. */
    account: (uuid: string): Promise<Wire | null> => accounts.load(uuid),

    /** The Plannr accounts of a client. */
    async accountsOf({ system, id }: Ref): Promise<readonly string[]> {
      return system === 'PLANNR' ? [id] : ((await links())?.accountsOf(id) ?? []);
    },

    /** @throws BadInput where the id is no client's */
    async byGlobalId(id: string): Promise<ClientModel | null> {
      const { system, parts } = parseIdOf('Client', id);
      return byRef({ system, id: parts[0] ?? '' });
    },

    /** All clients from a place on (that place included), in the order of the list. */
    async walk(): Promise<{
      from(place: Place | null, count: number): Promise<WalkEntry[]>;
      problems: readonly UpstreamError[];
    }> {
      const list = new JoinedList({ name: 'clients', filter: null }, await clientSections(await listNeeds({})));
      return { from: (place, count) => list.from(place, count), problems: list.problems };
    },

    /** @throws BadInput for paging arguments or filters that are not allowed */
    async list(filter: ClientFilterInput | null, args: PageArguments): Promise<Connection<ClientModel>> {
      const sections = await clientSections(await listNeeds(filter ?? {}));
      return new JoinedList({ name: 'clients', filter }, sections).page(args);
    },
  };
}
