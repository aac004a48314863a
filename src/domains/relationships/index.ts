import { batched } from '../../platform/batch.ts';
import { BrokenField } from '../../platform/errors.ts';
import type { Wire } from '../../platform/wire.ts';
import { grouped, NOTHING } from '../../sources/found.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import type { RelationshipModel, SelfRelationshipModel } from './model.ts';

export { write } from './write.ts';

/** Relationships by client. */
export function open(operation: SourcedOperation) {
  const source = operation.sources.dynamicPlanner;

  const ofClients = batched<readonly Wire[], readonly Wire[]>(
    operation,
    async (ids) => {
      const found = source === null ? NOTHING : await source.crm.relationships(operation, ids);
      const kept = new Set(found.items.filter(hasTwoClients));
      return grouped(ids, found, (wire) => kept.has(wire));
    },
    () => [],
  );

  const selves = batched<readonly Wire[], readonly Wire[]>(
    operation,
    async (ids) => grouped(ids, source === null ? NOTHING : await source.crm.selfRelationships(operation, ids)),
    () => [],
  );

  /** A relationship holds exactly two clients (platform documentation); one that does not is reported and left out. */
  function hasTwoClients(wire: Wire): boolean {
    const ids = wire.item.clientIds;
    const whole =
      Array.isArray(ids) && ids.length === 2 && ids.every((id) => typeof id === 'string') && ids[0] !== ids[1];
    if (!whole) operation.report(new BrokenField('DYNAMIC_PLANNER', 'relationship.clientIds', 'a pair of clients'));
    return whole;
  }

  const ofClient = async (clientId: string): Promise<RelationshipModel[]> =>
    (await ofClients.load(clientId)).map((wire) => ({
      id: String(wire.item.id),
      clientId,
      otherId: wire.texts('clientIds').find((id) => id !== clientId) ?? clientId,
      wire,
    }));

  /** A client's relationship with nobody else, by Dynamic Planner id; null where the platform has none. */
  const ofSelf = async (clientId: string): Promise<SelfRelationshipModel | null> => {
    const [wire] = await selves.load(clientId);
    return wire === undefined ? null : { id: String(wire.item.id), clientId };
  };

  return {
    ofSelf,

    /** The relationships of a client, by Dynamic Planner id, seen from that client's side. */
    ofClient,

    /** One of a client's relationships. */
    async get(clientId: string, id: string): Promise<RelationshipModel | null> {
      return (await ofClient(clientId)).find((relationship) => relationship.id === id) ?? null;
    },
  };
}
