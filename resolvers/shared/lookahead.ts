import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';

/** Whether a field below the one being resolved is selected: `selects(info, 'pageInfo', 'hasNextPage')`. */
export function selects(info: GraphQLResolveInfo, ...path: string[]): boolean {
  let sets = setsOf(info.fieldNodes);
  for (const name of path) {
    const fields = sets.flatMap((set) => fieldsOf(info, set.selections)).filter((field) => field.name.value === name);
    if (fields.length === 0) return false;
    sets = setsOf(fields);
  }
  return true;
}

function setsOf(fields: readonly FieldNode[]): SelectionSetNode[] {
  return fields.flatMap((field) => (field.selectionSet === undefined ? [] : [field.selectionSet]));
}

/** Fragments opened. Conditions are not looked at: what may be selected counts as selected. */
function fieldsOf(info: GraphQLResolveInfo, selections: readonly SelectionNode[]): FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    const set =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : info.fragments[selection.name.value]?.selectionSet;
    return set === undefined ? [] : fieldsOf(info, set.selections);
  });
}
