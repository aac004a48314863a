import { randomUUID } from 'node:crypto';
import { FIELDS_OF } from '../../../src/domains/plans/details/names.ts';
import type { DetailField } from '../../../src/domains/plans/details/table.ts';
import type { House, Reply } from '../harness.ts';

/** A client's id in the graph, of Plannr's account or of Dynamic Planner's person. */
export const clientId = (letter: 'p' | 'd', id: string | undefined): string =>
  Buffer.from(`Client:${letter}:${id}`).toString('base64url');
export const planId = (letter: 'p' | 'd', id: string | undefined): string =>
  Buffer.from(`Plan:${letter}:${id}`).toString('base64url');

/** What all payloads have. */
export const REST = 'changes { system resource id } userErrors { message path code }';
export const CREATE = `mutation ($input: PlanCreateInput!) { planCreate(input: $input) { plan { id name } ${REST} } }`;
export const UPDATE = `mutation ($input: PlanUpdateInput!) { planUpdate(input: $input) { plan { id name } ${REST} } }`;
export const OWN = `mutation ($input: PlanOwnershipUpdateInput!) { planOwnershipUpdate(input: $input)
  { plan { owners { percentage client { id } } } ${REST} } }`;
export const VALUE = `mutation ($input: PlanValuationsRecordInput!) { planValuationsRecord(input: $input)
  { plans { id currentValue { pence } } ${REST} } }`;

/** An account of a person who stands in Plannr alone. */
export function alone(house: House, role = 'individual', index = 0): string {
  const found = house.sandbox.data.plannrAlone().filter((account) => account.role === role)[index];
  if (found === undefined) throw new Error(`no ${role} in Plannr alone`);
  return found.uuid;
}

/** An input that is enough. */
export const least = (house: House, more: object = {}) => ({
  idempotencyKey: randomUUID(),
  name: 'Made by a test',
  owners: [{ clientId: clientId('p', alone(house)) }],
  details: { investment: {} },
  ...more,
});

/** Writes that a platform was sent. */
export const sent = (house: House) => house.calls().filter(({ method }) => method !== 'GET');

/** What those held, whole. */
export const bodies = (house: House): unknown[] => sent(house).map(({ body }) => JSON.parse(body ?? 'null'));

/** What of a payload's errors a program looks at. */
export const faults = (reply: Reply, field: string): [string, string][] =>
  reply.data[field].userErrors.map(({ path, code }: { path: string[]; code: string }) => [path?.join('.'), code]);

/** A value of each field of a type as it is given, what is then read of it, and what the platform must have got. */
export function fullDetails(type: string) {
  const given: Record<string, unknown> = {};
  const read: Record<string, unknown> = {};
  const wire: Record<string, unknown> = {};
  [...(FIELDS_OF.get(type) ?? [])].forEach(([name, { name: wireName, kind }], index) => {
    const [one, raw, value] = VALUES[kind](index);
    given[name] = one;
    wire[wireName] = raw;
    read[name] = kind === 'text' ? one : { value, raw: String(raw) };
  });
  return { given, read, wire };
}

const VALUES: Readonly<
  Record<DetailField['kind'], (index: number) => [given: unknown, wire: unknown, read?: unknown]>
> = {
  text: (index) => [`Text ${index}: “é”`, `Text ${index}: “é”`],
  money: (index) =>
    index % 2 === 0
      ? [{ pence: 1_000 + index }, 1_000 + index, { pence: 1_000 + index }]
      : [{ decimal: `${index}.5` }, index * 100 + 50, { pence: index * 100 + 50 }],
  percentage: (index) => [`${index}.1250`, `${index}.1250`, `${index}.1250`],
  date: (index) => [`2031-0${1 + (index % 9)}-28`, `2031-0${1 + (index % 9)}-28`, `2031-0${1 + (index % 9)}-28`],
  flag: (index) => [index % 2 === 0, index % 2 === 0, index % 2 === 0],
  number: (index) => [String(index), index, String(index)],
};

/** Everything that is read of a type's details, each kind under one shape. */
export function selection(type: string): string {
  const fields = [...(FIELDS_OF.get(type) ?? [])].map(([name, { kind }]) => {
    if (kind === 'text') return name;
    return `${name} { value ${kind === 'money' ? '{ pence }' : ''} raw }`;
  });
  return fields.join(' ');
}
