import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credentialsOf } from '../../src/guard/keys/index.ts';
import { newKeyText } from '../../src/guard/keys/text.ts';
import { CodedError } from '../../src/platform/errors.ts';

const key = newKeyText().text;
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

function codeOf(headers: Parameters<typeof credentialsOf>[0]): string {
  try {
    return credentialsOf(headers).kind;
  } catch (error) {
    return error instanceof CodedError ? error.code : 'a defect';
  }
}

describe('credentials', () => {
  it.each([
    ['nothing', {}, { kind: 'none' }],
    ['empty headers', { authorization: '', 'x-api-key': '' }, { kind: 'none' }],
    ['a token', { authorization: 'Bearer eyJ.eyJ.c_g-' }, { kind: 'token', token: 'eyJ.eyJ.c_g-' }],
    ['a token, by a lax client', { authorization: 'bearer   a.b.c' }, { kind: 'token', token: 'a.b.c' }],
    ['a key as a token', { authorization: `Bearer ${key}` }, { kind: 'key', key }],
    ['a key in its own header', { 'x-api-key': key }, { kind: 'key', key }],
    ['a key in distinct headers', { 'x-api-key': [key], authorization: [] }, { kind: 'key', key }],
    ['Excel: a user and the key', { authorization: basic(`ada@example.com:${key}`) }, { kind: 'key', key }],
    ['the key alone as the user', { authorization: basic(`${key}:`) }, { kind: 'key', key }],
    ['the key alone as the password', { authorization: basic(`:${key}`) }, { kind: 'key', key }],
    ['a user with umlauts', { authorization: basic(`Jürgen:${key}`) }, { kind: 'key', key }],
    ['blanks that were pasted along', { authorization: basic(`x: ${key}\r\n`) }, { kind: 'key', key }],
    ['a scheme in capitals', { authorization: basic(`x:${key}`).replace('Basic', 'BASIC') }, { kind: 'key', key }],
    ['a password with colons', { authorization: basic('x:a:b:c') }, { kind: 'key', key: 'a:b:c' }],
  ])('are read from %s', (_name, headers, expected) => {
    expect(credentialsOf(headers)).toEqual(expected);
  });

  it.each([
    ['two headers', { authorization: `Bearer ${key}`, 'x-api-key': key }],
    ['a token and a key', { authorization: 'Bearer a.b.c', 'x-api-key': key }],
    ['a repeated header', { authorization: ['Bearer a.b.c', `Bearer ${key}`] }],
    ['a repeated key', { 'x-api-key': [key, key] }],
    ['a token without end', { authorization: `Bearer ${'a'.repeat(9_000)}` }],
    ['a key without end', { 'x-api-key': `wg_${'a'.repeat(300)}` }],
  ])('are refused as bad input: %s', (_name, headers) => {
    expect(codeOf(headers)).toBe('BAD_USER_INPUT');
  });

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a,b',
    'Basic !!!',
    'Basic YQ',
    basic(':'),
    basic(' : '),
    basic('no colon'),
    'Digest username="x"',
    key,
    'Negotiate abc',
  ])('are refused as unauthenticated: %j', (authorization) => {
    expect(codeOf({ authorization })).toBe('UNAUTHENTICATED');
  });

  it('say what to do, and never what was sent', () => {
    expect(() => credentialsOf({ authorization: 'Digest hunter2' })).toThrow(/^(?!.*hunter2).*Bearer.*Basic/);
  });

  it('make a round trip through Basic for any user', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((user) => !user.includes(':')),
        (user) => {
          expect(credentialsOf({ authorization: basic(`${user}:${key}`) })).toEqual({ kind: 'key', key });
        },
      ),
    );
  });

  it('are read or refused, whatever is sent', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map(basic),
      fc.string().map((each) => `Bearer ${each}`),
    );
    const header = fc.option(fc.oneof(text, fc.array(text)), { nil: undefined });
    fc.assert(
      fc.property(header, header, (authorization, apiKey) => {
        const kinds = ['none', 'token', 'key', 'UNAUTHENTICATED', 'BAD_USER_INPUT'];
        expect(kinds).toContain(codeOf({ authorization, 'x-api-key': apiKey }));
      }),
      { numRuns: 500 },
    );
  });

  it('are refused where a header is built to be slow to read', () => {
    for (const authorization of [
      `Bearer ${' '.repeat(8_000)}`,
      `Basic ${'='.repeat(8_000)}`,
      `Bearer ${'='.repeat(8_000)}!`,
    ])
      expect(codeOf({ authorization })).toBe('UNAUTHENTICATED');
  });
});
