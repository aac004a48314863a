import { dpId } from './ids.ts';
import { at } from './random.ts';
import { partnerOf, type World } from './world.ts';

const COUPLE_TYPES = ['Marriage', 'Civil partnership', 'Marriage', 'Marriage'];

/** Adds every person's self-relationship, the couples (40% of the people) and some business partnerships. */
export function addRelationships(world: World): void {
  let number = 0;
  const add = (type: string, one: number, other: number): void => {
    number += 1;
    const id = dpId('relationship', number);
    world.dp.relationships.set(id, {
      id,
      type,
      clientIds: [dpId('client', one + 1), dpId('client', other + 1)],
      startedOn: number % 7 === 3 ? null : `${adultFrom(world, one, other) + (number % 4)}-06-18`,
      updatedAt: '2026-01-10T10:00:00Z',
    });
  };
  for (let index = 0; index < world.dpCount; index += 1) {
    const id = dpId('selfRelationship', index + 1);
    world.dp.selfRelationships.set(id, { id, clientId: dpId('client', index + 1) });
    const partner = partnerOf(world, index);
    if (partner !== null && partner > index) add(at(COUPLE_TYPES, index / 5), index, partner);
    if (index % 20 === 7) add('Business Partnership', index - 5, index);
    if (index % 20 === 9) add('Business Partnership', index - 8, index);
    if (index % 40 === 24) add('Trustee of', index - 2, index);
  }
}

/** The year in which both are of age. */
function adultFrom(world: World, one: number, other: number): number {
  const born = [one, other].map((index) => world.dp.clients.get(dpId('client', index + 1))?.dateOfBirth ?? '1970');
  return Math.max(...born.map((day) => Number(day.slice(0, 4)))) + 19;
}
