import {
  type ArgumentNode,
  type DefinitionNode,
  type FieldNode,
  Kind,
  parse,
  parseValue,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { CodedError } from '../../platform/errors.ts';
import { LARGEST_PAGE, OWN } from './own.ts';

/** Where a page ends, as it is asked for. */
export const PAGE = `${OWN.page}: pageInfo { hasNextPage endCursor }`;

/**
 * A field under an alias, with what is selected in it; of a connection the first page of its list, and where that ends.
 * @param chain the names of the field, and of the list in it where it is a connection
 */
export function aliasedField(
  alias: string,
  [outer, list]: readonly [outer: string, list?: string],
  inner: readonly SelectionNode[],
): FieldNode {
  const node = { ...plainField(outer), alias: { kind: Kind.NAME, value: alias } as const };
  if (list === undefined) return { ...node, selectionSet: selectionSet(inner) };
  return {
    ...node,
    arguments: [argument('first', String(LARGEST_PAGE))],
    selectionSet: selectionSet([{ ...plainField(list), selectionSet: selectionSet(inner) }, ...fields(PAGE)]),
  };
}

function plainField(name: string): FieldNode {
  return { kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } };
}

/**
 * The cursor to go on after, where a page has a next one; null at the end.
 * @throws CodedError where there is more, and no cursor to go on after: so ends a page of which nothing could be read
 */
export function nextOf(connection: Readonly<Record<string, unknown>> | null | undefined): string | null {
  const page = connection?.[OWN.page] as { hasNextPage?: boolean; endCursor?: string | null } | undefined;
  if (page?.hasNextPage !== true) return null;
  if (page.endCursor == null) throw new CodedError('UPSTREAM_INVALID_DATA', 'A page of a list could not be read.');
  return page.endCursor;
}

/** A field without its conditions, and without arguments that variables stand in. */
export function withoutVariables(node: FieldNode): FieldNode {
  const kept = (node.arguments ?? []).filter(({ value }) => {
    let has = false;
    visit(value, {
      Variable() {
        has = true;
      },
    });
    return !has;
  });
  return { ...node, arguments: kept, directives: [] };
}

/** What is selected; an object needs something. */
export function selectionSet(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: selections.length > 0 ? selections : fields('__typename') };
}

/** An argument, its value as the language writes it. */
export function argument(name: string, value: string): ArgumentNode {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value: parseValue(value) };
}

/** For things of that type only. */
export function onType(name: string, selections: readonly SelectionNode[]): SelectionNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}

/** For things only that are of all these types. @param names from the outermost: each is one that things of the one before it may be of */
export function onTypes(names: readonly string[], selection: SelectionNode): SelectionNode {
  return names.reduceRight((inner, name) => onType(name, [inner]), selection);
}

/** Fields as the language writes them. */
export function fields(text: string): readonly SelectionNode[] {
  const [definition] = parse(`{ ${text} }`, { noLocation: true }).definitions as readonly DefinitionNode[];
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : [];
}
