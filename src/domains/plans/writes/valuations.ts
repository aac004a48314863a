import { createHash } from 'node:crypto';
import { CodedError, RejectedWrite } from '../../../platform/errors.ts';
import { parseIdOf } from '../../../platform/relay/ids.ts';
import { remembered } from '../../../platform/remembered.ts';
import type { WritingOperation } from '../../../sources/index.ts';
import type { Plannr } from '../../../sources/plannr/index.ts';
import { type Body, MOST_VALUATIONS } from '../../../sources/plannr/plan-writes.ts';
import { bodyOf, type InputFields } from '../../shared/input-fields.ts';
import { tagsOf } from '../../shared/tags.ts';
import { Refused, readAt, type UserFault } from '../../shared/user-errors.ts';
import { userFaults } from '../../shared/write-outcome.ts';
import type { ChangeModel } from '../../shared/written.ts';
import type { PlanValuationsRecordPayloadModel } from '../model.ts';
import { looking, refused, Unseen } from './faults.ts';
import { VALUATION_FIELDS } from './fields.ts';
import type { ValuationsGiven } from './input.ts';
import type { PlanWriteKept, PlanWriteNeeds } from './needs.ts';
import type { references } from './references.ts';
import { changedNothing, intentName, sendingScope, underKey } from './sending.ts';
import { checkSubAccounts } from './sub-accounts.ts';

/** The most valuations of one mutation. */
const MOST = 4_000;

const FIELDS: InputFields = { valuations: { to: 'valuations', of: VALUATION_FIELDS } };

/** Records valuations, a lot after the other: see `planValuationsRecord`. */
export function valuationWrites(
  operation: WritingOperation,
  { plans: { intents } }: PlanWriteKept,
  needs: PlanWriteNeeds,
  plannr: Plannr,
  { target }: ReturnType<typeof references>,
) {
  /** Plannr's id of a plan that the caller may see. */
  const uuidOf = async (id: string, index: number): Promise<string> => {
    const path = ['input', 'valuations', String(index), 'planId'];
    const { system, parts } = readAt(path, () => parseIdOf('Plan', id));
    if (system === 'DYNAMIC_PLANNER') return (await target(id, path)).uuid;
    const uuid = parts[0] ?? '';
    if ((await needs.plans.plannrRecord(uuid)) === null) throw new Unseen(path, 'plan');
    return uuid;
  };

  /** Everything as it is sent. Nothing is sent where one of them can't be. @throws Refused, Unseen */
  const bodiesOf = async ({ valuations }: ValuationsGiven): Promise<Body[]> => {
    if (valuations.length === 0 || valuations.length > MOST)
      throw refused(['input', 'valuations'], 'OUT_OF_RANGE', `From 1 to ${MOST} valuations can be recorded at once.`);
    // What is wrong by itself is told before anything is asked.
    bodyOf(FIELDS, { valuations }, 'input');
    const resolve = remembered((planId: string, _index: number) => planId, uuidOf);
    const resolved = valuations.map(async (valuation, index) => ({
      ...valuation,
      planId: await resolve(valuation.planId, index),
    }));
    const named = await Promise.all(resolved);
    await checkSubAccounts(operation, plannr, named);
    const { valuations: bodies } = bodyOf(FIELDS, { valuations: named }, 'input');
    return bodies as Body[];
  };

  return async (input: ValuationsGiven): Promise<PlanValuationsRecordPayloadModel> => {
    const { idempotencyKey, valuations } = input;
    let bodies: Promise<Body[]> | undefined;
    const lot = async (number: number): Promise<{ uuids: string[]; plans: string[] }> => {
      const name = intentName(operation.caller, 'planValuationsRecord', idempotencyKey);
      const from = number * MOST_VALUATIONS;
      return underKey(
        intents.once(operation, {
          name: [...name, String(number)],
          input: valuations,
          prepare: async () => {
            bodies ??= looking(needs, () => bodiesOf(input));
            return (await bodies).slice(from, from + MOST_VALUATIONS);
          },
          work: async (sent) => {
            const plans = [...new Set(sent.map((body) => String(body.plan_uuid)))];
            try {
              const uuids = await plannr.plans.record(sendingScope(operation), referenceOf(name, number), sent);
              return { uuids, plans };
            } catch (error) {
              throw error instanceof RejectedWrite ? shifted(error, from) : error;
            } finally {
              await operation.drop(plans.flatMap((uuid) => changedTags(uuid)));
            }
          },
          wasNothingDone: changedNothing,
        }),
      );
    };

    const changes: ChangeModel[] = [];
    const plans = new Set<string>();
    const told = (userErrors: readonly UserFault[]): PlanValuationsRecordPayloadModel => ({
      plans: [...plans].map((id) => ({ system: 'PLANNR', id })),
      changes,
      userErrors,
    });
    const lots = Math.max(1, Math.ceil(valuations.length / MOST_VALUATIONS));
    for (let number = 0; number < lots; number += 1) {
      try {
        const done = await lot(number);
        for (const uuid of done.plans) plans.add(uuid);
        changes.push(...done.uuids.map((id) => ({ system: 'PLANNR', resource: 'valuation', id }) as const));
      } catch (error) {
        const faults = faultsOf(error);
        if (faults !== null) return told(faults);
        // What was recorded before must be told: nothing else says so.
        if (number === 0 || !(error instanceof CodedError)) throw error;
        const { message, code } = error;
        return told([{ message, code, path: ['input', 'valuations', String(number * MOST_VALUATIONS)] }]);
      }
    }
    return told([]);
  };
}

function changedTags(uuid: string) {
  return tagsOf({
    system: 'PLANNR',
    topic: 'plan.updated',
    resource: { type: 'plan', id: uuid },
    clientIds: [],
    planId: uuid,
  });
}

function faultsOf(error: unknown): readonly UserFault[] | null {
  if (error instanceof Refused) return error.faults;
  return error instanceof RejectedWrite ? userFaults(error, FIELDS, 'input') : null;
}

/** The platform counts within a lot; the caller, from the start. */
function shifted(error: RejectedWrite, from: number): RejectedWrite {
  const rejections = error.rejections.map(({ field: [list, index, ...rest], issue }) => ({
    field: [
      ...(list === undefined ? [] : [list]),
      ...(index === undefined ? [] : [String(Number(index) + from)]),
      ...rest,
    ],
    issue,
  }));
  return new RejectedWrite({ system: error.system, status: error.status }, 'refused the request.', rejections);
}

/** The upload's own name, the same whenever the same lot is sent: a UUID of version 8 (RFC 9562). */
function referenceOf(name: readonly string[], number: number): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify([name, number]))
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
