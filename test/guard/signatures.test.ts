import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSigned, type SignatureRule } from '../../src/guard/signatures/index.ts';

const HUB: SignatureRule = { header: 'X-Hub-Signature', algorithm: 'sha256', prefix: 'sha256=', encoding: 'hex' };
const HUB_SHA1: SignatureRule = { ...HUB, algorithm: 'sha1', prefix: 'sha1=' };
const BARE: SignatureRule = { header: 'x-signature', algorithm: 'sha256', prefix: '', encoding: 'hex' };

const KEY = 'sdiBw7x57CZqCtGKyUKuFR5QWBdfApW';
const BODY = Buffer.from('{"test": {"test1": "test","test2": 56000,"test3": true}}');
const SHA1 = 'sha1=7bf291dccae4cb5798d79175bf59fb9601bc81e9';

const digest = (algorithm: 'sha256' | 'sha1', body = BODY, key = KEY) => createHmac(algorithm, key).update(body);
const hex = (algorithm: 'sha256' | 'sha1', body = BODY, key = KEY) => digest(algorithm, body, key).digest('hex');
const SHA256 = `sha256=${hex('sha256')}`;
const WRONG = `sha256=${'0'.repeat(64)}`;
const hub = (...values: string[]) => ({ 'x-hub-signature': values });

describe('a signature', () => {
  it('is that of the published check vector, where the rule says SHA-1', () => {
    expect(isSigned(BODY, hub(SHA1), HUB_SHA1, [KEY])).toBe(true);
    expect(isSigned(BODY, hub(SHA1), HUB, [KEY])).toBe(false);
  });

  it.each<[string, SignatureRule, string]>([
    ['hexadecimal digits with a prefix', HUB, SHA256],
    ['the digits alone', BARE, hex('sha256')],
    ['digits in upper case', { ...HUB, encoding: 'HEX' }, `sha256=${hex('sha256').toUpperCase()}`],
    ['base64', { ...HUB, encoding: 'base64' }, `sha256=${digest('sha256').digest('base64')}`],
    ['a prefix of another kind', { ...HUB, prefix: 'v1,' }, `v1,${hex('sha256')}`],
  ])('may be %s', (_what, rule, value) => {
    const headers = { [rule.header.toLowerCase()]: [value] };
    expect(isSigned(BODY, headers, rule, [KEY])).toBe(true);
    expect(isSigned(BODY, headers, rule, ['another'])).toBe(false);
  });

  it.each<[string, Record<string, string[]>]>([
    ['is missing', {}],
    ['is empty', hub('')],
    ['is a prefix only', hub('sha256=')],
    ['has no prefix', hub(hex('sha256'))],
    ['has digits in upper case', hub(`sha256=${hex('sha256').toUpperCase()}`)],
    ['is too long', hub(`${SHA256}0`)],
    ['is too short', hub(SHA256.slice(0, -1))],
    ['is of letters that are longer as bytes', hub(`sha256=${'é'.repeat(32)}`)],
    ['stands in another header', { 'x-signature': [SHA256] }],
    ['comes twice', hub(SHA256, SHA256)],
    ['comes twice in one line', hub(`${SHA256}, ${SHA256}`)],
    ['is right only in one of two headers', { ...hub(WRONG), 'x-hub-signature-256': [SHA256] }],
    ['comes twice in the stronger header', { 'x-hub-signature-256': [SHA256, SHA256] }],
  ])('is refused where it %s', (_what, headers) => {
    expect(isSigned(BODY, headers, HUB, [KEY])).toBe(false);
  });

  it('is read from X-Hub-Signature-256 too, and from there only as SHA-256', () => {
    expect(isSigned(BODY, { 'x-hub-signature-256': [SHA256] }, HUB, [KEY])).toBe(true);
    expect(isSigned(BODY, { 'x-hub-signature-256': [SHA1] }, HUB_SHA1, [KEY])).toBe(false);
    expect(isSigned(BODY, { 'x-hub-signature-256': [SHA256] }, BARE, [KEY])).toBe(false);
  });

  it('is never weaker than the strongest that came', () => {
    const both = (strong: string) => ({ ...hub(SHA1), 'x-hub-signature-256': [strong] });
    for (const rule of [HUB, HUB_SHA1]) {
      expect(isSigned(BODY, both(SHA256), rule, [KEY])).toBe(true);
      expect(isSigned(BODY, both(WRONG), rule, [KEY])).toBe(false);
    }
    expect(isSigned(BODY, hub(WRONG), HUB_SHA1, [KEY])).toBe(false);
    expect(isSigned(BODY, hub(SHA256), HUB_SHA1, [KEY])).toBe(true);
  });

  it('may be made with either of two secrets, and with no empty one', () => {
    expect(isSigned(BODY, hub(SHA256), HUB, ['new', KEY])).toBe(true);
    expect(isSigned(BODY, hub(SHA256), HUB, [KEY, 'old'])).toBe(true);
    expect(isSigned(BODY, hub(SHA256), HUB, [])).toBe(false);
    expect(isSigned(BODY, hub(`sha256=${hex('sha256', BODY, '')}`), HUB, ['', KEY])).toBe(false);
  });

  it('fits the very bytes: any bit of the body or of the signature that is another is refused', () => {
    const flipped = (bytes: Buffer, bit: number): Buffer => {
      const copy = Buffer.from(bytes);
      const at = bit % (copy.length * 8);
      copy[at >> 3] = (copy[at >> 3] ?? 0) ^ (1 << (at & 7));
      return copy;
    };
    const encoding = fc.constantFrom<SignatureRule['encoding']>('hex', 'HEX', 'base64');
    const body = fc.uint8Array({ minLength: 1, maxLength: 300 }).map(Buffer.from);
    fc.assert(
      fc.property(body, fc.string({ minLength: 1 }), encoding, fc.nat(), (bytes, key, written, bit) => {
        const rule = { ...BARE, encoding: written };
        const right = digest('sha256', bytes, key).digest(written === 'base64' ? 'base64' : 'hex');
        const text = written === 'HEX' ? right.toUpperCase() : right;
        const signed = (sent: Buffer, signature: string) => isSigned(sent, { 'x-signature': [signature] }, rule, [key]);
        expect(signed(bytes, text)).toBe(true);
        expect(signed(flipped(bytes, bit), text)).toBe(false);
        expect(signed(bytes, flipped(Buffer.from(text), bit).toString('latin1'))).toBe(false);
      }),
    );
  });
});
