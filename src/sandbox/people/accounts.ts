import type { DpClient } from '../dynamic-planner/wire.ts';
import type { PlannrAccount, PlannrAddress, PlannrReference } from '../plannr/wire.ts';
import { dayBack } from './dates.ts';
import { dpId, plannrId } from './ids.ts';
import { BUSINESS_NAMES, FEMALE_NAMES, LAST_NAMES, MALE_NAMES, THIRD_PARTIES } from './names.ts';
import { adviserCount } from './organisation.ts';
import { at, randomFor } from './random.ts';
import { isLinked, partnerOf, ROUND, type World } from './world.ts';

/** Accounts by what they are, in order; the plans are made from these lists. */
export interface Accounts {
  /** Dynamic Planner id → the accounts that name it, in order. */
  readonly linked: Map<string, string[]>;
  readonly alone: string[];
  readonly advisers: string[];
}

/** How the n-th person of Plannr alone is made; the first five of every size, then mostly ordinary people. */
const ALONE_KINDS = ['business', 'conflict', 'ghost', 'ownNumber', 'person'] as const;
type AloneKind = (typeof ALONE_KINDS)[number] | 'trust';

const RISK_TEXTS = ['Cautious', 'Balanced', 'Adventurous'];

/** Adds employees, the linked people, the people of Plannr alone, and a few outsiders. */
export function addAccounts(world: World): Accounts {
  const accounts: Accounts = { linked: new Map(), alone: [], advisers: [] };
  let number = 0;
  const add = (part: Partial<PlannrAccount>): string => {
    number += 1;
    const account = { ...blank(number), ...part };
    if (number % 9 === 2) Object.assign(account, { marketing_opt_in: false });
    world.plannr.accounts.set(account.uuid, account);
    if (account.type === 'client') addRisk(world, account.uuid, number);
    return account.uuid;
  };

  for (let index = 0; index < adviserCount(world); index += 1) {
    accounts.advisers.push(add({ ...personName(world, 'adviser', index), type: 'employee' }));
  }
  let index = -1;
  for (const client of world.dp.clients.values()) {
    index += 1;
    if (!isLinked(index)) continue;
    const uuids = [add(accountOf(client, index))];
    if (index % ROUND === 3) {
      uuids.push(add({ ...accountOf(client, index + 1), email: null }));
      world.oddities.twoAccounts.push(client.id);
    }
    accounts.linked.set(client.id, uuids);
  }
  for (let place = 0; place < world.aloneCount; place += 1) {
    const kind = aloneKind(world, place);
    const uuid = add(aloneAccount(world, place, kind));
    accounts.alone.push(uuid);
    noteAlone(world, uuid, kind);
  }
  for (let place = 0; place < Math.min(3, world.dpCount); place += 1) {
    add({ ...personName(world, 'outsider', place), type: 'external', external_references: [] });
  }
  addCircles(world, accounts);
  return accounts;
}

function blank(number: number): PlannrAccount {
  return {
    uuid: plannrId('account', number),
    type: 'client',
    role: 'individual',
    name: '',
    first_name: null,
    last_name: null,
    date_of_birth: null,
    external_references: [],
    created_at: `${dayBack(90 + ((number * 37) % 900))}T17:31:26+01:00`,
    updated_at: `${dayBack((number * 13) % 89)}T17:31:26+00:00`,
  };
}

function accountOf(client: DpClient, index: number): Partial<PlannrAccount> {
  const references: PlannrReference[] = [{ third_party: at(THIRD_PARTIES, index), reference: client.id }];
  if (index % 6 === 5) references.unshift({ third_party: 'smartsearch', reference: `SS-${index}` });
  return {
    name: `${client.firstName} ${client.lastName}`,
    title: client.title ?? null,
    first_name: client.firstName,
    middle_name: client.middleNames ?? null,
    last_name: client.lastName,
    date_of_birth: client.dateOfBirth,
    gender: client.gender ?? null,
    email: client.emails?.[0]?.address ?? null,
    phone: client.phones?.[0]?.number ?? null,
    address: addressOf(client),
    external_references: references,
  };
}

