import { describe, expect, it } from 'vitest';
import { RejectedWrite } from '../../src/platform/errors.ts';
import { stack } from '../../src/platform/http/send.ts';
import { withErrors } from '../../src/platform/http/withErrors.ts';
import { readContract } from '../../src/sources/dynamic-planner/contract.ts';
import { type Target, writer } from '../../src/sources/dynamic-planner/writer.ts';
import { crmWrites, financeWrites } from '../../src/sources/dynamic-planner/writes.ts';
import { fieldPath } from '../../src/sources/rejections.ts';
import { answer, callScope, failureOf, recorder } from './helpers.ts';

const FIELDS = {
  lastName: 'surname',
  phones: 'telephones',
  'phones.number': 'telephones.no',
};

/** A writer to a platform that answers so, and what it was sent. */
function writing(status: number, body: unknown = null, resources: object = { clients: { fields: FIELDS } }) {
  const contract = readContract({ resources });
  if ('faults' in contract) throw new TypeError(contract.faults.join());
  const { send, calls, paths } = recorder(() => answer(status, body));
  const write = writer('https://dp.test/', contract.contract, stack(send, withErrors));
  return { crm: crmWrites(write), finances: financeWrites(write), calls, paths };
}

const rejectionsOf = async (body: unknown, status = 400) => {
  const error = await failureOf(writing(status, body).crm.putClient(callScope(), 'c', {}));
  expect(error).toBeInstanceOf(RejectedWrite);
  return (error as RejectedWrite).rejections.map(({ field, issue }) => [field.join('.'), issue]);
};

describe('a write', () => {
  it('goes to the thing’s own path, with the names of the list that it stands in', async () => {
    const { crm, calls, paths } = writing(201);
    await crm.putClient(callScope(), 'c/1', { lastName: 'Hart', phones: [{ number: '1' }], title: null });
    expect(paths()).toEqual(['/crm/v1/clients/c%2F1']);
    expect(calls[0]).toMatchObject({ method: 'PUT', template: '/crm/v1/clients/{ids}' });
    expect(JSON.parse(String(calls[0]?.body))).toEqual({ surname: 'Hart', telephones: [{ no: '1' }], title: null });
  });

  it('has names of its own where the contract gives some', async () => {
    const resources = {
      clients: { fields: FIELDS },
      client: { path: '/crm/v2/people/{ids}', fields: { lastName: 'ln' } },
    };
    const { crm, calls, paths } = writing(200, null, resources);
    await crm.putClient(callScope(), 'c', { lastName: 'Hart' });
    expect([paths(), calls[0]?.body]).toEqual([['/crm/v2/people/c'], '{"ln":"Hart"}']);
  });

  it('below another thing names both, whatever their ids are', async () => {
    const { finances, paths } = writing(200);
    const target: Target = { of: '{id}$&', id: '$1' };
    await finances.putValuation(callScope(), target, {});
    expect(paths()).toEqual(['/finances/v1/finances/%7Bid%7D%24%26/valuations/%241']);
  });

  it('that deletes what is gone has done it; other failures are told', async () => {
    await writing(404).crm.deleteRelationship(callScope(), 'r');
    await writing(204).finances.deleteFinance(callScope(), 'f');
    expect(await failureOf(writing(403).crm.deleteRelationship(callScope(), 'r'))).toMatchObject({
      code: 'UPSTREAM_REJECTED',
    });
    expect(await failureOf(writing(404).crm.putRelationship(callScope(), 'r', {}))).toMatchObject({ status: 404 });
    expect(await failureOf(writing(404).crm.putRelationship(callScope(), 'r', {}))).not.toBeInstanceOf(RejectedWrite);
  });
});

describe('what is not accepted', () => {
  it('is told by this gateway’s names', async () => {
    const details = [
      { field: 'surname', issue: 'required' },
      { field: 'telephones[1].no', issue: 'invalid_format' },
      { field: 'telephones.0.no' },
      { field: 'telephones' },
      { field: 'title', issue: null },
    ];
    expect(await rejectionsOf({ error: 'validation_failed', details })).toEqual([
      ['lastName', 'required'],
      ['phones.1.number', 'invalid_format'],
      ['phones.0.number', ''],
      ['phones', ''],
      ['title', ''],
    ]);
    expect(await rejectionsOf({ error: 'x', details: { field: 'surname', issue: 'required' } }, 422)).toEqual([
      ['lastName', 'required'],
    ]);
  });

  it.each([null, 'text', 5, [], {}, { details: null }, { details: [] }, { details: 'x' }, { details: [null, 3] }])(
    'is about the whole where %j says no more',
    async (body) => expect(await rejectionsOf(body)).toEqual([['', '']]),
  );

  it('is bounded', async () => {
    const details = Array.from({ length: 10_000 }, () => ({ field: 'surname', issue: 'x' }));
    expect(await rejectionsOf({ details })).toHaveLength(50);
  });
});

describe('the path of a field', () => {
  it.each([
    ['lastName', 'lastName'],
    ['phones[0].number', 'phones 0 number'],
    ['phones.0.number', 'phones 0 number'],
    ['/phones/0/number', 'phones 0 number'],
    ['$.phones[0]["number"]', 'phones 0 number'],
    ['', ''],
    ['a b', ''],
    ['x'.repeat(65), ''],
    ['a.'.repeat(13), ''],
    [null, ''],
    [['a'], ''],
  ])('%j is %j', (field, path) => expect(fieldPath(field).join(' ')).toBe(path));
});
