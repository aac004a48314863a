import { getHeapSpaceStatistics } from 'node:v8';

/** What pages may leave behind, in bytes, before it is collected. */
const LEFT_BEHIND = 24 * 2 ** 20;
/** Where the engine keeps what it takes for lasting; the young are collected often enough. */
const OLD: ReadonlySet<string> = new Set(['old_space', 'large_object_space']);
/** Between two collections at least, in milliseconds: each holds everybody up for some tens of them. */
const REST_MS = 500;

let floor = Number.POSITIVE_INFINITY;
let collectedAt = Number.NEGATIVE_INFINITY;

/**
 * Collects what the pages of tables have left behind, once it is a lot. A page lives long enough to be taken for something that stays, and the
 * engine lets such things grow to a multiple of what is really in use before it looks. To be called between pages; does nothing where node
 * runs without `--expose-gc`.
 */
export function tidy(): void {
  const collect = globalThis.gc;
  if (collect === undefined) return;
  const used = oldBytes();
  floor = Math.min(floor, used);
  if (used - floor < LEFT_BEHIND || performance.now() - collectedAt < REST_MS) return;
  collect();
  floor = oldBytes();
  collectedAt = performance.now();
}

function oldBytes(): number {
  let sum = 0;
  for (const { space_name: name, space_used_size: used } of getHeapSpaceStatistics()) if (OLD.has(name)) sum += used;
  return sum;
}