function addressOf(client: DpClient): PlannrAddress | null {
  const home = client.addresses?.[0];
  if (home === undefined) return null;
  return {
    name: 'Home',
    address_1: home.line1,
    address_2: home.line2,
    address_3: null,
    address_4: null,
    town_city: home.town,
    county: home.county,
    postcode: home.postcode,
    country: 'United Kingdom',
  };
}

function aloneKind(world: World, place: number): AloneKind {
  const kind = ALONE_KINDS[place];
  if (kind === 'conflict' && world.dpCount < 5) return 'person';
  if (kind !== undefined) return kind;
  const turn: Readonly<Record<number, AloneKind>> = { 0: 'business', 3: 'ownNumber', 5: 'trust' };
  return turn[place % 10] ?? 'person';
}

function aloneAccount(world: World, place: number, kind: AloneKind): Partial<PlannrAccount> {
  const references: Readonly<Record<AloneKind, readonly string[]>> = {
    business: [],
    trust: [],
    person: [],
    conflict: [dpId('client', 3), dpId('client', 5)],
    ghost: ['7b0c1d2e-ffff-4000-8000-00000000dead'],
    ownNumber: [`HART/${1_000 + place}`],
  };
  const external_references = references[kind].map((reference, turn) => ({
    third_party: at(THIRD_PARTIES, place + turn),
    reference,
  }));
  const company = at(BUSINESS_NAMES, place) + (place < BUSINESS_NAMES.length ? '' : ` ${place}`);
  if (kind === 'business' || kind === 'ownNumber') return { role: 'business', name: company, external_references };
  if (kind === 'trust') return { role: 'trust', name: `The ${company} Trust`, external_references };
  return { ...personName(world, 'alone', place), external_references };
}

function personName(world: World, kind: string, index: number): Partial<PlannrAccount> {
  const random = randomFor(world.seed, kind, index);
  const first = random.pick(random.chance(0.5) ? FEMALE_NAMES : MALE_NAMES);
  const last = random.pick(LAST_NAMES);
  return {
    name: `${first} ${last}`,
    first_name: first,
    last_name: last,
    date_of_birth: dayBack(random.int(24 * 365, 88 * 365)),
    email: `${kind}${index + 1}@example.org`,
    phone: null,
  };
}

function noteAlone(world: World, uuid: string, kind: AloneKind): void {
  if (kind === 'business' || kind === 'ownNumber') world.oddities.businessAccount.push(uuid);
  if (kind === 'conflict') world.oddities.conflictingAccount.push(uuid);
  if (kind === 'ghost') world.oddities.referenceToNobody.push(uuid);
  if (kind === 'ownNumber') world.oddities.nonUuidReference.push(uuid);
}

/** Most people have a level from 1 to 1000, some a text instead, some nothing. */
function addRisk(world: World, uuid: string, number: number): void {
  if (number % 7 === 6) return;
  const level = randomFor(world.seed, 'plannrRisk', number).int(1, 1_000);
  const asText = number % 5 === 4;
  world.plannr.risks.set(uuid, { level: asText ? null : level, level_string: asText ? at(RISK_TEXTS, level) : null });
}

/** A circle for every other couple that stands in Plannr. */
function addCircles(world: World, accounts: Accounts): void {
  for (let index = 0; index < world.dpCount; index += 10) {
    const partner = partnerOf(world, index);
    const members = [index, partner ?? index].map((place) => accounts.linked.get(dpId('client', place + 1))?.[0]);
    if (partner === null || members.includes(undefined)) continue;
    const uuid = plannrId('circle', index / 10 + 1);
    world.plannr.circles.set(uuid, {
      uuid,
      name: `${world.dp.clients.get(dpId('client', index + 1))?.lastName ?? ''} family`,
      accounts: members.flatMap((member) => {
        const account = member === undefined ? undefined : world.plannr.accounts.get(member);
        return account === undefined ? [] : [{ uuid: account.uuid, name: account.name }];
      }),
      created_at: '2025-08-27T17:31:26+01:00',
      updated_at: '2026-08-27T17:31:26+01:00',
    });
  }
}
