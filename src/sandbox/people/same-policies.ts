import type { DpFinance } from '../dynamic-planner/wire.ts';
import type { PlannrOwner } from '../plannr/wire.ts';
import type { Accounts } from './accounts.ts';
import type { PlanDraft } from './plan-shapes.ts';
import { at, hash, mix } from './random.ts';
import type { Dispute, TwinKind, World } from './world.ts';

/** Three quarters of the finances that can have a counterpart have one; every third of those disagrees. */
const TWINS_OF_300 = 225;
const EVERY_DISPUTE = 3;

/** Dynamic Planner type → Plannr type of the same policy. */
const SAME_TYPE: Readonly<Record<string, string>> = {
  investment: 'investment',
  pension: 'pension',
  liability: 'mortgage',
  protection: 'protection_policy',
};

/** What figures the two systems can disagree about, by type: only what both of them state. */
const DISPUTABLE: Readonly<Record<string, readonly Dispute[]>> = {
  investment: ['value', 'status', 'ownership'],
  pension: ['value', 'ownership', 'status'],
  liability: ['value', 'ownership'],
  protection: ['ownership'],
};

/** The ways in which the other system writes the same number. */
const SPELLINGS: readonly ((number: string) => string)[] = [
  (number) => number,
  (number) => number.toLowerCase().replaceAll('-', ' '),
  (number) => number.replaceAll('-', ''),
  (number) => number.replaceAll('-', ' - '),
  (number) => `${number.slice(0, -3)} ${number.slice(-3)}`,
];

/** What a counterpart that is not left to chance disagrees about; the kinds that are missing here are no same policy. */
const FORCED: Partial<Readonly<Record<TwinKind, Dispute | null>>> = {
  agreeing: null,
  value: 'value',
  status: 'status',
  ownership: 'ownership',
};

/** A plan that stands for a finance in Plannr; `samePolicy` is false where it only looks like it. */
export interface Counterpart {
  readonly draft: PlanDraft;
  readonly disagreement: Dispute | null;
  readonly samePolicy: boolean;
}

/** The Plannr plans that repeat a finance: none, one, or two where it is ambiguous on purpose. */
export function counterpartsOf(
  world: World,
  accounts: Accounts,
  finance: DpFinance,
  adviser: string | null,
): Counterpart[] {
  const type = SAME_TYPE[finance.type];
  const kind = world.twins.get(finance.id);
  const { reference } = finance;
  if (type === undefined || reference === undefined || reference === null) return [];
  const draw = mix(hash(finance.id), world.seed) % 300;
  if (kind === undefined && draw >= TWINS_OF_300) return [];
  const owners = ownersInPlannr(accounts, finance);
  if (owners.length === 0) return [];
  const disagreement = kind === undefined ? drawnDispute(finance.type, draw) : (FORCED[kind] ?? null);
  const draft: PlanDraft = {
    type: kind === 'incompatible' ? 'general_insurance' : type,
    owners: disagreement === 'ownership' ? disputed(owners) : owners,
    pence: amountOf(finance) + (disagreement === 'value' ? 12_345 : 0),
    policyNumber: kind === 'placeholder' ? reference : at(SPELLINGS, draw)(reference),
    currency: finance.currency ?? 'GBP',
    status: disagreement === 'status' ? other(finance.status) : (finance.status ?? 'active'),
    name: finance.name,
    ...(finance.openedOn ? { openedOn: finance.openedOn } : {}),
    ...(finance.provider ? { provider: finance.provider.name } : {}),
    ...(finance.subType === 'isa_hyper_plus' ? { subType: finance.subType } : {}),
    adviser,
  };
  const samePolicy = kind === undefined || kind in FORCED;
  const counterpart = { draft, disagreement, samePolicy };
  return kind === 'ambiguous'
    ? [counterpart, { ...counterpart, draft: { ...draft, policyNumber: reference.toLowerCase() } }]
    : [counterpart];
}

/** Notes what a counterpart that was made is an example of. */
export function noteCounterpart(world: World, finance: DpFinance, planUuid: string, counterpart: Counterpart): void {
  const { disagreement, draft, samePolicy } = counterpart;
  const kind: TwinKind | undefined = world.twins.get(finance.id);
  if (samePolicy) world.samePolicies.push({ financeId: finance.id, planUuid, disagreement });
  if (samePolicy && draft.policyNumber !== finance.reference) world.oddities.respeltPolicyNumber.push(planUuid);
  if (disagreement === 'value') world.oddities.disagreeingValue.push(planUuid);
  if (disagreement === 'status') world.oddities.disagreeingStatus.push(planUuid);
  if (disagreement === 'ownership') world.oddities.disagreeingOwnership.push(planUuid);
  if (kind === 'ambiguous') world.oddities.ambiguousPolicyNumber.push(planUuid);
}

function drawnDispute(type: string, draw: number): Dispute | null {
  return draw % EVERY_DISPUTE === 0 ? at(DISPUTABLE[type] ?? ['value'], draw / EVERY_DISPUTE) : null;
}

/** The owners that have an account; a person with two accounts holds it under one of them. */
function ownersInPlannr(accounts: Accounts, finance: DpFinance): PlannrOwner[] {
  return finance.owners.flatMap((owner) => {
    const uuids = accounts.linked.get(owner.clientId) ?? [];
    if (uuids.length === 0) return [];
    return [{ account_uuid: at(uuids, hash(finance.id)), ownership_percentage: owner.percentage ?? null }];
  });
}

/** Half of what the other system says, or the first owner's share turned round. */
function disputed(owners: PlannrOwner[]): PlannrOwner[] {
  if (owners.length === 1) return owners.map((owner) => ({ ...owner, ownership_percentage: 50 }));
  return owners.map((owner, place) => ({
    ...owner,
    ownership_percentage: place === 0 ? 25 : 75 / (owners.length - 1),
  }));
}

function other(status: string | null | undefined): string {
  return status === 'inactive' ? 'active' : 'inactive';
}

function amountOf(finance: DpFinance): number {
  return Math.round((finance.latestHistoricalValuation?.value ?? finance.outstandingBalance ?? 0) * 100);
}
