import type { Context } from '../../src/context/index.ts';
import { allOf } from '../../src/platform/maybe.ts';
import type { Ref } from '../../src/platform/relay/ids.ts';

/** A plan's owners in Dynamic Planner whom the caller may see: what others bear is not theirs to learn. */
export async function visibleOwners(
  { owners }: { readonly owners: readonly { readonly ref: Ref }[] },
  { clients }: Context,
): Promise<string[]> {
  const people = owners.filter(({ ref }) => ref.system === 'DYNAMIC_PLANNER');
  const found = await allOf(people.map(({ ref }) => clients.find(ref)));
  return people.flatMap(({ ref }, index) => (found[index] == null ? [] : [ref.id]));
}
