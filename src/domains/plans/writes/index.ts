import { CodedError, UpstreamError } from '../../../platform/errors.ts';
import type { Ref } from '../../../platform/relay/ids.ts';
import type { Wire } from '../../../platform/wire.ts';
import type { WritingOperation } from '../../../sources/index.ts';
import type { Plannr } from '../../../sources/plannr/index.ts';
import { bodyOf } from '../../shared/input-fields.ts';
import { type Happening, tagsOf } from '../../shared/tags.ts';
import { type Outcome, outcomeOf } from '../../shared/write-outcome.ts';
import { FIELDS_OF, graphName } from '../details/names.ts';
import type { PlanValuationsRecordPayloadModel } from '../model.ts';
import { plannrOwners } from '../owners.ts';
import { byPlaces, checkBeneficiaries, checkPlan, fieldsWith, oneOfTen, planBody } from './body.ts';
import { looking, refused } from './faults.ts';
import { OWNER_FIELDS, PLAN_FIELDS } from './fields.ts';
import type { OwnershipGiven, PlanCreateGiven, PlanGiven, PlanUpdateGiven, ValuationsGiven } from './input.ts';
import type { PlanWriteKept, PlanWriteNeeds } from './needs.ts';
import { checkOwners, hasBusiness, references } from './references.ts';
import { changedNothing, intentName, sendingScope, underKey } from './sending.ts';
import { valuationWrites } from './valuations.ts';

