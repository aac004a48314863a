import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** A field that an operation asks for, with fragments resolved. */
export interface Selected {
  /** Its name in the answer. */
  readonly key: string;
  /** `Client.displayName`. */
  readonly coordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
  /** The type that has the field. */
  readonly owner: GraphQLObjectType | GraphQLInterfaceType;
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
      const field = node && (isObjectType(owner) || isInterfaceType(owner)) ? owner.getFields()[node.name.value] : null;
      // `__typename` and the schema's own description are no part of a table.
      if (node === undefined || field == null || !(isObjectType(owner) || isInterfaceType(owner))) return [];
      const inner = getNamedType(field.type);
      const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      const children = isCompositeType(inner) ? tree(inner, below) : [];
      return [{ key, coordinate: `${owner.name}.${field.name}`, owner, field, node, on, children }];
    });
  };
  return tree(root, [operation.selectionSet]);
}
