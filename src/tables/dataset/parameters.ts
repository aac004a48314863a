import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { BadInput } from '../../platform/errors.ts';
import { enumValue } from '../matching.ts';
import { isDay, momentOf } from '../moment.ts';

/** A variable of a dataset's document, which can be given with the request. */
export interface Parameter {
  readonly name: string;
  /** As the schema writes it: `[PlanType!]`. */
  readonly type: string;
  readonly isList: boolean;
  readonly isRequired: boolean;
  readonly description: string;
  /** The values that it can have; null where it can have any. */
  readonly values: readonly string[] | null;
  readonly kind: string;
}

/** The variables of an operation, described by the arguments that they are given to. */
export function parametersOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
): readonly Parameter[] {
  const described = descriptions(schema, document);
  return variableDefinitions.flatMap(({ variable, type, defaultValue }) => {
    const name = variable.name.value;
    const input = typeFromAST(schema, type as never) as GraphQLInputType | undefined;
    if (input === undefined) return [];
    const named = getNamedType(input);
    return [
      {
        name,
        type: String(input),
        isList: isListType(getNullableType(input)),
        isRequired: isNonNullType(input) && defaultValue === undefined,
        description: (described.get(name) ?? '').replace(/\s+/g, ' ').trim(),
        values: isEnumType(named) ? named.getValues().map((value) => value.name) : null,
        kind: named.name,
      },
    ];
  });
}

function descriptions(schema: GraphQLSchema, document: DocumentNode): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const types = new TypeInfo(schema);
  let place: string | null | undefined = null;
  const enter = (): void => {
    place = (types.getArgument() ?? undefined)?.description;
  };
  visit(
    document,
    visitWithTypeInfo(types, {
      Argument: enter,
      ObjectField(node) {
        const parent = getNamedType(types.getParentInputType());
        if (parent != null && 'getFields' in parent) place = parent.getFields()[node.name.value]?.description;
      },
      Variable({ name }) {
        if (place != null && !found.has(name.value)) found.set(name.value, place);
      },
    }),
  );
  return found;
}

/** The words of a query string that a variable is given: several words, or one with commas, for a list. */
export function wordsOfParameter({ isList }: Pick<Parameter, 'isList'>, words: readonly string[]): readonly string[] {
  return isList ? words.flatMap((word) => word.split(',')).map((word) => word.trim()) : words;
}

/**
 * The value of a variable from the words of a query string.
 * @throws BadInput
 */
export function valueOfParameter(parameter: Parameter, words: readonly string[]): unknown {
  const { name, isList, kind, values } = parameter;
  const all = wordsOfParameter(parameter, words);
  if (!isList && all.length !== 1) throw new BadInput(`Give \`${name}\` once.`);
  const parsed = all.map((word) => {
    if (values !== null) return enumValue(name, values, word);
    return PARSE[kind]?.(name, word) ?? word;
  });
  return isList ? parsed : parsed[0];
}

/** GraphQL, section 3.5.1. */
const INT_MAX = 2 ** 31 - 1;

const PARSE: Readonly<Record<string, (name: string, word: string) => unknown>> = {
  Int: (name, word) => {
    const value = wholeNumber(name, word);
    if (Math.abs(value) > INT_MAX) throw new BadInput(`\`${name}\` is a whole number of 32 bits.`);
    return value;
  },
  SafeInt: wholeNumber,
  Date: (name, word) => {
    if (!isDay(word)) throw new BadInput(`\`${name}\` is a day such as 2026-01-31.`);
    return word;
  },
  DateTime: (name, word) => {
    const moment = momentOf(word);
    if (moment === null) throw new BadInput(`\`${name}\` is a moment such as 2026-01-31T00:00:00Z.`);
    return new Date(moment).toISOString();
  },
  Float: (name, word) => {
    const value = Number(word);
    if (word.trim() === '' || !Number.isFinite(value)) throw new BadInput(`\`${name}\` is a number.`);
    return value;
  },
  Boolean: (name, word) => {
    if (word !== 'true' && word !== 'false') throw new BadInput(`\`${name}\` is true or false.`);
    return word === 'true';
  },
};

function wholeNumber(name: string, word: string): number {
  const value = Number(word);
  if (word.trim() === '' || !Number.isSafeInteger(value)) throw new BadInput(`\`${name}\` is a whole number.`);
  return value;
}
