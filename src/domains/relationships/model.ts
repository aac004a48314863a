import type { Wire } from '../../platform/wire.ts';

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
