import type { Wire } from '../../platform/wire.ts';
import type { Outcome } from '../shared/write-outcome.ts';

/** A relationship seen from one of its two clients. */
export interface RelationshipModel {
  readonly id: string;
  /** Dynamic Planner id of the client from whose side it is seen. */
  readonly clientId: string;
  /** Dynamic Planner id of the other person. */
  readonly otherId: string;
  readonly wire: Wire;
}

/** The relationship that holds one client only. */
export interface SelfRelationshipModel {
  readonly id: string;
  /** Dynamic Planner id of the client. */
  readonly clientId: string;
}

/** One of a client's relationships, by Dynamic Planner's ids. */
export interface RelationshipKey {
  readonly clientId: string;
  readonly id: string;
}

/** What became of writing a relationship. */
export type RelationshipUpsertPayloadModel = Outcome<RelationshipKey>;

/** What became of deleting one: the id that was given. */
export type RelationshipDeletePayloadModel = Outcome<string>;
