import type { Wire } from '../../platform/wire.ts';

/** A document of a client. */
export interface DocumentModel {
  readonly id: string;
  /** Dynamic Planner id of the client. */
  readonly clientId: string;
  readonly wire: Wire;
}
