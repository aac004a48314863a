import { batched } from '../../platform/batch.ts';
import type { Ref } from '../../platform/relay/ids.ts';
import type { Wire } from '../../platform/wire.ts';
import { byId, grouped, NOTHING } from '../../sources/found.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import type { AccountModel, CircleMemberModel, CircleModel } from './model.ts';

/** What accounts need of the other domains. */
export interface AccountNeeds {
  readonly clients: {
    /** Plannr must tell nothing to a token that Dynamic Planner does not accept. @throws UpstreamError */
    acceptedByPlatform(): Promise<void>;
    accountsOf(ref: Ref): Promise<readonly string[]>;
    refOfAccount(uuid: string): Promise<Ref>;
    /** An account's record, whoever may see it; null where there is none. */
    account(uuid: string): Promise<Wire | null>;
    /** Null where there is no such client that the caller may see. */
    byRef(ref: Ref): Promise<object | null>;
  };
}

/** Plannr's accounts of clients, and the circles that they belong to. */
export function open(operation: SourcedOperation, _kept: unknown, { clients }: AccountNeeds) {
  const { plannr } = operation.sources;

  const circlesOf = batched<readonly Wire[], readonly Wire[]>(
    operation,
    async (uuids) => grouped(uuids, plannr === null ? NOTHING : await plannr.accounts.circlesOf(operation, uuids)),
    () => [],
  );

  const circles = batched<Wire, null>(
    operation,
    async (uuids) => byId(plannr === null ? NOTHING : await plannr.accounts.circles(operation, uuids), 'uuid'),
    () => null,
  );

  const circleModel = (wire: Wire): CircleModel => ({ uuid: String(wire.item.uuid), wire });

  /** The circles of several accounts, each once. */
  const ofAccounts = async (uuids: readonly string[]): Promise<CircleModel[]> => {
    const found = (await Promise.all(uuids.map((uuid) => circlesOf.load(uuid)))).flat();
    return [...new Map(found.map((wire) => [wire.item.uuid, circleModel(wire)])).values()];
  };

  const members = async ({ wire }: CircleModel): Promise<CircleMemberModel[]> => {
    const uuids = wire.children('accounts').flatMap((account) => account.text('uuid') ?? []);
    const refs = await Promise.all(uuids.map((uuid) => clients.refOfAccount(uuid)));
    // Several accounts of one person are one member.
    return [...new Map(refs.map((ref) => [`${ref.system}:${ref.id}`, { ref }])).values()];
  };

  return {
    members,

    /** The accounts of a client. */
    async ofClient(ref: Ref): Promise<AccountModel[]> {
      const uuids = plannr === null ? [] : await clients.accountsOf(ref);
      const found = await Promise.all(uuids.map((uuid) => clients.account(uuid)));
      return found.flatMap((wire, index) => (wire === null ? [] : [{ uuid: uuids[index] ?? '', wire }]));
    },

    circlesOfAccount: ({ uuid }: AccountModel): Promise<CircleModel[]> => ofAccounts([uuid]),

    /** The circles of a client, whichever of the accounts they hold. */
    circlesOfClient: async (ref: Ref): Promise<CircleModel[]> =>
      ofAccounts(plannr === null ? [] : await clients.accountsOf(ref)),

    /** An account by its uuid; null where it is nobody's whom the caller may see. */
    async account(uuid: string): Promise<AccountModel | null> {
      const client = await clients.byRef(await clients.refOfAccount(uuid));
      const wire = client === null ? null : await clients.account(uuid);
      return wire === null ? null : { uuid, wire };
    },

    /** A circle by its uuid; null where nobody belongs to it whom the caller may see. */
    async circle(uuid: string): Promise<CircleModel | null> {
      await clients.acceptedByPlatform();
      const wire = await circles.load(uuid);
      if (wire === null) return null;
      const circle = circleModel(wire);
      const found = await Promise.all((await members(circle)).map(({ ref }) => clients.byRef(ref)));
      return found.some((client) => client !== null) ? circle : null;
    },
  };
}
