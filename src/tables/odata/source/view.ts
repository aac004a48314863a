import { type FieldNode, type GraphQLSchema, Kind, type OperationDefinitionNode, parse, print } from 'graphql';
import type { Dataset } from '../../dataset/dataset.ts';
import { operationOf, selectedBy } from '../../graph/selected.ts';
import { type GraphColumn, type GraphTable, tableOf } from '../../graph/table.ts';

/** One way to read the entities of a set from the graph. */
export interface View {
  readonly table: GraphTable;
  readonly operation: OperationDefinitionNode;
  /** The columns by their properties. */
  readonly columns: ReadonlyMap<string, GraphColumn>;
}

/** The variable that holds the ids of the things to begin with. */
export const IDS = '_ids';

/** All entities of a set, in the dataset's order. */
export function wholeView({ table, operation }: Dataset): View {
  return viewOf(table, operation);
}

/** The entities that belong to certain things, or that are those things, by the ids of these. */
export function viewByIds(schema: GraphQLSchema, dataset: Dataset): View {
  const [outer] = dataset.table.levels;
  const list = outer?.list.chain.at(-1);
  if (outer === undefined || list === undefined) throw new TypeError('an entity set needs a dataset with a list');
  return built(schema, dataset, fragment(outer.list.type.name, print(selectionOf(list.node))));
}

/**
 * The entities of a set that certain things of another set are linked to.
 * @param type of these things
 * @param field of the type, which is a list or a page of one
 */
export function viewThrough(
  schema: GraphQLSchema,
  dataset: Dataset,
  { type, field, isConnection }: { readonly type: string; readonly field: string; readonly isConnection: boolean },
): View {
  const list = dataset.table.levels[0]?.list.chain.at(-1);
  if (list === undefined) throw new TypeError('an entity set needs a dataset with a list');
  const things = print(selectionOf(list.node));
  return built(schema, dataset, fragment(type, `{ ${field} ${isConnection ? `{ nodes ${things} }` : things} }`));
}

function fragment(type: string, selection: string): string {
  return `{ nodes(ids: $${IDS}) { ... on ${type} ${selection} } }`;
}

function built(schema: GraphQLSchema, dataset: Dataset, body: string): View {
  const variables = (dataset.operation.variableDefinitions ?? []).map(print);
  const document = parse(`query (${[`$${IDS}: [ID!]!`, ...variables].join(', ')}) ${body}`, { noLocation: true });
  const operation = operationOf(document);
  if (operation === null) throw new TypeError('a document of one operation');
  const { isNumbered } = dataset;
  return viewOf(tableOf(selectedBy(schema, document, operation, {}), { isNumbered }), operation);
}

function viewOf(table: GraphTable, operation: OperationDefinitionNode): View {
  return { table, operation, columns: new Map(table.columns.map((column) => [column.property, column])) };
}

function selectionOf({ selectionSet }: FieldNode) {
  return selectionSet ?? { kind: Kind.SELECTION_SET as const, selections: [] };
}
