import { type DocumentNode, getOperationAST } from 'graphql';
import { sum, together } from './figures.ts';
import type { PriceList } from './prices.ts';
import { TooMuch, Traversal } from './traversal.ts';

/** The size of one operation. */
export interface Measured {
  /** Fields within fields: `{ a { b } }` is 2 deep. Fields of the introspection system do not count below the first. */
  readonly depth: number;
  /** Fields that are asked for under another name, each place in the answer counted once, however long its lists. */
  readonly aliases: number;
  /** Response keys at the top. */
  readonly rootFields: number;
  readonly cost: {
    /** Points, rounded up: type cost and field cost together. At most `Number.MAX_SAFE_INTEGER`, which stands for that and more. */
    readonly total: number;
    /** The same by response key at the top. */
    readonly byField: ReadonlyMap<string, number>;
  };
  /** False where measuring was given up, because the operation is too deep or too entangled: the figures are then no more than a start. */
  readonly complete: boolean;
}

/** What is measured. */
export interface Measurable {
  readonly prices: PriceList;
  /** A document that is valid for the schema of the prices. */
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  /** Raw or coerced. */
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * Measures an operation before it runs: the static analysis of the GraphQL Cost Directives specification
 * (https://ibm.github.io/graphql-specs/cost-spec.html). The cost is the type cost and the field cost together, an upper bound of what
 * running it costs. Fields of one response key are merged as execution merges them, and an abstract type costs what the dearest of its
 * possible types costs. It never throws for what stands in the document, and its work is bounded.
 */
export function measure({ prices, document, operationName, variables }: Measurable): Measured {
  const operation = getOperationAST(document, operationName);
  const root = operation == null ? undefined : prices.roots[operation.operation];
  if (operation == null || root === undefined) return EMPTY;
  const byField = new Map<string, number>();
  const traversal = new Traversal(prices, document, operation, variables ?? {});
  try {
    const groups = traversal.fieldsOf(root, [operation.selectionSet]);
    const figures = [...groups].map(([key, nodes]) => {
      const figure = traversal.field(root, nodes, undefined, 1);
      byField.set(key, Math.ceil(figure.cost));
      return figure;
    });
    const { depth, aliases, cost } = together(figures);
    const total = Math.ceil(sum(prices.weight(root), cost));
    return { depth, aliases, rootFields: groups.size, cost: { total, byField }, complete: true };
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return { ...EMPTY, rootFields: byField.size, cost: { total: Number.MAX_SAFE_INTEGER, byField }, complete: false };
  }
}

const EMPTY: Measured = {
  depth: 0,
  aliases: 0,
  rootFields: 0,
  cost: { total: 0, byField: new Map() },
  complete: true,
};
