import type { Operation } from '../platform/operation.ts';
import type { DynamicPlanner } from './dynamic-planner/index.ts';
import type { Plannr } from './plannr/index.ts';

/** The platforms that are configured; the other one's fields are null. */
export interface Sources {
  readonly dynamicPlanner: DynamicPlanner | null;
  readonly plannr: Plannr | null;
}

/** An operation that can ask the platforms. */
export interface SourcedOperation extends Operation {
  readonly sources: Sources;
}
