import { CodedError, type ErrorCode } from '../../platform/errors.ts';
import type { Measured } from './measure.ts';

/** What one operation, and one caller in a minute, may ask for. */
export interface Limits {
  /** Tokens of a document; the parser stops there. */
  readonly maxTokens: number;
  /** Fields within fields. */
  readonly maxDepth: number;
  /** Fields asked for under another name. */
  readonly maxAliases: number;
  /** Fields at the top. */
  readonly maxRootFields: number;
  /** Points of one operation. */
  readonly maxCost: number;
  /** Points of one caller in a minute. */
  readonly budgetPerMinute: number;
}

/** What holds where nothing is set: the plans of 200 clients can be had at once, and those of 50 clients 2,000 times a minute. */
export const DEFAULT_LIMITS: Limits = {
  maxTokens: 5_000,
  maxDepth: 15,
  maxAliases: 100,
  maxRootFields: 20,
  maxCost: 1_000_000,
  budgetPerMinute: 80_000_000,
};

type OperationLimits = Pick<Limits, 'maxDepth' | 'maxAliases' | 'maxRootFields' | 'maxCost'>;

interface Rule {
  readonly code: ErrorCode;
  readonly limit: keyof OperationLimits;
  readonly figure: (measured: Measured) => number;
  readonly says: (measured: Measured, limit: number) => string;
}

const RULES: readonly Rule[] = [
  {
    code: 'QUERY_TOO_COMPLEX',
    limit: 'maxDepth',
    figure: ({ depth }) => depth,
    says: ({ depth }, limit) =>
      `The operation is ${count(depth)} fields deep; at most ${count(limit)} are allowed. Ask for what lies deeper in an ` +
      'operation of its own, starting from its id.',
  },
  {
    code: 'QUERY_TOO_COMPLEX',
    limit: 'maxAliases',
    figure: ({ aliases }) => aliases,
    says: ({ aliases }, limit) =>
      `The operation has ${count(aliases)} aliased fields; at most ${count(limit)} are allowed. Use a list field, such as ` +
      '`nodes(ids:)`, or several operations.',
  },
  {
    code: 'QUERY_TOO_COMPLEX',
    limit: 'maxRootFields',
    figure: ({ rootFields }) => rootFields,
    says: ({ rootFields }, limit) =>
      `The operation has ${count(rootFields)} fields at the top; at most ${count(limit)} are allowed. Split it into several.`,
  },
  {
    code: 'COST_EXCEEDED',
    limit: 'maxCost',
    figure: ({ cost }) => cost.total,
    says: ({ cost }, limit) =>
      `The operation may cost ${count(cost.total)} points; at most ${count(limit)} are allowed.${dearest(cost.byField)} Ask for ` +
      'fewer items with a smaller `first`, also in inner lists, or leave out fields that are read item by item.',
  },
];

/**
 * Refuses an operation that is larger than allowed.
 * @throws CodedError COST_EXCEEDED or QUERY_TOO_COMPLEX, with the figure and the limit in its message and its details
 */
export function checkLimits(measured: Measured, limits: OperationLimits = DEFAULT_LIMITS): void {
  if (!measured.complete)
    throw new CodedError(
      'QUERY_TOO_COMPLEX',
      'The operation is too deep, or its fragments are too entangled, to tell what it costs. Split it into several.',
    );
  for (const { code, limit, figure, says } of RULES) {
    const [measure, most] = [figure(measured), limits[limit]];
    if (measure > most) throw new CodedError(code, says(measured, most), { measured: measure, limit: most });
  }
}

/** Names the field at the top that costs the most, where there are several. */
function dearest(byField: ReadonlyMap<string, number>): string {
  const [most, next] = [...byField].sort(([, a], [, b]) => b - a);
  return most === undefined || next === undefined ? '' : ` The most, ${count(most[1])}, is for \`${most[0]}\`.`;
}

function count(value: number): string {
  const figure = value.toLocaleString('en-GB');
  return value >= Number.MAX_SAFE_INTEGER ? `${figure} or more` : figure;
}
