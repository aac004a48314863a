import { dpId } from './ids.ts';
import { FEMALE_NAMES, LAST_NAMES, MALE_NAMES } from './names.ts';
import { at, randomFor } from './random.ts';
import type { World } from './world.ts';

const PEOPLE_PER_ADVISER = 15;

/** Name and place (0-based) of the parent: one top, three regions, nine offices, two teams. */
const UNITS: readonly (readonly [string, number | null])[] = [
  ['Hart Advisers', null],
  ['South', 0],
  ['North', 0],
  ['Wales and West', 0],
  ['Portsmouth office', 1],
  ['Brighton office', 1],
  ['London office', 1],
  ['Leeds office', 2],
  ['Newcastle office', 2],
  ['Edinburgh office', 2],
  ['Cardiff office', 3],
  ['Bristol office', 3],
  ['Truro office', 3],
  ['London private clients', 6],
  ['Leeds corporate', 7],
];

const FIRST_REGION = 1;
const REGIONS = 3;
const FIRST_OFFICE = FIRST_REGION + REGIONS;

/** The unit that runs the service account, and that every other stands under. */
export const TOP_UNIT_ID = dpId('organisationUnit', 1);

/** The unit of the n-th person: an office or team, now and then a region itself. Some couples are split between two. */
export function unitOf(index: number): string {
  if (index % 37 === 30) return dpId('organisationUnit', FIRST_REGION + (index % REGIONS) + 1);
  const household = index % 10 === 1 ? index - 1 : index;
  return dpId('organisationUnit', FIRST_OFFICE + (household % (UNITS.length - FIRST_OFFICE)) + 1);
}

/** The adviser of the n-th person. */
export function adviserOf(index: number): string {
  return dpId('employee', Math.floor(index / PEOPLE_PER_ADVISER) + 1);
}

export function adviserCount(world: World): number {
  return Math.ceil(world.dpCount / PEOPLE_PER_ADVISER);
}

const OTHER_ROLES = ['paraplanner', 'administrator', 'compliance', 'wealth_coach'];

/** Organisation units, then advisers (one for 15 people), then a few other roles. */
export function addOrganisation(world: World): void {
  UNITS.forEach(([name, parent], place) => {
    const id = dpId('organisationUnit', place + 1);
    const parentId = parent === null ? null : dpId('organisationUnit', parent + 1);
    world.dp.organisationUnits.set(id, { id, name, parentId });
  });
  const advisers = adviserCount(world);
  const others = world.dpCount === 0 ? 0 : OTHER_ROLES.length + Math.floor(advisers / 3);
  for (let index = 0; index < advisers + others; index += 1) {
    addEmployee(world, index, index < advisers ? 'adviser' : at(OTHER_ROLES, index - advisers));
  }
}

function addEmployee(world: World, index: number, role: string): void {
  const random = randomFor(world.seed, 'employee', index);
  const id = dpId('employee', index + 1);
  const firstName = random.pick(random.chance(0.5) ? FEMALE_NAMES : MALE_NAMES);
  const lastName = random.pick(LAST_NAMES);
  const email = `${firstName}.${lastName}.${index + 1}@adviser.example.com`.toLowerCase();
  const home = unitOf(index * PEOPLE_PER_ADVISER);
  const second = unitOf(index * PEOPLE_PER_ADVISER + 4);
  world.dp.employees.set(id, {
    id,
    firstName,
    lastName,
    email: index % 11 === 10 ? null : email,
    role,
    organisationUnitIds: home === second || index % 3 > 0 ? [home] : [home, second],
    licences: [{ product: 'professional', active: index % 6 !== 5, expiresOn: index % 4 === 3 ? null : '2027-03-31' }],
  });
}
