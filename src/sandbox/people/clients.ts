import type { DpClient } from '../dynamic-planner/wire.ts';
import { dayBack } from './dates.ts';
import { dpId } from './ids.ts';
import { FEMALE_NAMES, LAST_NAMES, MALE_NAMES, STREETS, TOWNS, UNUSUAL_NAMES } from './names.ts';
import { adviserOf, unitOf } from './organisation.ts';
import { at, type Random, randomFor } from './random.ts';
import { partnerOf, ROUND, type World } from './world.ts';

const OPTIONAL = ['title', 'middleNames', 'gender', 'adviserId', 'addresses', 'phones', 'emails'] as const;

/** What is particular about the people at some places of every round. */
const SPECIAL: Readonly<Record<number, (world: World, client: DpClient) => void>> = {
  4: (world, client) => {
    Object.assign(client, { loyaltyTier: 'gold', externalScores: { engagement: 0.7 } });
    world.oddities.extraFields.push(client.id);
  },
  12: (world, client) => {
    for (const field of OPTIONAL) delete client[field];
    world.oddities.missingOptionalFields.push(client.id);
  },
  14: (world, client) => {
    for (const field of OPTIONAL) client[field] = null;
    world.oddities.explicitNulls.push(client.id);
  },
  19: (_world, client) => {
    client.status = 'inactive';
  },
  38: (world, client) => {
    client.status = 'archived_pending';
    world.oddities.unknownClientStatus.push(client.id);
  },
};

/** Adds Dynamic Planner's people, numbered from 1 in the order in which they are listed. */
export function addClients(world: World): void {
  for (let index = 0; index < world.dpCount; index += 1) {
    const client = makeClient(world, index);
    SPECIAL[index % ROUND]?.(world, client);
    world.dp.clients.set(client.id, client);
  }
}

function makeClient(world: World, index: number): DpClient {
  const random = randomFor(world.seed, 'client', index);
  const id = dpId('client', index + 1);
  const gender = index % 2 === 0 ? 'female' : 'male';
  const usual = {
    firstName: random.pick(gender === 'female' ? FEMALE_NAMES : MALE_NAMES),
    lastName: familyName(world, index),
    gender,
  };
  const unusual = index % 10 === 3;
  const name = unusual ? at(UNUSUAL_NAMES, Math.floor(index / 10)) : usual;
  if (unusual) world.oddities.unusualName.push(id);
  if (index % 10 === 6 && partnerOf(world, index) !== null) world.oddities.splitOrganisationUnits.push(id);
  return {
    id,
    title: name.gender === 'female' ? random.pick(['Mrs', 'Ms', 'Dr']) : random.pick(['Mr', 'Dr']),
    firstName: name.firstName,
    middleNames: random.chance(0.3) ? random.pick(FEMALE_NAMES) : null,
    lastName: name.lastName,
    dateOfBirth: dayBack(random.int(24 * 365, 88 * 365)),
    gender: name.gender,
    status: 'active',
    organisationUnitId: unitOf(index),
    adviserId: adviserOf(index),
    addresses: [address(random, Math.min(index, partnerOf(world, index) ?? index))],
    phones: [{ type: 'mobile', number: `+4477009${String(index % 100_000).padStart(5, '0')}`, isPrimary: true }],
    emails: [{ type: 'personal', address: `person${index + 1}@example.com`, isPrimary: true }],
    createdAt: `${dayBack(random.int(400, 1_500))}T09:30:00Z`,
    updatedAt: `${dayBack(random.int(0, 390))}T14:05:11Z`,
  };
}

/** Couples share the name of the one who comes first. */
function familyName(world: World, index: number): string {
  return randomFor(world.seed, 'family', index % 5 === 1 ? index - 1 : index).pick(LAST_NAMES);
}

function address(random: Random, household: number) {
  const place = at(TOWNS, household);
  return {
    type: 'home',
    line1: `${1 + (household % 180)} ${at(STREETS, household)}`,
    line2: random.chance(0.2) ? 'Flat 2' : null,
    town: place.town,
    county: place.county,
    postcode: place.postcode,
    country: 'GB',
    isPrimary: true,
  };
}
