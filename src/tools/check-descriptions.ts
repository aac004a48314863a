import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
} from 'graphql';
import { isEntry, say } from './entry.ts';
import { loadSchema } from './schema-files.ts';

// Everything in the graph is described: a type, field, argument, input field, enum value or directive without a
// description is listed, and the tool exits 1.

interface Part {
  readonly path: string;
  readonly description: string | null | undefined;
}

/** The paths, such as `Query.client(id:)`, of all that has no description, in the order of the schema. */
export function undescribed(schema: GraphQLSchema): string[] {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const directives = schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive));
  const parts: Part[] = [
    ...types.flatMap(partsOfType),
    ...directives.flatMap((directive) => withArguments(`@${directive.name}`, directive)),
  ];
  return parts.filter((part) => (part.description ?? '').trim() === '').map((part) => part.path);
}

function partsOfType(type: GraphQLNamedType): Part[] {
  return [{ path: type.name, description: type.description }, ...membersOf(type)];
}

function membersOf(type: GraphQLNamedType): Part[] {
  const at = (name: string) => `${type.name}.${name}`;
  if (isObjectType(type) || isInterfaceType(type)) {
    return Object.values(type.getFields()).flatMap((field) => withArguments(at(field.name), field));
  }
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => part(at(field.name), field));
  if (isEnumType(type)) return type.getValues().map((value) => part(at(value.name), value));
  return [];
}

function withArguments(
  path: string,
  owner: Described & { readonly args: readonly (Described & { name: string })[] },
): Part[] {
  return [part(path, owner), ...owner.args.map((argument) => part(`${path}(${argument.name}:)`, argument))];
}

type Described = Pick<Part, 'description'>;

function part(path: string, thing: Described): Part {
  return { path, description: thing.description };
}

function main(): number {
  const paths = undescribed(loadSchema());
  for (const path of paths) say(`${path} has no description`);
  return paths.length === 0 ? 0 : 1;
}

if (isEntry(import.meta.url)) process.exitCode = main();
