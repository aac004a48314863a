import {
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Selection } from '../platform/selection.ts';

/**
 * The coordinates that an operation selects, at any depth and through fragments; what `@skip` and `@include` leave out is not among them.
 * @param variables the operation's variables, coerced
 */
export function selectionOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Selection {
  const found = new Set<string>();
  const opened = new Set<string>();
  const open: string[] = [];
  const collect = (node: DocumentNode['definitions'][number]): void => {
    const types = new TypeInfo(schema);
    const isLeftOut = (selection: FieldNode | InlineFragmentNode | FragmentSpreadNode): boolean =>
      getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true ||
      getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if === false;
    visit(
      node,
      visitWithTypeInfo(types, {
        Field(field) {
          if (isLeftOut(field)) return false;
          found.add(`${types.getParentType()?.name}.${field.name.value}`);
          return undefined;
        },
        InlineFragment: (fragment) => (isLeftOut(fragment) ? false : undefined),
        FragmentSpread(spread) {
          if (!isLeftOut(spread)) open.push(spread.name.value);
        },
      }),
    );
  };
  collect(operation);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (opened.has(name)) continue;
    opened.add(name);
    const fragment = document.definitions.find(
      (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name,
    );
    if (fragment !== undefined) collect(fragment);
  }
  return { has: (...coordinates) => coordinates.some((coordinate) => found.has(coordinate)) };
}
