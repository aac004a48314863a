import type { Money } from '../../../platform/money.ts';
import { isItem, Wire } from '../../../platform/wire.ts';
import type { PlanRecords } from '../../shared/records.ts';
import type { PlanDetailsModel } from '../model.ts';
import { detailsTypeOf, FIELDS_OF } from './names.ts';
import type { DetailKind, PlannrType } from './table.ts';

type Value = Money | string | boolean;

const YES = /^(?:true|yes|1)$/i;
const NO = /^(?:false|no|0)$/i;

/** How a value of each kind is read; null where it is none. Text is given on as it is, without a raw text beside it. */
const READ: Readonly<Record<Exclude<DetailKind, 'text'>, (wire: Wire, raw: string) => Value | null>> = {
  money: (wire) => wire.pennies('value'),
  percentage: (_, raw) => numberIn(raw.replace(/\s*%$/, '')),
  date: (wire) => wire.date('value'),
  flag: (_, raw) => (YES.test(raw) ? true : NO.test(raw) ? false : null),
  number: (_, raw) => numberIn(raw),
};

/**
 * What Plannr tells of a plan that only plans of its type have. The platform publishes the fields' names and not their types: what is
 * not as the name says stays with its raw text alone, and is no error.
 * @returns null where there is no record of Plannr, its type is none of the ten, or it tells nothing
 */
export function detailsOf({ plannr }: PlanRecords): PlanDetailsModel | null {
  const type = plannr?.item.type;
  const sent = plannr?.item.fields;
  const fields = typeof type === 'string' ? FIELDS_OF.get(type) : undefined;
  if (fields === undefined || !isItem(sent)) return null;
  const values = [...fields].map(([name, { name: wireName, kind }]) => [name, detailOf(sent[wireName], kind)] as const);
  return { __typename: detailsTypeOf(type as PlannrType), ...Object.fromEntries(values) };
}

function detailOf(sent: unknown, kind: DetailKind): string | { value: Value | null; raw: string } | null {
  if (sent === undefined || sent === null || sent === '') return null;
  const raw = typeof sent === 'object' ? JSON.stringify(sent) : String(sent);
  if (kind === 'text') return raw;
  const wire = new Wire('PLANNR', 'plan.fields', { value: sent });
  return { value: Wire.safely(() => READ[kind](wire, raw.trim()), null), raw };
}

/** A decimal number in its own digits: no thousands, no unit, no fraction. */
function numberIn(text: string): string | null {
  return /^-?\d{1,30}(\.\d{1,30})?$/.test(text) ? text : null;
}
