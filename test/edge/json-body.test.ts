import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTooDeep, isTooMuch } from '../../src/edge/json-body.ts';

describe('the values of a body', () => {
  it('are bounded, in whatever they stand', () => {
    const many = Array.from({ length: 20_002 }, (_, index) => index);
    const pairs = Array.from({ length: 10_001 }, (_, index) => [index, { a: index }]);
    for (const value of [many, Object.fromEntries(many.map((one) => [`k${one}`, one])), { a: [pairs] }]) {
      expect(isTooMuch(JSON.stringify(value))).toBe(true);
      expect(isTooDeep(JSON.stringify(value))).toBe(false);
    }
    expect(isTooMuch(JSON.stringify(many.slice(1)))).toBe(false);
  });

  it('do not count in strings', () => {
    expect(isTooMuch(JSON.stringify({ a: ','.repeat(100_000) }))).toBe(false);
  });

  it('are not counted beyond what is too deep', () => {
    expect(isTooMuch('['.repeat(3_000))).toBe(true);
  });
});

describe('the depth of a body', () => {
  it.each(['[', '{"a":', '[{"a":'])('is bounded: %s', (open) => {
    expect(isTooDeep(open.repeat(3_000))).toBe(true);
  });

  it('does not count what stands in strings, or beside each other', () => {
    const many = '['.repeat(3_000);
    for (const text of [
      JSON.stringify(many),
      JSON.stringify({ a: `\\"${many}`, b: `"${many}\\` }),
      JSON.stringify(Array.from({ length: 3_000 }, () => [{}])),
      `"${many}`,
      `"\\${'\\\\'.repeat(2_000)}"${many.slice(0, 5)}"`,
    ])
      expect(isTooDeep(text)).toBe(false);
  });

  it('is that which JSON has, whatever is in it', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    const padding = ' '.repeat(2_000);
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 130 }), (value, levels) => {
        const wrapped = Array.from({ length: levels }).reduce<unknown>((inner) => [inner], value);
        expect(isTooDeep(padding + JSON.stringify(wrapped))).toBe(depthOf(wrapped) > 100);
      }),
    );
  });
});
