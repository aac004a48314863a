import { afterAll, afterEach, beforeEach, describe } from 'vitest';
import { emptyDatabase, type Node, startNode } from './nodes.ts';

/** A cache as it may be set up, with a clock that stands until it is moved. */
export interface Setup {
  /** Its nodes: one, or two that share a Redis. */
  nodes(): readonly Node[];
  /** The first and the last node: the same one where there is one. */
  ends(): readonly [Node, Node];
  /** Moves the clock of all nodes on. */
  pass(ms: number): void;
}

const SETUPS = [
  ['in memory', 1, false],
  ['with Redis', 1, true],
  ['on two nodes that share a Redis', 2, true],
] as const;

/**
 * What holds of a cache however it is set up, each time with nodes and a clock of its own.
 * @param database number of the Redis database, another one for each file of tests
 */
export async function describeSetups(database: number, tests: (setup: Setup) => void): Promise<void> {
  const redis = await emptyDatabase(database);
  for (const [name, count, isShared] of SETUPS)
    describe.skipIf(isShared && redis === null)(name, () => {
      let time = 1_000_000;
      let nodes: readonly Node[] = [];
      beforeEach(async () => {
        const options = { redisUrl: isShared ? redis?.url : undefined, now: () => time };
        nodes = await Promise.all(Array.from({ length: count }, () => startNode(options)));
        await nodes[0]?.redis?.flushDb();
      });
      afterEach(() => {
        for (const node of nodes) node.stop();
      });
      const at = (index: number): Node => nodes.at(index) ?? ({} as Node);
      tests({
        nodes: () => nodes,
        ends: () => [at(0), at(-1)],
        pass: (ms) => {
          time += ms;
        },
      });
    });
  afterAll(() => redis?.stop());
}
