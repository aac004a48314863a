import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { BadInput } from '../../platform/errors.ts';

/** A field that an operation asks for, with fragments resolved. */
export interface Selected {
  /** Its name in the answer. */
  readonly key: string;
  /** `Client.displayName`. */
  readonly coordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
  /** The type that has the field. */
  readonly owner: GraphQLCompositeType;
  /** As it is written, for its arguments. */
  readonly node: FieldNode;
  /** The types that the object must be of, all of them, for the field to be there, from the outermost; none where every object has it. */
  readonly on: readonly string[];
  readonly children: readonly Selected[];
}

/** The only operation of a document, or the one of this name. Null where there is none. */
export function operationOf(document: DocumentNode, name?: string | null): OperationDefinitionNode | null {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (name == null) return operations.length === 1 ? (operations[0] ?? null) : null;
  return operations.find((node) => node.name?.value === name) ?? null;
}

/**
 * What an operation asks for, as a tree: fragments are resolved, fields of one key are one, and what `@skip` and `@include` leave out is
 * not there. The document must be valid for the schema.
 * @param variables the operation's variables, coerced
 * @throws BadInput where it asks for the schema's own description
 */
export function selectedBy(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): readonly Selected[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const root = schema.getRootType(operation.operation);
  if (root == null) return [];

  const isLeftOut = (node: SelectionNode): boolean =>
    getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true ||
    getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if === false;

  interface Found {
    readonly key: string;
    readonly type: GraphQLNamedType;
    readonly on: readonly string[];
    readonly nodes: FieldNode[];
  }

  const collect = (
    type: GraphQLNamedType,
    on: readonly string[],
    { selections }: SelectionSetNode,
    into: Map<string, Found>,
  ): void => {
    for (const node of selections) {
      if (isLeftOut(node)) continue;
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        // Of an interface's things, each type has its own.
        const place = [...on, key].join(' ');
        const found = into.get(place) ?? { key, type, on, nodes: [] };
        into.set(place, found);
        found.nodes.push(node);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      if (fragment === undefined) continue;
      const name = fragment.typeCondition?.name.value;
      // What an object is, it is: only where it may be several things does it matter which one is meant.
      const inner = name === undefined || isObjectType(type) ? type : (schema.getType(name) ?? type);
      collect(inner, inner === type ? on : [...on, inner.name], fragment.selectionSet, into);
    }
  };

  const tree = (type: GraphQLNamedType, sets: readonly SelectionSetNode[]): Selected[] => {
    const found = new Map<string, Found>();
    for (const set of sets) collect(type, [], set, found);
    return [...found.values()].flatMap(({ key, type: owner, on, nodes }) => {
      const [node] = nodes;
      if (node === undefined || !isCompositeType(owner)) return [];
      const field = fieldOf(owner, node.name.value);
      if (field === undefined) return [];
      const inner = getNamedType(field.type);
      const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      const children = isCompositeType(inner) ? tree(inner, below) : [];
      return [{ key, coordinate: `${owner.name}.${field.name}`, owner, field, node, on, children }];
    });
  };
  return tree(root, [operation.selectionSet]);
}

/** @throws BadInput for what no table can hold */
function fieldOf(type: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (name === SchemaMetaFieldDef.name || name === TypeMetaFieldDef.name)
    throw new BadInput(`\`${name}\` tells of the schema, and makes no table: ask for it as JSON.`);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}
