import type { Wire } from '../../platform/wire.ts';
import type { Outcome } from '../shared/write-outcome.ts';

/** A node of the firm's hierarchy. */
export interface OrganisationUnitModel {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
}

/** An employee as Dynamic Planner sent it. */
export interface EmployeeModel {
  readonly id: string;
  readonly wire: Wire;
}

/** A licence inside an employee. */
export type LicenceModel = Wire;

/** What became of writing an employee: Dynamic Planner's id. */
export type EmployeeUpsertPayloadModel = Outcome<string>;
