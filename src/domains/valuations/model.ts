export type { ValuationModel } from '../shared/valuation.ts';
