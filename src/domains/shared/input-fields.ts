import { BadInput } from '../../platform/errors.ts';
import { Refused, type UserFault } from './user-errors.ts';

/** How one field of an input goes to a platform. */
export interface InputField {
  /** Its name there. */
  readonly to: string;
  /** What its value becomes there, or each value of a list; null stays null. Throws BadInput for what can't be sent. */
  as?(value: unknown): unknown;
  /** The fields of the object that it holds, or of each object of its list. */
  readonly of?: InputFields;
}

/** The fields of an input by their names. Read one way they make a body, and the other way they find the place of what was rejected. */
export type InputFields = Readonly<Record<string, InputField>>;

/** The fields of an input type, each of them. */
export type FieldsOf<Input> = { readonly [Name in keyof Required<Input>]: InputField };

/**
 * What is to be sent: only what was given. What is absent stays absent and null stays null, at every depth; a list goes whole.
 * @param argument the argument that holds the input
 * @throws Refused with every place of the input that can't be sent
 */
export function bodyOf(fields: InputFields, input: object, argument: string): Record<string, unknown> {
  const faults: UserFault[] = [];
  const body = objectOf(fields, input, [argument], faults);
  if (faults.length > 0) throw new Refused(...faults);
  return body;
}

function objectOf(
  fields: InputFields,
  input: object,
  path: readonly string[],
  faults: UserFault[],
): Record<string, unknown> {
  const given = new Map<string, unknown>(Object.entries(input));
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const value = given.get(name);
      return value === undefined ? [] : [[field.to, sentFor(field, value, [...path, name], faults)]];
    }),
  );
}

function sentFor(field: InputField, value: unknown, path: readonly string[], faults: UserFault[]): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item, index) => sentFor(field, item, [...path, String(index)], faults));
  if (field.of !== undefined && typeof value === 'object') return objectOf(field.of, value, path, faults);
  try {
    return field.as === undefined ? value : field.as(value);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    faults.push({ message: error.message, path, code: error.code });
    return undefined;
  }
}

/**
 * Where in the input something stands that a platform names by its own path.
 * @param path names and indexes of the body
 * @returns names and indexes of the input, as deep as they are known; empty where not even the first is
 */
export function inputPath(fields: InputFields, path: readonly string[]): string[] {
  const [first, ...rest] = path;
  const [name, field] = Object.entries(fields).find(([, { to }]) => to === first) ?? [];
  if (name === undefined || field === undefined) return [];
  const indexes = rest.slice(0, /^\d+$/.test(rest[0] ?? '') ? 1 : 0);
  return [name, ...indexes, ...(field.of === undefined ? [] : inputPath(field.of, rest.slice(indexes.length)))];
}
