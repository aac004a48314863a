import type { System } from '../../platform/system.ts';
import type { Wire } from '../../platform/wire.ts';

/** A level of risk on the scale of the system that assessed it. */
export interface RiskLevelModel {
  readonly level: number | null;
  readonly label: string;
  readonly framework: string;
  readonly scale: 'ONE_TO_TEN' | 'ONE_TO_THOUSAND';
  readonly system: System;
  readonly assessedOn: string | null;
}

/** A result of a client. */
export interface ProfilingResultModel {
  readonly id: string;
  readonly clientId: string;
  readonly wire: Wire;
}

/** A questionnaire. */
export interface QuestionnaireModel {
  readonly id: string;
  readonly wire: Wire;
}

/** An answer that was given, and the result that it belongs to. */
export interface ProfilingResponseModel {
  readonly wire: Wire;
  readonly result: ProfilingResultModel;
}

export type SustainabilityModel = Wire;
export type LossesAndGainsModel = Wire;
export type QuestionModel = Wire;
export type AnswerOptionModel = Wire;
export type FactorScoreModel = Wire;
