import { expect, test } from 'vitest';
import type { Measured } from '../../src/guard/limits/measure.ts';
import { checkLimits, DEFAULT_LIMITS } from '../../src/guard/limits/rules.ts';

const LIMITS = { maxDepth: 4, maxAliases: 3, maxRootFields: 2, maxCost: 1_000 };
const FITS: Measured = {
  depth: 4,
  aliases: 3,
  rootFields: 2,
  cost: { total: 1_000, byField: new Map([['clients', 1_000]]) },
  complete: true,
};

function refusal(measured: Partial<Measured>): unknown {
  try {
    checkLimits({ ...FITS, ...measured }, LIMITS);
    return null;
  } catch (error) {
    return error;
  }
}

test('what is as large as allowed passes', () => {
  expect(refusal({})).toBeNull();
  expect(() => checkLimits(FITS)).not.toThrow();
  expect(() => checkLimits({ ...FITS, depth: DEFAULT_LIMITS.maxDepth + 1 })).toThrow();
});

test.each<[Partial<Measured>, string, RegExp, object]>([
  [{ depth: 5 }, 'QUERY_TOO_COMPLEX', /is 5 fields deep; at most 4 are allowed\. Ask/, { measured: 5, limit: 4 }],
  [{ aliases: 4 }, 'QUERY_TOO_COMPLEX', /has 4 aliased fields; at most 3 .*`nodes\(ids:\)`/, { measured: 4, limit: 3 }],
  [{ rootFields: 3 }, 'QUERY_TOO_COMPLEX', /has 3 fields at the top; at most 2 .*Split/, { measured: 3, limit: 2 }],
  [
    {
      cost: {
        total: 12_500,
        byField: new Map([
          ['gateway', 500],
          ['clients', 12_000],
        ]),
      },
    },
    'COST_EXCEEDED',
    /may cost 12,500 points; at most 1,000 are allowed\. The most, 12,000, is for `clients`\. Ask for fewer items/,
    { measured: 12_500, limit: 1_000 },
  ],
  [
    { cost: { total: Number.MAX_SAFE_INTEGER, byField: new Map() } },
    'COST_EXCEEDED',
    /may cost 9,007,199,254,740,991 or more points/,
    { measured: Number.MAX_SAFE_INTEGER, limit: 1_000 },
  ],
  [{ complete: false }, 'QUERY_TOO_COMPLEX', /too deep, or its fragments are too entangled/, {}],
])('%j is refused', (measured, code, message, details) => {
  expect(refusal(measured)).toMatchObject({ code, message: expect.stringMatching(message), details });
});
