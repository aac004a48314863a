import Negotiator from 'negotiator';
import { csv } from './csv.ts';
import type { Format } from './format.ts';
import { jsonArray, ndjson } from './json.ts';
import { parquet } from './parquet.ts';

export type { Format } from './format.ts';

/** All formats, by what ends a file's name. */
export const FORMATS: ReadonlyMap<string, Format> = new Map(
  [csv, ndjson, jsonArray, parquet].map((format) => [format.extension, format]),
);

/** What an `Accept` header may name. JSON, and whatever matches it too, is an answer of the graph and no table. */
const BY_MEDIA_TYPE: ReadonlyMap<string, Format | null> = new Map([
  ['text/csv', csv],
  ['application/x-ndjson', ndjson],
  ['application/ndjson', ndjson],
  ['application/jsonl', ndjson],
  ['application/vnd.apache.parquet', parquet],
  ['application/json', null],
  ['application/graphql-response+json', null],
  ['application/*', null],
  ['*/*', null],
]);

/**
 * The format of a table that an `Accept` header prefers (RFC 9110, section 12.5.1), with its quality values. Only what is named counts:
 * a wildcard asks for no table. Parameters of a media type are passed over.
 * @returns null where none is asked for, or JSON rather than a table
 */
export function formatOf(accept: string | undefined): Format | null {
  const preferred = new Negotiator({ headers: { accept } }).mediaTypes().map((type) => type.toLowerCase());
  return BY_MEDIA_TYPE.get(preferred.find((type) => BY_MEDIA_TYPE.has(type)) ?? '') ?? null;
}
