import {
  type DocumentNode,
  type GraphQLSchema,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { countOperation, refuseTakenVariables } from '../graph/operation.ts';
import { operationOf, selectedBy } from '../graph/selected.ts';
import { type GraphTable, isWhole, tableOf } from '../graph/table.ts';
import { CONNECTION_NAME } from '../links.ts';
import { isReserved, UPDATED_SINCE } from './common.ts';
import { type Header, readHeader } from './header.ts';
import { type Parameter, parametersOf } from './parameters.ts';

/** A table that is offered under a name. */
export interface Dataset extends Omit<Header, 'rows'> {
  readonly name: string;
  readonly table: GraphTable;
  readonly operation: OperationDefinitionNode;
  readonly parameters: readonly Parameter[];
  /** The values of variables that a request does not give. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/**
 * Makes a dataset of what stands in its file.
 * @param name what it is called: the file's name
 * @throws Error that says what is wrong with it
 */
export function readDataset(schema: GraphQLSchema, name: string, text: string): Dataset {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name))
    throw new TypeError('name the file in lower case letters, digits and underscores: `my_plans.graphql`');
  if (name === CONNECTION_NAME)
    throw new TypeError(`the files that connect to the gateway are called \`${name}\`: choose another name`);
  const { rows, ...header } = readHeader(text);
  const document = parse(text, { noLocation: true });
  const [fault] = validate(schema, document);
  if (fault !== undefined) throw new TypeError(fault.message);
  const operation = queryOf(document);
  refuseConditions(document);
  refuseTakenVariables(operation);
  const table = tableOf(selectedBy(schema, document, operation, {}), header);
  const found = table.levels.flatMap(({ path }) => path);
  if (found.join('.') !== rows.join('.'))
    throw new TypeError(`its innermost list is \`${found.join('.')}\`, and its first lines say \`${rows.join('.')}\``);
  const names = new Set(table.columns.map((column) => column.name));
  for (const column of header.key)
    if (!names.has(column)) throw new TypeError(`its key names \`${column}\`, which is no column of it`);
  const parameters = parametersOf(schema, document, operation);
  for (const taken of [...names, ...parameters.map((parameter) => parameter.name)])
    if (isReserved(taken)) throw new TypeError(`\`${taken}\` is a parameter of every table: use an alias`);
  refuseNarrowed(operation, names);
  refuseUnanswerable(schema, parameters);
  const defaults = defaultsOf(operation);
  if (header.isCounted) {
    countOperation(table, operation, name);
    if (!isWhole(table, defaults)) throw new TypeError('only a whole list can be counted: leave "counted" out');
  }
  return { ...header, name, table, operation, parameters, defaults };
}

/** Variables that no request could give a value, or not the one that it means. */
function refuseUnanswerable(schema: GraphQLSchema, parameters: readonly Parameter[]): void {
  for (const { name, kind, isList } of parameters) {
    if (isInputObjectType(schema.getType(kind)))
      throw new TypeError(
        `\`$${name}\` is an object (\`${kind}\`), which no address can hold: take a variable for each of its fields that may be asked for`,
      );
    if (name === UPDATED_SINCE.name && (isList || kind !== UPDATED_SINCE.type))
      throw new TypeError(`\`${name}\` is a ${UPDATED_SINCE.type} in every table: call the variable otherwise`);
  }
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Readonly<Record<string, unknown>> {
  const entries = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const],
  );
  return Object.fromEntries(entries);
}

/** What is in the table must not hang on who asks for it: its columns are known from the start. */
function refuseConditions(document: DocumentNode): void {
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (given.some(({ value }) => value.kind === Kind.VARIABLE))
        throw new TypeError(`its columns are always the same: take the variable out of @${name.value}`);
    },
  });
}

/** A variable that is called as a column is given for one value of it only: without it there must be all rows. */
function refuseNarrowed({ variableDefinitions = [] }: OperationDefinitionNode, columns: ReadonlySet<string>): void {
  for (const { variable, type, defaultValue } of variableDefinitions)
    if (columns.has(variable.name.value) && (type.kind === Kind.NON_NULL_TYPE || defaultValue !== undefined))
      throw new TypeError(
        `\`$${variable.name.value}\` is called as a column is, and so filters it: take its \`!\` or its default value away, or call it otherwise`,
      );
}

function queryOf(document: DocumentNode): OperationDefinitionNode {
  const operation = operationOf(document);
  if (operation === null || operation.operation !== 'query')
    throw new TypeError('a dataset is one query: put others into files of their own');
  return operation;
}
