import type { z } from 'zod';

/** One environment variable: how it is read and what the documentation says about it. */
export interface Setting {
  readonly name: string;
  readonly group: string;
  readonly description: string;
  readonly kind: z.ZodType<unknown, string>;
  /** What holds when the variable is not set, written as it would stand in the environment. */
  readonly default?: string;
  /** What holds instead with NODE_ENV=production. */
  readonly productionDefault?: string;
  readonly secret?: true;
}
