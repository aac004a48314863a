import type { Parameter } from './parameters.ts';

/** A parameter that is no variable of a table's document. */
export type CommonParameter = Omit<Parameter, 'kind' | 'isRequired'>;

/** One that is given with one word, or left out. */
export interface Switch extends CommonParameter {
  readonly values: readonly [string];
}

const ONE = { type: 'String', isList: false } as const;

export const COLUMNS: CommonParameter = {
  name: 'columns',
  type: 'String',
  isList: true,
  values: null,
  description: 'Only these columns, in this order.',
};

/** Of tables that tell when a row last changed, but where their document has a variable of that name. */
export const UPDATED_SINCE: CommonParameter = {
  name: 'updatedSince',
  type: 'DateTime',
  isList: false,
  values: null,
  description: 'Only rows that changed at this moment or later, or of which nobody knows when they did.',
};

export const INCOMPLETE: Switch = {
  ...ONE,
  name: 'incomplete',
  values: ['allow'],
  description: 'Leave out what a platform sent broken, instead of breaking off.',
};

export const BOM: Switch = {
  ...ONE,
  name: 'bom',
  values: ['yes'],
  description:
    'Begin a CSV with a byte order mark, so that Excel shows every letter when the file is opened by a double click.',
};

/** The parameters of every table, which no variable or column may be called. */
export const OF_EVERY_TABLE: readonly CommonParameter[] = [COLUMNS, INCOMPLETE, BOM];

/** Whether it is a parameter of every table. */
export function isReserved(name: string): boolean {
  return OF_EVERY_TABLE.some((parameter) => parameter.name === name);
}
