import type { UpstreamError } from '../../platform/errors.ts';
import type { Ref } from '../../platform/relay/ids.ts';
import type { System } from '../../platform/system.ts';
import type { Wire } from '../../platform/wire.ts';
import type { Outcome } from '../shared/write-outcome.ts';

/** A client: whose it is in the graph, and the record that tells of it. */
export interface ClientModel {
  /** Dynamic Planner's id where there is one, else the Plannr account's. */
  readonly ref: Ref;
  /** The platform that the record is from: Plannr's stands in for a Dynamic Planner person while that platform is down. */
  readonly system: System;
  readonly wire: Wire;
  /** Why the record is not the one it should be: to be reported beside it. */
  readonly problems?: readonly UpstreamError[];
}

/** The parts of a name. */
export interface PersonNameModel {
  readonly title: string | null;
  readonly first: string | null;
  readonly middle: string | null;
  readonly last: string | null;
  readonly full: string;
}

/** An e-mail address. */
export interface EmailModel {
  readonly address: string;
  readonly type: string | null;
  readonly isPrimary: boolean;
}

/** A telephone number. */
export interface PhoneModel {
  readonly number: string;
  readonly type: string | null;
  readonly isPrimary: boolean;
}

/** A postal address. */
export interface AddressModel {
  readonly type: string | null;
  readonly lines: readonly string[];
  readonly town: string | null;
  readonly county: string | null;
  readonly postcode: string | null;
  readonly country: string | null;
  readonly isPrimary: boolean;
}

/** What became of writing a person. */
export type ClientUpsertPayloadModel = Outcome<Ref>;
