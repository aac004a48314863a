import type { Ref } from '../../platform/relay/ids.ts';
import type { Wire } from '../../platform/wire.ts';

/** An account of Plannr. */
export interface AccountModel {
  readonly uuid: string;
  readonly wire: Wire;
}

/** A circle of accounts. */
export interface CircleModel {
  readonly uuid: string;
  readonly wire: Wire;
}

/** One who belongs to a circle, as the graph refers to them. */
export interface CircleMemberModel {
  readonly ref: Ref;
}

export type ExternalReferenceModel = Wire;
