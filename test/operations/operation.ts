import { readFileSync } from 'node:fs';

/** An operation as a client keeps it: its text, and variables that it is run with. */
export interface Operation<V> {
  readonly name: string;
  readonly query: string;
  readonly variables: V;
}

/** The operation in the files of this folder that have this name. */
export function operation<V>(name: string): Operation<V> {
  const read = (ending: string): string => readFileSync(`${import.meta.dirname}/${name}.${ending}`, 'utf8');
  return { name, query: read('graphql'), variables: JSON.parse(read('json')) as V };
}
