import type { Column, ColumnType } from '../column.ts';
import type { EntityModel, Navigation } from './model.ts';

/** A property's type in the Entity Data Model, with its facets (OData 4.01 CSDL, sections 7.1 and 7.2). */
export interface Facets {
  readonly type: string;
  /** Digits of a fraction of a second, at most; null for other types. */
  readonly precision: number | null;
  /** Digits after the point; null for other types. */
  readonly scale: number | 'variable' | null;
  readonly isNullable: boolean;
}

const TYPES: Readonly<Record<ColumnType, string>> = {
  id: 'Edm.String',
  text: 'Edm.String',
  integer: 'Edm.Int32',
  long: 'Edm.Int64',
  float: 'Edm.Double',
  decimal: 'Edm.Decimal',
  boolean: 'Edm.Boolean',
  date: 'Edm.Date',
  timestamp: 'Edm.DateTimeOffset',
};

/** As fine as the readers of .NET, Excel and Power BI among them, have it. */
const TIME_PRECISION = 7;

/** What `$metadata` says of a column's type. A decimal has no precision there: it may have any number of digits. */
export function facetsOf({ type, scale, isNullable }: Column): Facets {
  return {
    type: TYPES[type],
    precision: type === 'timestamp' ? TIME_PRECISION : null,
    scale: type === 'decimal' ? (scale ?? 'variable') : null,
    isNullable,
  };
}

/**
 * The qualified name of the entity type that a navigation leads to.
 * @throws TypeError where the model has no such entity set: then no reader could use its metadata
 */
export function targetType({ namespace, sets }: EntityModel, { name, target }: Navigation): string {
  const set = sets.find((each) => each.name === target);
  if (!set) throw new TypeError(`The navigation ${name} leads to ${target}, which is no entity set.`);
  return `${namespace}.${set.type}`;
}
