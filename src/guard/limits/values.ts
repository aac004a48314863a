import { type OperationDefinitionNode, type ValueNode, valueFromASTUntyped } from 'graphql';

/** The variables of an operation: those that it declares, given or by default. Without a prototype, so that no name means more than it says. */
export type Variables = Record<string, unknown>;

/** @param given raw or coerced; values that are not own properties, and names that the operation does not declare, do not count */
export function variablesOf(operation: OperationDefinitionNode, given: Readonly<Record<string, unknown>>): Variables {
  const variables = Object.create(null) as Variables;
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (Object.hasOwn(given, name)) variables[name] = given[name];
    else if (defaultValue !== undefined) variables[name] = valueFromASTUntyped(defaultValue);
  }
  return variables;
}

/** What a literal or a variable stands for; undefined for a variable without a value. */
export function readValue(node: ValueNode | undefined, variables: Variables): unknown {
  return node === undefined ? undefined : valueFromASTUntyped(node, variables);
}
