import { getDirective } from '@graphql-tools/utils';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isObjectType,
} from 'graphql';

type Owner = GraphQLObjectType | GraphQLInterfaceType;
type Field = GraphQLField<unknown, unknown>;
interface Written {
  readonly assumedSize?: number;
  readonly slicingArguments?: readonly string[];
  readonly sizedFields?: readonly string[];
  readonly requireOneSlicingArgument?: boolean;
}

/**
 * What is wrong with the schema's `@cost` and `@listSize`, by the rules of the GraphQL Cost Directives specification, section 9. Empty
 * where nothing is. Slicing arguments may be lists too: they count their entries.
 */
export function costFaults(schema: GraphQLSchema): string[] {
  const owners = Object.values(schema.getTypeMap()).filter(
    (type): type is Owner => (isObjectType(type) || isInterfaceType(type)) && !isIntrospectionType(type),
  );
  return owners.flatMap((owner) =>
    Object.values(owner.getFields()).flatMap((field) => {
      const faults = [...costFault(schema, owner, field), ...sizeFaults(schema, field)];
      return faults.map((fault) => `${owner.name}.${field.name} ${fault}`);
    }),
  );
}

/** The price of a field of an interface is that of the object types' own (section 9.1.1). */
function costFault(schema: GraphQLSchema, owner: Owner, field: Field): string[] {
  const hasCost = getDirective(schema, field, 'cost') !== undefined;
  return isInterfaceType(owner) && hasCost ? ['has @cost, which a field of an interface cannot have'] : [];
}

function sizeFaults(schema: GraphQLSchema, field: Field): string[] {
  const written: Written | undefined = getDirective(schema, field, 'listSize')?.[0];
  if (written === undefined) return [];
  const { slicingArguments: slicing = [], sizedFields: sized = [], assumedSize, requireOneSlicingArgument } = written;
  const args = slicing.map((name) => ({ name, found: inputAt(field, name) }));
  const isBackup = requireOneSlicingArgument === false && args.every(({ found }) => found?.defaultValue === undefined);
  return [
    ...(sized.length === 0 && !isList(field) ? ['has @listSize but is no list and names no sizedFields'] : []),
    ...sized
      .filter((name) => !isListOf(field, name))
      .map((name) => `has the sized field ${name}, which is no list of its type`),
    ...args.filter(({ found }) => !isSlicing(found?.type)).map(({ name }) => `has no argument ${name} to slice by`),
    ...(assumedSize !== undefined && slicing.length > 0 && !isBackup
      ? ['has an assumedSize beside slicing arguments that always tell the size']
      : []),
    ...(assumedSize !== undefined && assumedSize < 0 ? ['has an assumedSize below 0'] : []),
  ];
}

/** An argument, or a field of the input object that it holds: `input.valuations`. */
function inputAt(field: Field, path: string): GraphQLArgument | GraphQLInputField | undefined {
  const [name, ...inner] = path.split('.');
  const argument = field.args.find((one) => one.name === name);
  return inner.reduce<GraphQLArgument | GraphQLInputField | undefined>((found, part) => {
    const type = found && getNamedType(found.type);
    return type !== undefined && isInputObjectType(type) ? type.getFields()[part] : undefined;
  }, argument);
}

function isList({ type }: Field): boolean {
  return isListType(getNullableType(type));
}

function isListOf(field: Field, name: string): boolean {
  const type = getNamedType(field.type);
  const inner = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  return inner !== undefined && isList(inner);
}

function isSlicing(type: Field['args'][number]['type'] | undefined): boolean {
  if (type === undefined) return false;
  return isListType(getNullableType(type)) || getNamedType(type).name === 'Int';
}
