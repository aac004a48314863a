import {
  type ArgumentNode,
  type FieldNode,
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parseType,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { BadInput } from '../../platform/errors.ts';
import { argument, fields, onType, onTypes, PAGE, selectionSet, withoutVariables } from './nodes.ts';
import { LARGEST_PAGE, OWN, TAKEN } from './own.ts';
import type { Selected } from './selected.ts';
import { type GraphColumn, type GraphTable, isNode, type Level, SIZES } from './table.ts';

/** The operations that read a table. */
export interface TableOperations {
  /** Reads a page of the outermost list, with the variables `_first` and `_after` where it is followed. */
  readonly text: string;
  /** The document's own variables that it has. */
  readonly variables: readonly string[];
  /** For each level: reads on in that list of one thing, with the variables `_id` and `_after`. Null where that can't be needed, or can't be done. */
  readonly rest: readonly (TableRest | null)[];
}

/** Reads on in a list of one thing. */
export interface TableRest {
  readonly text: string;
  readonly variables: readonly string[];
}

/** What stands in a document besides must not have the names that its operations add. @throws BadInput */
export function refuseTakenVariables({ variableDefinitions = [] }: OperationDefinitionNode): void {
  const taken = variableDefinitions.find(({ variable }) => TAKEN.has(variable.name.value));
  if (taken !== undefined)
    throw new BadInput(`\`$${taken.variable.name.value}\` is no variable that a table can have: choose another name.`);
}

/**
 * The operations that read these columns of a table, and nothing else.
 * @param extra what else is selected on the things of each level, 1 the outermost list's
 */
export function operationsOf(
  table: GraphTable,
  columns: readonly GraphColumn[],
  operation: OperationDefinitionNode,
  name: string,
  extra: ReadonlyMap<number, readonly SelectionNode[]> = new Map(),
): TableOperations {
  const needed = neededBy(columns);
  for (const { list } of table.levels) for (const selected of list.chain) needed.add(selected);

  const followed = new Map<Selected, number>();
  const listLevel = new Map<Selected, number>();
  for (const [index, { list, isFollowed }] of table.levels.entries()) {
    const last = list.chain.at(-1);
    if (isFollowed && list.connection !== null) followed.set(list.connection, index + 1);
    if (last !== undefined) listLevel.set(last, index + 1);
  }

  /** @param top the level whose list is the outermost one of this operation */
  const fieldOf = (selected: Selected, top: number): SelectionNode => {
    const level = listLevel.get(selected);
    const page = followed.get(selected);
    const children = selected.children.filter((child) => needed.has(child));
    const added = [
      ...(level === undefined ? [] : onThings(selected, table.levels[level - 1], extra.get(level) ?? [])),
      ...(level !== undefined && continues(table, level) ? idField(selected) : []),
      ...(page === undefined ? [] : fields(PAGE)),
    ];
    const set = selectionOf(children, added, top);
    const { node } = selected;
    const field: FieldNode = {
      ...node,
      directives: [],
      ...(page !== undefined && { arguments: pageArguments(node, page === top, top === 1) }),
      ...(isCompositeType(getNamedType(selected.field.type)) && { selectionSet: set }),
    };
    return onTypes(selected.on, field);
  };
  const selectionOf = (
    children: readonly Selected[],
    added: readonly SelectionNode[],
    top: number,
  ): SelectionSetNode => {
    const selections = [...children.map((child) => fieldOf(child, top)), ...added];
    return selectionSet(selections);
  };

  const roots = rootsOf(table, columns).filter((selected) => needed.has(selected));
  const isPaged = table.levels[0]?.isFollowed === true;
  const first = finished(name, selectionOf(roots, [], 1), operation, isPaged ? [OWN.first, OWN.after] : []);
  const rest = table.levels.map((level, index) => {
    const above = index === 0 ? undefined : table.levels[index - 1];
    if (!level.isFollowed || above === undefined || !isNode(above.list.type)) return null;
    const [start] = withoutEdge(level.list.chain, above);
    if (start === undefined) return null;
    const inner = onType(above.list.type.name, [fieldOf(start, index + 1)]);
    const node = fields(`${OWN.node}: node(id: $${OWN.id}) { __typename }`)[0] as FieldNode;
    const whole: FieldNode = { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: [inner] } };
    const set: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [whole] };
    return finished(name, set, operation, [OWN.id, OWN.after]);
  });
  return { ...first, rest };
}

/** A list of an interface's things has the fields of one type of them in a fragment. */
function onThings(
  { field }: Selected,
  level: Level | undefined,
  selections: readonly SelectionNode[],
): readonly SelectionNode[] {
  if (selections.length === 0 || level === undefined || isObjectType(getNamedType(field.type))) return selections;
  return [onType(level.list.type.name, selections)];
}

