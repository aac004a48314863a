import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';
import { BadInput } from '../../platform/errors.ts';

/** The longest list that a variable may hold, at any depth: as many valuations as can be recorded at once. No argument of the graph takes more. */
const LONGEST_LIST = 4_000;
/** Levels of lists and objects within each other; no input of the graph is deeper than 3. */
const DEEPEST = 20;
/** How much of a message is told: it quotes the value that is wrong, however long. */
const LONGEST_MESSAGE = 300;

/**
 * The operation's variables, coerced. Done before the operation runs, which would make up to 50 errors that each quote the whole value.
 * @throws BadInput for the first that is wrong, or a list that is too long
 */
export function checkedVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  raw: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  checkShape(raw);
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], raw, { maxErrors: 1 });
  if (coerced !== undefined) return coerced;
  const message = errors[0]?.message ?? 'The variables do not fit the operation.';
  throw new BadInput(message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message);
}

/** Looks at what is inside what, level by level: whatever calls itself for each level could run out of stack. @throws BadInput */
function checkShape(raw: object): void {
  let level: object[] = [raw];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) throw new BadInput(`The variables are more than ${DEEPEST} levels deep.`);
    const next: object[] = [];
    for (const value of level) {
      if (Array.isArray(value) && value.length > LONGEST_LIST)
        throw new BadInput(`The variables have a list of more than ${LONGEST_LIST} items.`);
      for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) next.push(inner);
    }
    level = next;
  }
}
