import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIENT_FIELDS } from '../../src/domains/clients/write.ts';
import { FINANCE_FIELDS } from '../../src/domains/finances/fields.ts';
import { assertInScope } from '../../src/domains/shared/in-scope.ts';
import { bodyOf } from '../../src/domains/shared/input-fields.ts';
import { madeId } from '../../src/domains/shared/made-id.ts';
import { targetOf } from '../../src/domains/shared/target.ts';
import { decimal, pounds } from '../../src/domains/shared/to-platform.ts';
import { Refused } from '../../src/domains/shared/user-errors.ts';
import { userFaults } from '../../src/domains/shared/write-outcome.ts';
import { written } from '../../src/domains/shared/written.ts';
import { type Caller, SANDBOX_CALLER } from '../../src/platform/caller.ts';
import { RejectedWrite } from '../../src/platform/errors.ts';
import { decimalOf, penceOfPounds } from '../../src/platform/money.ts';
import { globalId } from '../../src/platform/relay/ids.ts';
import type { WritingOperation } from '../../src/sources/index.ts';

const faultsOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof Refused) return error.faults;
    throw error;
  }
  return [];
};

describe('an id that is made of a key', () => {
  const caller = (subject: string, more: Partial<Caller> = {}): Caller => ({
    ...SANDBOX_CALLER,
    unrestricted: false,
    subject,
    ...more,
  });

  it('is the same for the same caller, kind and key, and always', () => {
    // Held to the letter: another release must not make a second thing of an old key.
    expect(madeId(caller('jo'), 'client', 'k1')).toBe('6c1df119-fc78-527c-af6d-cdb59a56c817');
    expect(madeId(caller('jo', { scopes: ['clients:write'], roles: ['x'] }), 'client', 'k1')).toBe(
      madeId(caller('jo'), 'client', 'k1'),
    );
  });

  it('differs by caller, by what a caller is known by, by kind and by key', () => {
    const ids = [
      madeId(caller('jo'), 'client', 'k1'),
      madeId(caller('jo'), 'client', 'k2'),
      madeId(caller('jo'), 'finance', 'k1'),
      madeId(caller('al'), 'client', 'k1'),
      madeId(caller('jo', { isApiKey: true }), 'client', 'k1'),
      madeId(caller('jo', { isPassthrough: true }), 'client', 'k1'),
      madeId(SANDBOX_CALLER, 'client', 'k1'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('outlasts the token where the platform decides by it', () => {
    const named = (token: string) => caller(token, { isPassthrough: true, namedByToken: 'jo' });
    expect(madeId(named('token:1'), 'client', 'k')).toBe(madeId(named('token:2'), 'client', 'k'));
    expect(madeId(caller('jo', { isPassthrough: true }), 'client', 'k')).not.toBe(madeId(caller('jo'), 'client', 'k'));
  });

  it('is a UUID of version 5, and two pairs of caller and key never run into each other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (one, key, other, otherKey) => {
        const id = madeId(caller(one), 'client', key);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(madeId(caller(other), 'client', otherKey) === id).toBe(one === other && key === otherKey);
      }),
    );
  });
});

describe('what an upsert is about', () => {
  const target = (input: object) => targetOf(SANDBOX_CALLER, input, { types: ['Client'], kind: 'client' });

  it.each([
    [{}, 'idempotencyKey'],
    [{ id: null }, 'idempotencyKey'],
    [{ idempotencyKey: '' }, 'idempotencyKey'],
    [{ idempotencyKey: 'x'.repeat(201) }, 'idempotencyKey'],
    [{ id: globalId('Client', 'DYNAMIC_PLANNER', 'a'), idempotencyKey: 'x' }, 'idempotencyKey'],
    [{ id: 'nonsense' }, 'id'],
    [{ id: globalId('Plan', 'DYNAMIC_PLANNER', 'a') }, 'id'],
    [{ id: globalId('Client', 'DYNAMIC_PLANNER', 'a', 'b') }, 'id'],
  ])('is refused as %j', (input, at) =>
    expect(faultsOf(() => target(input)).map(({ path }) => path)).toEqual([['input', at]]),
  );

  it('is an id, or what a key stands for', () => {
    expect(target({ id: globalId('Client', 'PLANNR', 'a'), idempotencyKey: null })).toMatchObject({
      given: { system: 'PLANNR', parts: ['a'] },
    });
    expect(target({ idempotencyKey: 'x' })).toEqual({ made: madeId(SANDBOX_CALLER, 'client', 'x') });
  });
});

