import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Caller } from '../../platform/caller.ts';
import type { Budget, Spent } from './budget.ts';
import { measure } from './measure.ts';
import { priceList } from './prices.ts';
import { checkLimits, type Limits } from './rules.ts';

export { type Budget, createBudget } from './budget.ts';
export { costFaults } from './faults.ts';
export { checkNesting } from './nesting.ts';
export { DEFAULT_LIMITS, type Limits } from './rules.ts';
export { checkedVariables } from './variables.ts';

/** What an operation costs and what is left: told to the caller in `extensions.cost`. */
export interface CostReport {
  readonly requested: number;
  readonly limit: number;
  readonly budget: { readonly limit: number; readonly remaining: number; readonly resetMs: number };
}

/** Judges operations before they run, at every door alike. */
export interface Meter {
  /** @throws CodedError QUERY_TOO_COMPLEX, COST_EXCEEDED or BUDGET_EXCEEDED */
  spend(operation: MeteredOperation): Promise<CostReport>;
  /** The same for an operation that was judged before. @param cost what it came to @throws CodedError BUDGET_EXCEEDED */
  spendAgain(caller: Caller, cost: number): Promise<CostReport>;
}

/** An operation that is valid for the schema, and who asks it. */
export interface MeteredOperation {
  readonly caller: Caller;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

export function createMeter(schema: GraphQLSchema, limits: Limits, budget: Budget): Meter {
  const prices = priceList(schema);
  const spendAgain = async (caller: Caller, requested: number): Promise<CostReport> => {
    const { remaining, resetMs }: Spent = await budget.spend(budgetKeys(caller), requested);
    return { requested, limit: limits.maxCost, budget: { limit: limits.budgetPerMinute, remaining, resetMs } };
  };
  return {
    async spend({ caller, ...operation }) {
      const measured = measure({ prices, ...operation });
      checkLimits(measured, limits);
      return spendAgain(caller, measured.cost.total);
    },
    spendAgain,
  };
}

/**
 * Whose budgets it takes from: a token may name any subject, also one that looks like a key's. A token that nobody has verified costs
 * nothing to make up, so all of a network share one budget besides.
 */
function budgetKeys({ subject, isApiKey = false, isPassthrough = false, unverifiedFrom }: Caller): readonly string[] {
  const own = JSON.stringify([isApiKey, isPassthrough, subject]);
  return unverifiedFrom === undefined ? [own] : [own, JSON.stringify(['network', unverifiedFrom])];
}