/** Writes of plans, to Plannr. */
export function write(operation: WritingOperation, kept: PlanWriteKept, needs: PlanWriteNeeds) {
  const plannr = writable(operation);
  const look = references(operation, plannr, needs);

  /** Drops what is kept of a plan, and of these accounts' lists. Done also where a write has failed: it may have been made. */
  const changed = (happened: 'created' | 'updated', uuid: string, accounts: readonly string[]): Promise<void> => {
    const resource = { type: 'plan', id: uuid };
    const happening: Happening = {
      system: 'PLANNR',
      topic: `plan.${happened}`,
      resource,
      clientIds: accounts,
      planId: uuid,
    };
    return operation.drop(tagsOf(happening));
  };

  const onlyForBusiness = async (
    { isGroupScheme }: PlanGiven,
    accounts: () => Promise<readonly Wire[]>,
  ): Promise<void> => {
    if (isGroupScheme === true && !hasBusiness(await accounts()))
      throw refused(['input', 'isGroupScheme'], 'NOT_ALLOWED', 'Only a plan of a business can be a group scheme.');
  };

  const create = async ({ idempotencyKey, ...input }: PlanCreateGiven): Promise<Written> => {
    const details = oneOfTen(input.details);
    const name = intentName(operation.caller, 'planCreate', idempotencyKey);
    const uuid = await underKey(
      kept.plans.intents.once(operation, {
        name,
        input,
        prepare: async () => {
          // A plan of which nothing is said is active, as far as the reason for being inactive goes.
          checkPlan(input, (input.status ?? 'ACTIVE').toLowerCase());
          checkOwners(input.owners, ['input', 'owners']);
          planBody(input, details);
          checkBeneficiaries(input);
          const [{ owners, accounts }, others] = await Promise.all([
            look.owners(input.owners, ['input', 'owners']),
            look.others(input),
          ]);
          await onlyForBusiness(input, async () => accounts);
          const body = { ...planBody({ ...others, owners } as PlanGiven, details), type: details?.type };
          return { body, accounts: owners.map(({ clientId }) => clientId) };
        },
        work: async ({ body, accounts }) => {
          let made: string | null = null;
          try {
            made = await plannr.plans.create(sendingScope(operation), body);
          } finally {
            await changed('created', made ?? 'unknown', accounts);
          }
          // It was made, and which one it is was not told.
          if (made === null) throw new TypeError('a plan without a uuid');
          return made;
        },
        wasNothingDone: changedNothing,
      }),
    );
    return planWritten(uuid);
  };

  const update = async ({ id, ...input }: PlanUpdateGiven): Promise<Written> => {
    const { record, uuid } = await look.target(id, ['input', 'id']);
    const details = oneOfTen(input.details);
    const type = record.text('type') ?? '';
    if (details !== null && details.type !== type)
      throw refused(
        ['input', 'details', details.key],
        'WRONG_TYPE',
        FIELDS_OF.has(type)
          ? `The plan is of another type, and its type can't be changed: give \`details.${graphName(type)}\`.`
          : 'The plan is of a type that is none of the ten: it has no details that could be changed here.',
      );
    checkPlan(input, input.status == null ? record.text('status') : input.status.toLowerCase());
    planBody(input, details);
    checkBeneficiaries(input);
    const owners = plannrOwners(record).map((owner) => owner.id);
    await onlyForBusiness(input, () =>
      look.accounts(owners.map((owner) => ({ uuid: owner, path: ['input', 'isGroupScheme'] }))),
    );
    const body = planBody(await look.others(input), details);
    if (Object.keys(body).length === 0) throw refused(['input'], 'REQUIRED', 'Nothing is given that could be changed.');
    try {
      await plannr.plans.update(sendingScope(operation), uuid, body);
    } finally {
      await changed('updated', uuid, owners);
    }
    return planWritten(uuid);
  };

  const setOwners = async ({ id, owners: given }: OwnershipGiven): Promise<Written> => {
    checkOwners(given, ['input', 'owners']);
    const { record, uuid } = await look.target(id, ['input', 'id']);
    const before = plannrOwners(record).map((owner) => owner.id);
    // Whoever loses a share, or gets another one, must be the caller's to see.
    const { refOfAccount } = await needs.clients.directory();
    for (const account of before) await look.seen(refOfAccount(account), ['input', 'id']);
    const { owners } = await look.owners(given, ['input', 'owners']);
    const { accounts } = bodyOf({ owners: { to: 'accounts', of: OWNER_FIELDS } }, { owners }, 'input');
    try {
      await plannr.plans.setOwners(sendingScope(operation), uuid, accounts as Record<string, unknown>[]);
    } finally {
      await changed('updated', uuid, [...before, ...owners.map(({ clientId }) => clientId)]);
    }
    return planWritten(uuid);
  };

  const record = valuationWrites(operation, kept, needs, plannr, look);

  return {
    create: (input: PlanCreateGiven) =>
      told(outcomeOf(() => looking(needs, () => create(input)), fieldsWith(oneOfTen(input.details)), 'input')),
    update: (input: PlanUpdateGiven) =>
      told(outcomeOf(() => looking(needs, () => update(input)), fieldsWith(oneOfTen(input.details)), 'input')),
    setOwners: (input: OwnershipGiven) =>
      told(outcomeOf(() => looking(needs, () => setOwners(input)), PLAN_FIELDS, 'input')),
    recordValuations: (input: ValuationsGiven): Promise<PlanValuationsRecordPayloadModel> => record(input),
  };
}

/** @throws CodedError where Plannr can't be written to, or not by this caller */
function writable({ sources, caller }: WritingOperation): Plannr {
  if (caller.isPassthrough)
    throw new CodedError(
      'FORBIDDEN',
      "The caller's own token is Dynamic Planner's, and nobody has allowed it to change anything in Plannr.",
    );
  if (sources.plannr === null)
    throw new UpstreamError(
      'UPSTREAM_UNAVAILABLE',
      { system: 'PLANNR' },
      'is not configured: nothing can be changed there.',
    );
  return sources.plannr;
}

/** What was made or changed. */
type Written = Omit<Outcome<Ref>, 'userErrors'>;

function planWritten(id: string): Written {
  return { done: { system: 'PLANNR', id }, changes: [{ system: 'PLANNR', resource: 'plan', id }] };
}

async function told(outcome: Promise<Outcome<Ref>>): Promise<Outcome<Ref>> {
  const { userErrors, ...rest } = await outcome;
  return { ...rest, userErrors: byPlaces(userErrors) };
}
