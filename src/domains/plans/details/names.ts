import { PLANNR_TYPES } from '../../shared/plan.ts';
import { DETAIL_FIELDS, type DetailField, type PlannrType } from './table.ts';

/** A platform's name as the graph writes it: `term_age` is `termAge`, `address_1` is `address1`. */
export const graphName = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The graph's type for a plan type: `cash_account` is `CashAccountDetails`. */
export function detailsTypeOf(type: PlannrType): string {
  const name = graphName(type);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}Details`;
}

/** The fields of each plan type by the graph's names, in the order of the table. */
export const FIELDS_OF: ReadonlyMap<string, ReadonlyMap<string, DetailField>> = new Map(
  PLANNR_TYPES.map((type) => [
    type,
    new Map(
      DETAIL_FIELDS.filter(({ types }) => types.includes(type)).map((field) => [graphName(field.name), field] as const),
    ),
  ]),
);
