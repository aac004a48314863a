import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
} from 'graphql';
import { weightOf } from './weight.ts';

/** What an argument or a field of an input object costs. */
export interface InputPrice {
  /** Points for each time that it is given; below 0 where it makes its field cheaper. */
  readonly weight: number;
  /** The fields of the input object that it holds, or a list of; undefined for scalars and enums. */
  readonly fields: (() => ReadonlyMap<string, InputPrice>) | undefined;
}

/** Prices of arguments and input fields. Input types may hold themselves, so their fields are looked up when they are needed. */
export function inputPrices(schema: GraphQLSchema): (input: GraphQLArgument | GraphQLInputField) => InputPrice {
  const fields = new Map<string, ReadonlyMap<string, InputPrice>>();
  const fieldsOf = (type: GraphQLInputType): InputPrice['fields'] => {
    const named = getNamedType(type);
    return isInputObjectType(named) ? () => fields.get(named.name) ?? new Map() : undefined;
  };
  const priceOf = (input: GraphQLArgument | GraphQLInputField): InputPrice => {
    const inner = fieldsOf(input.type);
    return { weight: weightOf(schema, input, inner !== undefined), fields: inner };
  };
  for (const type of Object.values(schema.getTypeMap()).filter(isInputObjectType)) {
    const own = Object.values(type.getFields()).map((field) => [field.name, priceOf(field)] as const);
    fields.set(type.name, new Map(own));
  }
  return priceOf;
}

/** Prices of the arguments of directives, those left out that weigh nothing at all. */
export function directivePrices(
  schema: GraphQLSchema,
  priceOf: (input: GraphQLArgument) => InputPrice,
): ReadonlyMap<string, ReadonlyMap<string, InputPrice>> {
  const all = schema.getDirectives().map(({ name, args }) => {
    return [name, new Map(args.map((argument) => [argument.name, priceOf(argument)]))] as const;
  });
  return new Map(all.filter(([, args]) => [...args.values()].some(({ weight, fields }) => weight !== 0 || fields)));
}

/**
 * The points for a given value: its own weight and that of every input field in it. Null is as good as not given. It walks the value
 * along its type, without recursion.
 * @param step told of each value that is looked at, for a bound on the work
 */
export function inputCost(price: InputPrice, value: unknown, step: () => void): number {
  let cost = 0;
  const open: [price: InputPrice, value: unknown, isEntry: boolean][] = [[price, value, false]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [input, given, isEntry] = next;
    step();
    if (given === null || given === undefined) continue;
    if (!isEntry) cost += input.weight;
    if (input.fields === undefined || typeof given !== 'object') continue;
    if (Array.isArray(given)) for (const entry of given) open.push([input, entry, true]);
    else
      for (const [name, inner] of input.fields())
        if (Object.hasOwn(given, name)) open.push([inner, Reflect.get(given, name), false]);
  }
  return cost;
}
