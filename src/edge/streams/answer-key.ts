import { hash } from 'node:crypto';
import { Kind, visit } from 'graphql';
import type { CallerScope } from '../../platform/cache/scope.ts';
import type { AcceptedSubscription } from '../operations.ts';

/** The argument that says where to begin: it changes what is told first, and nothing of what is told of an event. */
const AFTER = 'after';

/**
 * Everything that the answer to an event depends on besides the event: who asks, and what. Not where a subscriber began, so that those who
 * have come back share with those who stayed.
 */
export function answerKey(
  scope: CallerScope,
  { document, operationName, variables }: AcceptedSubscription,
  isExplained: boolean,
): string {
  const uses = new Map<string, number>();
  const beginnings = new Set<string>();
  visit(document, {
    OperationDefinition(operation) {
      const [root] = operation.selectionSet.selections;
      if (root?.kind !== Kind.FIELD) return;
      for (const { name, value } of root.arguments ?? [])
        if (name.value === AFTER && value.kind === Kind.VARIABLE) beginnings.add(value.name.value);
    },
    Variable: ({ name }) => void uses.set(name.value, (uses.get(name.value) ?? 0) + 1),
  });
  // Once where it is defined, and once where it is given.
  const counts = (name: string): boolean => !(beginnings.has(name) && uses.get(name) === 2);
  const used = Object.entries(variables)
    .filter(([name]) => counts(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const text = document.loc?.source.body ?? '';
  return hash('sha256', JSON.stringify([scope, text, operationName, used, isExplained]), 'base64url');
}