/** What of a selection the columns take. */
function neededBy(columns: readonly GraphColumn[]): Set<Selected> {
  const needed = new Set<Selected>();
  for (const { source } of columns) {
    if (source === null) continue;
    for (const selected of source.chain) needed.add(selected);
    if (source.bySystem === undefined) continue;
    const list = source.chain.at(-2);
    for (const child of list?.children ?? []) if (child.key === source.bySystem.systemKey) needed.add(child);
  }
  return needed;
}

/** The fields that columns of one level take, to be selected on such a thing elsewhere. Arguments with variables are left out. */
export function fieldsOf(columns: readonly GraphColumn[]): readonly SelectionNode[] {
  const needed = neededBy(columns);
  const nodeOf = (selected: Selected): SelectionNode => {
    const children = selected.children.filter((child) => needed.has(child)).map(nodeOf);
    const field: FieldNode = {
      ...withoutVariables(selected.node),
      ...(isCompositeType(getNamedType(selected.field.type)) && { selectionSet: selectionSet(children) }),
    };
    return onTypes(selected.on, field);
  };
  const roots = new Set(columns.flatMap(({ source }) => source?.chain[0] ?? []));
  return [...roots].map(nodeOf);
}

/** Counts the rows of a table that is one list: `totalIn` reads the number off the answer; null where the graph does not know it. */
export function countOperation(
  { levels }: GraphTable,
  operation: OperationDefinitionNode,
  name: string,
): TableRest & { readonly totalIn: (data: Readonly<Record<string, unknown>>) => number | null } {
  const connection = levels[0]?.list.connection;
  if (connection == null || levels.length > 1 || levels[0]?.path.length !== 2)
    throw new TypeError('only a table that is one list of the graph, page by page, can be counted');
  const field: FieldNode = { ...connection.node, selectionSet: selectionSet(fields('totalCount')) };
  return {
    ...finished(name, selectionSet([field]), operation, []),
    totalIn: (data) => {
      const total = (data[connection.key] as { readonly totalCount?: unknown } | null)?.totalCount;
      return typeof total === 'number' ? total : null;
    },
  };
}

/** Whether the list below is one that may have to be read on, by the id of the thing that holds it. @param level from 1 */
function continues({ levels }: GraphTable, level: number): boolean {
  const holder = levels[level - 1];
  return levels[level]?.isFollowed === true && holder !== undefined && isNode(holder.list.type);
}

/** From the thing itself on: the way out of an edge leads through its `node`. */
export function withoutEdge<T extends { readonly key: string; readonly coordinate: string }>(
  chain: readonly T[],
  { list }: Level,
): readonly T[] {
  return list.chain.at(-1)?.field.name === 'edges' ? chain.slice(1) : chain;
}

function idField(list: Selected): readonly SelectionNode[] {
  return list.field.name === 'edges' ? fields(`${OWN.node}: node { ${OWN.id}: id }`) : fields(`${OWN.id}: id`);
}

function rootsOf({ levels }: GraphTable, columns: readonly GraphColumn[]): readonly Selected[] {
  const roots = new Set<Selected>();
  for (const { level, source } of columns) if (level === 0 && source?.chain[0]) roots.add(source.chain[0]);
  const first = levels[0]?.list.chain[0];
  if (first !== undefined) roots.add(first);
  return [...roots];
}

function pageArguments(node: FieldNode, isTop: boolean, isRoot: boolean): readonly ArgumentNode[] {
  const kept = (node.arguments ?? []).filter(
    ({ name: { value } }) => !SIZES.has(value) && !(isTop && value === 'after'),
  );
  const first = isTop && isRoot ? `$${OWN.first}` : String(LARGEST_PAGE);
  return [...kept, argument('first', first), ...(isTop ? [argument('after', `$${OWN.after}`)] : [])];
}

const OWN_TYPES: Readonly<Record<string, string>> = { [OWN.first]: 'Int', [OWN.after]: 'String', [OWN.id]: 'ID!' };

/** The operation as text: with the variables of the document that are used in it, and its own. */
function finished(
  name: string,
  selectionSet: SelectionSetNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
  own: readonly string[],
): TableRest {
  const used = new Set<string>();
  visit(selectionSet, { Variable: ({ name: variable }) => void used.add(variable.value) });
  const kept = variableDefinitions.filter(({ variable }) => used.has(variable.name.value));
  const added = own.map(
    (variable): VariableDefinitionNode => ({
      kind: Kind.VARIABLE_DEFINITION,
      variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } },
      type: parseType(OWN_TYPES[variable] ?? 'String'),
    }),
  );
  const text = print({
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    name: { kind: Kind.NAME, value: name },
    variableDefinitions: [...kept, ...added],
    selectionSet,
  });
  return { text, variables: kept.map(({ variable }) => variable.name.value) };
}
