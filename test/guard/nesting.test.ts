import { describe, expect, it } from 'vitest';
import { checkNesting } from '../../src/guard/limits/index.ts';

describe('brackets within brackets', () => {
  it.each(['{', '[', '('])('are refused beyond 200 of %s', (bracket) => {
    expect(() => checkNesting(bracket.repeat(200))).not.toThrow();
    expect(() => checkNesting(bracket.repeat(201))).toThrow(expect.objectContaining({ code: 'QUERY_TOO_COMPLEX' }));
  });

  it('do not count in strings, block strings and comments', () => {
    const many = '{'.repeat(1_000);
    for (const text of [
      `"${many}"`,
      `"\\"${many}"`,
      `"""${many} \\""" ${many}"""`,
      `# ${many}\n{ a }`,
      `# ${many}\r{ a }`,
    ])
      expect(() => checkNesting(text)).not.toThrow();
  });

  it('count behind a comment that ends with a carriage return', () => {
    expect(() => checkNesting(`#\r${'{'.repeat(201)}`)).toThrow();
  });

  it('are counted one within the other, not one after the other', () => {
    expect(() => checkNesting('{ a(b: [1]) }'.repeat(1_000))).not.toThrow();
  });

  it('are looked at in no more time than the text is long', () => {
    for (const text of ['"'.repeat(100_000), '"""'.repeat(100_000), '#'.repeat(500_000), '"\\'.repeat(200_000)])
      expect(() => checkNesting(text)).not.toThrow();
  });
});
