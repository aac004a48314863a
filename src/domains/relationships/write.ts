import type { WritingOperation } from '../../sources/index.ts';
import { dynamicPlannerOf } from '../shared/dynamic-planner.ts';
import { assertInScope } from '../shared/in-scope.ts';
import { bodyOf, type FieldsOf } from '../shared/input-fields.ts';
import { type People, type Person, personAt, personNow } from '../shared/people.ts';
import { idAt, type TargetInput, targetOf } from '../shared/target.ts';
import { Refused, required } from '../shared/user-errors.ts';
import { type Outcome, outcomeOf } from '../shared/write-outcome.ts';
import { written } from '../shared/written.ts';
import type { RelationshipKey, RelationshipModel } from './model.ts';

/** A tie between two clients as it is to be written, as GraphQL gives it: what is absent stays as it is. */
export interface RelationshipUpsertInput extends TargetInput {
  readonly type?: string | null | undefined;
  readonly clientIds?: readonly string[] | null | undefined;
  readonly startedOn?: string | null | undefined;
}

/** Where the fields of a relationship stand in Dynamic Planner (designed, unverified). */
export const RELATIONSHIP_FIELDS = {
  type: { to: 'type' },
  clientIds: { to: 'clientIds' },
  startedOn: { to: 'startedOn' },
} satisfies FieldsOf<Omit<RelationshipUpsertInput, keyof TargetInput>>;

/** What writing a relationship needs of the other domains. */
export interface RelationshipWriteNeeds {
  readonly clients: People;
  readonly organisation: { visibility(): Promise<{ readonly everything: boolean }> };
  readonly relationships: {
    ofClient(clientId: string): Promise<readonly RelationshipModel[]>;
    get(clientId: string, id: string): Promise<RelationshipModel | null>;
  };
}

/** Writes of relationships. */
export function write(operation: WritingOperation, _kept: unknown, needs: RelationshipWriteNeeds) {
  const { clients, organisation, relationships } = needs;
  const types = ['Relationship'];

  const upsert = async (input: RelationshipUpsertInput) => {
    const { crm } = dynamicPlannerOf(operation);
    const path = ['input', 'clientIds'];
    if (input.clientIds === null) throw required(path, 'a relationship is between two clients.');
    if (input.clientIds !== undefined && input.clientIds.length !== 2) throw notTwo();
    const people = await Promise.all(
      (input.clientIds ?? []).map((id, index) => personAt(clients, [...path, String(index)], id)),
    );
    // The key belongs to the two people too: used again for others it must not move what it made.
    const pair = people.map(({ id }) => id).sort();
    const target = targetOf(operation.caller, input, { types, parts: 2, kind: `relationship of ${pair.join('+')}` });
    if ('made' in target && pair.length === 0) throw required(path, 'a new relationship needs its two clients.');
    const before = 'given' in target ? await relationOf(target.given.parts) : null;
    const held = before === null ? [] : [before.clientId, before.otherId];
    const place = 'given' in target ? ['input', 'id'] : path;
    const heldNow = await Promise.all(held.map((id) => personNow(clients, place, id)));
    const { everything } = await organisation.visibility();
    const isKnown = 'made' in target || before !== null;
    assertInScope(everything, [
      { path: ['input', 'id'], what: 'relationship', isVisible: isKnown },
      ...heldNow,
      ...people,
    ]);
    const ids = input.clientIds === undefined ? undefined : twoOf(people);
    const body = bodyOf(RELATIONSHIP_FIELDS, { ...input, clientIds: ids }, 'input');
    const id = 'made' in target ? target.made : (target.given.parts[1] ?? '');
    const clientIds = [...new Set([...held, ...(ids ?? [])])];
    const changes = await written(
      operation,
      { system: 'DYNAMIC_PLANNER', resource: 'relationship', id, clientIds },
      () => crm.putRelationship(operation, id, body),
    );
    return { done: { clientId: (ids ?? held)[0] ?? '', id }, changes };
  };

  const remove = async (globalId: string) => {
    const { crm } = dynamicPlannerOf(operation);
    const { parts } = idAt(['id'], globalId, types, 2);
    const [clientId = '', id = ''] = parts;
    const [one, before] = await Promise.all([personNow(clients, ['id'], clientId), relationOf(parts)]);
    const other = before === null ? [] : [await personNow(clients, ['id'], before.otherId)];
    const { everything } = await organisation.visibility();
    assertInScope(everything, [one, ...other]);
    // What is not among the client's relationships is gone, or was never theirs.
    if (before === null) return { done: globalId, changes: [] };
    const changes = await written(
      operation,
      { system: 'DYNAMIC_PLANNER', resource: 'relationship', id, clientIds: [clientId, before.otherId] },
      () => crm.deleteRelationship(operation, id),
    );
    return { done: globalId, changes };
  };

  return {
    /** Makes a relationship, or changes what is given of one. @throws CodedError FORBIDDEN, UpstreamError */
    upsert: (input: RelationshipUpsertInput): Promise<Outcome<RelationshipKey>> =>
      outcomeOf(() => upsert(input), RELATIONSHIP_FIELDS, 'input', 'clientIds'),

    /** Deletes a relationship. @throws CodedError FORBIDDEN, UpstreamError */
    remove: (globalId: string): Promise<Outcome<string>> => outcomeOf(() => remove(globalId), {}, 'id'),
  };

  function relationOf([clientId = '', id = '']: readonly string[]): Promise<RelationshipModel | null> {
    return relationships.get(clientId, id);
  }
}

/** Exactly two different clients (platform documentation). */
function twoOf(people: readonly Person[]): string[] {
  const ids = people.flatMap(({ id }) => (id === null ? [] : [id]));
  if (ids.length === 2 && ids[0] !== ids[1]) return ids;
  throw notTwo();
}

function notTwo(): Refused {
  const message = '`input.clientIds` must name two different clients.';
  return new Refused({ message, path: ['input', 'clientIds'], code: 'BAD_USER_INPUT' });
}
