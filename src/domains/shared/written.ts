import type { System } from '../../platform/system.ts';
import type { WritingOperation } from '../../sources/index.ts';
import { type Happening, tagsOf } from './tags.ts';

/** One thing that was changed on a platform. */
export interface ChangeModel {
  readonly system: System;
  /** The kind of thing, in the platform's words. */
  readonly resource: string;
  readonly id: string;
}

/** What is about to be written: a thing, and whom it concerns now or will concern. */
export interface Writing {
  readonly system: System;
  readonly resource: string;
  readonly id: string;
  /** Ids of the platform's people or accounts whose lists hold it, before and after. */
  readonly clientIds: readonly string[];
  /** The finance or plan that it concerns. */
  readonly planId?: string | null;
}

/**
 * Makes one write, and drops what is kept of all that it concerns before it ends. Also where it failed: it may have been made without
 * an answer.
 * @throws what the write throws
 */
export async function written(
  operation: WritingOperation,
  { system, resource, id, clientIds, planId = null }: Writing,
  write: () => Promise<void>,
): Promise<ChangeModel[]> {
  const happening: Happening = {
    system,
    topic: `${resource}.updated`,
    resource: { type: resource, id },
    clientIds,
    planId,
  };
  try {
    await write();
    return [{ system, resource, id }];
  } finally {
    await operation.drop(tagsOf(happening));
  }
}
