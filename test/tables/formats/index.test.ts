import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FORMATS, formatOf } from '../../../src/tables/formats/index.ts';

test('formats are found by what ends a file’s name', () => {
  expect([...FORMATS].map(([extension, { mediaType }]) => [extension, mediaType])).toEqual([
    ['csv', 'text/csv; charset=utf-8'],
    ['ndjson', 'application/x-ndjson'],
    ['json', 'application/json'],
    ['parquet', 'application/vnd.apache.parquet'],
  ]);
});

test.each([
  ['text/csv', 'csv'],
  ['TEXT/CSV', 'csv'],
  ['text/csv; charset=utf-8; header=present', 'csv'],
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['application/vnd.apache.parquet', 'parquet'],
  ['text/csv, */*;q=0.1', 'csv'],
  ['text/csv, application/json', 'csv'],
  ['application/json, text/csv', null],
  ['application/json;q=0.5, text/csv', 'csv'],
  ['text/csv;q=0.5, application/vnd.apache.parquet', 'parquet'],
  ['text/csv;q=0, application/x-ndjson;q=0.1', 'ndjson'],
  ['text/csv;q=0', null],
  ['text/html, text/csv;q=0.9', 'csv'],
  ['application/json', null],
  ['application/graphql-response+json, application/json;q=0.9', null],
  ['text/event-stream', null],
  ['text/*', null],
  ['*/*', null],
  ['*/*, text/csv;q=0.5', null],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', null],
  ['', null],
  [undefined, null],
])('Accept: %s asks for %s', (accept, extension) => {
  expect(formatOf(accept)?.extension ?? null).toBe(extension);
});

test('no header makes it throw', () => {
  const part = fc.oneof(fc.string(), fc.constantFrom('text/csv', ';q=', '0.5', ',', ' ', '*/*', '"', '\\', '=', ';'));
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      formatOf(parts.join(''));
    }),
    { seed: 7, numRuns: 500 },
  );
});
