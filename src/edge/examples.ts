import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Example } from './explorer.ts';

/** The explorer's examples; the first one stands in front. */
const EXAMPLES = [
  { name: 'Book', file: 'book.graphql', variables: '{ "first": 10 }' },
  { name: 'Events', file: 'events.graphql' },
];

/** Reads the explorer's examples. @param root the project's folder, which holds their texts */
export function readExamples(root: string): Promise<readonly Example[]> {
  return Promise.all(
    EXAMPLES.map(async ({ file, ...example }) => ({
      ...example,
      query: await readFile(join(root, 'src/edge/examples', file), 'utf8'),
    })),
  );
}
