import type { Tag } from '../platform/cache/index.ts';
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

/** An operation that may change things: what it reads is read from the platforms, now, whatever is kept. */
export interface WritingOperation extends SourcedOperation {
  readonly fresh: true;
  /** Drops what is kept of things that were changed, on every node; ends after a bounded wait. */
  readonly drop: (tags: readonly Tag[]) => Promise<void>;
}
