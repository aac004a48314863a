import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isObjectType,
  isWrappingType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { directivePrices, type InputPrice, inputPrices } from './input-prices.ts';
import { type ListSize, listSizeOf } from './list-size.ts';
import { weightOf } from './weight.ts';

/** What one field of an object type costs. */
export interface FieldPrice {
  /** Points for each time that it is resolved. */
  readonly weight: number;
  /** The named type that it gives. */
  readonly returns: string;
  /** How many lists it is wrapped in: 0 for a single thing. */
  readonly lists: number;
  readonly listSize: ListSize | undefined;
  readonly args: ReadonlyMap<string, InputPrice>;
}

/** A schema's weights and list sizes, read once: `@cost` and `@listSize` of the GraphQL Cost Directives specification. */
export interface PriceList {
  readonly roots: Readonly<Record<'query' | 'mutation' | 'subscription', string | undefined>>;
  /** Points for each object, scalar or enum value of a type; 0 for types that it does not know. */
  weight(type: string): number;
  /** Undefined where the object type has no such field. */
  field(type: string, name: string): FieldPrice | undefined;
  /** The object types that a type stands for: itself, or its possible types. None for scalars and enums. */
  objects(type: string): readonly string[];
  /** Prices of the arguments of a query directive; undefined where they all weigh nothing. */
  directive(name: string): ReadonlyMap<string, InputPrice> | undefined;
}

/** Entries of a list without `@listSize`. The specification leaves them open ("infinite"), which no limit could be set against. */
export const ASSUMED_SIZE = 10;

/**
 * Points for each time that the schema is asked for. Its size hardly shows in a document, while all of it is 100 kB: a tool asks once, and
 * twenty times in one operation is more than MAX_COST allows by default.
 */
const INTROSPECTION_COST = 50_000;

/** Reads what everything costs. @throws TypeError where a weight is no number */
export function priceList(schema: GraphQLSchema): PriceList {
  const types = Object.values(schema.getTypeMap());
  const inputs = inputPrices(schema);
  const weights = new Map(types.map((type) => [type.name, typeWeight(schema, type)]));
  const objects = new Map(types.map((type) => [type.name, objectsOf(schema, type)]));
  const query = schema.getQueryType();
  const introspection = [SchemaMetaFieldDef, TypeMetaFieldDef].map(
    (field) => [field.name, { ...fieldPrice(schema, field, inputs), weight: INTROSPECTION_COST }] as const,
  );
  const fields = new Map(
    types.filter(isObjectType).map((type) => {
      const own = [...Object.values(type.getFields()), TypeNameMetaFieldDef];
      const priced = own.map((field) => [field.name, fieldPrice(schema, field, inputs)] as const);
      return [type.name, new Map([...priced, ...(type === query ? introspection : [])])];
    }),
  );
  const directives = directivePrices(schema, inputs);
  return {
    roots: {
      query: query?.name,
      mutation: schema.getMutationType()?.name,
      subscription: schema.getSubscriptionType()?.name,
    },
    weight: (type) => weights.get(type) ?? 0,
    field: (type, name) => fields.get(type)?.get(name),
    objects: (type) => objects.get(type) ?? [],
    directive: (name) => directives.get(name),
  };
}

type Inputs = (input: GraphQLArgument | GraphQLInputField) => InputPrice;

function fieldPrice(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>, inputs: Inputs): FieldPrice {
  const returns = getNamedType(field.type);
  return {
    weight: weightOf(schema, field, isCompositeType(returns)),
    returns: returns.name,
    lists: listsOf(field.type),
    listSize: listSizeOf(schema, field),
    args: new Map(field.args.map((argument) => [argument.name, inputs(argument)])),
  };
}

function listsOf(type: unknown): number {
  if (!isWrappingType(type)) return 0;
  return (isListType(type) ? 1 : 0) + listsOf(type.ofType);
}

/** Abstract types have no weight of their own (section 7.2): the dearest of their possible types counts. */
function typeWeight(schema: GraphQLSchema, type: GraphQLNamedType): number {
  if (isAbstractType(type) || isInputObjectType(type)) return 0;
  return Math.max(0, weightOf(schema, type, isCompositeType(type)));
}

function objectsOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly string[] {
  if (isAbstractType(type)) return schema.getPossibleTypes(type).map(({ name }) => name);
  return isObjectType(type) ? [type.name] : [];
}
