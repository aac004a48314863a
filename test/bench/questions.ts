import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryName } from './range.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const BOOK = readFileSync(join(ROOT, 'src/edge/examples/book.graphql'), 'utf8');

/** The body of each request. */
export const BODIES: Readonly<Record<QueryName, string>> = {
  book50: JSON.stringify({ query: BOOK, variables: { first: 50 } }),
  book1: JSON.stringify({ query: BOOK, variables: { first: 1 } }),
  constant: JSON.stringify({ query: '{ __typename }' }),
};

/** An answer's text. @throws where it is not one */
export async function ask(url: string, query: QueryName): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: BODIES[query],
  });
  const text = await response.text();
  if (!response.ok || text.includes('"errors":')) throw new Error(`${response.status} ${text.slice(0, 1_000)}`);
  return text;
}
