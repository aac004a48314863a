/** What is measured of a part of an operation. */
export interface Figures {
  readonly cost: number;
  readonly depth: number;
  readonly aliases: number;
}

export const NOTHING: Figures = { cost: 0, depth: 0, aliases: 0 };

/** Fields beside each other. */
export function together(figures: readonly Figures[]): Figures {
  return figures.reduce(
    (all, one) => ({
      cost: sum(all.cost, one.cost),
      depth: Math.max(all.depth, one.depth),
      aliases: sum(all.aliases, one.aliases),
    }),
    NOTHING,
  );
}

/** Of what stands in each other's place, the most. */
export function most(figures: readonly Figures[]): Figures {
  return figures.reduce(
    (all, one) => ({
      cost: Math.max(all.cost, one.cost),
      depth: Math.max(all.depth, one.depth),
      aliases: Math.max(all.aliases, one.aliases),
    }),
    NOTHING,
  );
}

/** Addition that stops at the largest safe integer. */
export function sum(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}

/** Multiplication that stops at the largest safe integer. */
export function times(...factors: readonly number[]): number {
  return factors.reduce((product, factor) => Math.min(product * factor, Number.MAX_SAFE_INTEGER), 1);
}