describe('money and numbers on their way out', () => {
  it('come back to the penny, or are refused', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -9007199254740991n, max: 9007199254740991n }), (pence) => {
        let sent: unknown;
        const faults = faultsOf(() => {
          sent = bodyOf({ value: pounds('value') }, { value: { pence } }, 'input').value;
        });
        if (faults.length > 0) expect(pence > 10n ** 15n || pence < -(10n ** 15n)).toBe(true);
        else {
          expect(penceOfPounds(JSON.parse(JSON.stringify(sent)))).toBe(pence);
          const again = bodyOf({ value: pounds('v') }, { value: { decimal: decimalOf({ pence, currency: '' }) } }, 'i');
          expect(again.v).toBe(sent);
        }
      }),
    );
  });

  it.each(['1.5', '-0', '0.10', '100', '007.50', '1204.5512', '-3'])('a decimal %s has the same value', (text) => {
    const { v } = bodyOf({ x: decimal('v') }, { x: text }, 'input');
    expect(v).toBe(Number(text));
  });

  it.each(['0.12345678901234567890', '123456789012345678901', '1'.repeat(30)])('%s is refused', (text) =>
    expect(faultsOf(() => bodyOf({ x: decimal('v') }, { x: text }, 'input'))).toHaveLength(1),
  );
});

describe('what a platform did not accept', () => {
  const rejected = (status: number, ...rejections: { field: string[]; issue: string }[]) =>
    new RejectedWrite({ system: 'DYNAMIC_PLANNER', status }, 'refused the request.', rejections);

  it('stands at its place in the input, by names of the input', () => {
    const error = rejected(
      400,
      { field: ['phones', '1', 'number'], issue: 'invalid_format' },
      { field: ['addresses', '0', 'line1'], issue: 'The line1 field is required.' },
      { field: ['dateOfBirth'], issue: '' },
      { field: ['modelPortfolio'], issue: 'unknown_reference' },
    );
    expect(userFaults(error, CLIENT_FIELDS, 'input').map(({ path, code }) => [path?.join('.'), code])).toEqual([
      ['input.phones.1.number', 'INVALID'],
      ['input.addresses.0.line1', 'REQUIRED'],
      ['input.dateOfBirth', 'REJECTED'],
      ['input', 'UNKNOWN_REFERENCE'],
    ]);
    const finance = rejected(400, { field: ['reference'], issue: 'too_long' });
    expect(userFaults(finance, FINANCE_FIELDS, 'input')[0]?.path).toEqual(['input', 'policyNumber']);
  });

  it('is about the whole where no field is named, and a conflict where it is known to be', () => {
    expect(userFaults(rejected(409, { field: [], issue: 'x' }), {}, 'input', 'clientIds')).toMatchObject([
      { path: ['input', 'clientIds'], code: 'CONFLICT' },
    ]);
    expect(userFaults(rejected(422), {}, 'input')).toMatchObject([{ path: ['input'], code: 'REJECTED' }]);
  });

  it('tells nothing of what the platform wrote', () => {
    const error = rejected(400, { field: ['lastName'], issue: 'Hart-Secret is taken' });
    expect(JSON.stringify([userFaults(error, CLIENT_FIELDS, 'input'), error.message, error.details])).not.toContain(
      'Secret',
    );
  });
});

describe('the scope of a write', () => {
  const hidden = { path: ['input', 'adviserId'], what: 'employee', isVisible: false };
  const seen = { path: ['input', 'id'], what: 'client', isVisible: true };

  it('is held by all of it, or nothing is done', () => {
    expect(() => assertInScope(false, [seen])).not.toThrow();
    expect(() => assertInScope(false, [seen, hidden])).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });

  it('is no question for who sees everything: what is not found is not there', () => {
    expect(faultsOf(() => assertInScope(true, [seen, hidden]))).toMatchObject([
      { path: ['input', 'adviserId'], code: 'UNKNOWN_REFERENCE' },
    ]);
  });
});

describe('a write', () => {
  const thing = {
    system: 'DYNAMIC_PLANNER',
    resource: 'finance',
    id: 'f',
    clientIds: ['a', 'b'],
    planId: 'f',
  } as const;

  it('drops what it concerns before it ends, also where it fails: it may have been made without an answer', async () => {
    const dropped: unknown[] = [];
    const operation = { drop: async (tags: unknown) => void dropped.push(tags) } as unknown as WritingOperation;
    expect(await written(operation, thing, async () => {})).toEqual([
      { system: 'DYNAMIC_PLANNER', resource: 'finance', id: 'f' },
    ]);
    await expect(written(operation, thing, () => Promise.reject(new Error('cut')))).rejects.toThrow('cut');
    expect(dropped).toHaveLength(2);
    expect(dropped[0]).toEqual(dropped[1]);
    expect(dropped[0]).toEqual(
      expect.arrayContaining(['DYNAMIC_PLANNER/finance:f', 'DYNAMIC_PLANNER/finances:a', 'DYNAMIC_PLANNER/tracking:b']),
    );
  });
});
