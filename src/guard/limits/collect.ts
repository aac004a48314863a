import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import { readValue, type Variables } from './values.ts';

/** What collecting fields needs to know. */
export interface CollectNeeds {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Variables;
  /** Whether a type condition holds for an object type. */
  readonly applies: (condition: string, type: string) => boolean;
  /** Told of each selection that is looked at. */
  readonly step: () => void;
}

/**
 * The fields that an object of a type gives for these selection sets, those of one response key together, as execution collects them
 * (GraphQL specification, "Field Collection"): fragments opened once, `@skip` and `@include` honoured. A condition that is no boolean
 * leaves its field in.
 */
export function collectFields(
  needs: CollectNeeds,
  type: string,
  sets: readonly SelectionSetNode[],
): ReadonlyMap<string, readonly FieldNode[]> {
  const groups = new Map<string, FieldNode[]>();
  const opened = new Set<string>();
  const open = sets.map(({ selections }) => selections.values());
  open.reverse();
  for (let selections = open.at(-1); selections !== undefined; selections = open.at(-1)) {
    const { value: selection, done } = selections.next();
    if (done === true || selection === undefined) {
      open.pop();
      continue;
    }
    needs.step();
    if (isLeftOut(selection, needs.variables)) continue;
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [selection]);
      else group.push(selection);
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : opening(needs, opened, selection.name.value);
    const condition = fragment?.typeCondition?.name.value;
    if (fragment !== undefined && (condition === undefined || needs.applies(condition, type)))
      open.push(fragment.selectionSet.selections.values());
  }
  return groups;
}

/** A named fragment that was not yet opened in these selection sets. */
function opening({ fragments }: CollectNeeds, opened: Set<string>, name: string): FragmentDefinitionNode | undefined {
  if (opened.has(name)) return undefined;
  opened.add(name);
  return fragments.get(name);
}

function isLeftOut({ directives }: SelectionNode, variables: Variables): boolean {
  return (directives ?? []).some(({ name, arguments: args }) => {
    const condition = readValue(args?.find((argument) => argument.name.value === 'if')?.value, variables);
    return (name.value === 'skip' && condition === true) || (name.value === 'include' && condition === false);
  });
}
