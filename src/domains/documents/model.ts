import type { Wire } from '../../platform/wire.ts';
import type { Outcome } from '../shared/write-outcome.ts';

/** A document of a client. */
export interface DocumentModel {
  readonly id: string;
  /** Dynamic Planner id of the client. */
  readonly clientId: string;
  readonly wire: Wire;
}

/** One of a client's documents, by Dynamic Planner's ids. */
export interface DocumentKey {
  readonly clientId: string;
  readonly id: string;
}

/** What became of naming a document. */
export type DocumentUploadPayloadModel = Outcome<DocumentKey>;

/** What became of deleting one: the id that was given. */
export type DocumentDeletePayloadModel = Outcome<string>;
