import { expect, test } from 'vitest';
import { z } from 'zod';
import { catalogueHtml } from '../../../src/tables/page/html.ts';
import { catalogueJson } from '../../../src/tables/page/json.ts';
import { elements, HTML_VOID, parse } from './parse.ts';
import { catalogue } from './sample.ts';

const link = z.url().startsWith('https://graph.example/wealth/');
const COLUMN_TYPES = ['id', 'text', 'integer', 'long', 'float', 'decimal', 'boolean', 'date', 'timestamp'] as const;

const TABLE = z.strictObject({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  rows: z.int().nullable(),
  columns: z.array(
    z.strictObject({
      name: z.string(),
      property: z.string(),
      type: z.enum(COLUMN_TYPES),
      scale: z.int().optional(),
      nullable: z.boolean(),
      description: z.string(),
    }),
  ),
  withheld: z.array(z.strictObject({ name: z.string(), scopes: z.array(z.string()) })),
  parameters: z.array(
    z.strictObject({ name: z.string(), type: z.string(), description: z.string(), isList: z.boolean() }),
  ),
  files: z.array(z.strictObject({ format: z.string(), mediaType: z.string(), href: link })).length(4),
  connectionFiles: z.strictObject({ odc: link }),
});

const CATALOGUE = z.strictObject({
  version: z.literal('1.2.3'),
  url: z.literal('https://graph.example/wealth/tables'),
  authentication: z.strictObject({ isRequired: z.boolean(), schemes: z.array(z.string()) }),
  odata: z.strictObject({
    service: z.literal('https://graph.example/wealth/odata/v4/'),
    metadata: z.literal('https://graph.example/wealth/odata/v4/$metadata'),
  }),
  connectionFiles: z.strictObject({ pbids: link, odc: link }),
  howTo: z.record(z.string(), link),
  refused: z.string().optional(),
  tables: z.array(TABLE),
});

const read = (...parameters: Parameters<typeof catalogue>) =>
  CATALOGUE.parse(JSON.parse(JSON.stringify(catalogueJson(catalogue(...parameters)))));

test('programs are told all tables, with columns, files and filters', () => {
  const { tables, authentication } = read();
  expect(tables.map(({ name, rows }) => [name, rows])).toEqual([
    ['clients', 5000],
    ['plans', null],
  ]);
  expect(tables[1]?.columns[3]).toEqual({
    name: 'current_value',
    property: 'currentValue',
    type: 'decimal',
    scale: 2,
    nullable: true,
    description: 'What it is worth, exactly.',
  });
  expect(tables[0]?.files.map(({ href }) => href)).toContain('https://graph.example/wealth/tables/clients.parquet');
  expect(tables[0]?.withheld).toEqual([{ name: 'date_of_birth', scopes: ['personal:read'] }]);
  expect(authentication.isRequired).toBe(true);
});

test('why a caller gets nothing is told', () => {
  expect(read({ tables: [], refused: 'No scope.' })).toMatchObject({ refused: 'No scope.', tables: [] });
});

test('each how-to is a place of the page', () => {
  const root = parse(catalogueHtml(catalogue()), HTML_VOID);
  const ids = elements(root).flatMap(({ attributes: { id } }) => id ?? []);
  const { howTo } = read();
  expect(Object.keys(howTo)).toEqual(['excel', 'power-bi', 'tableau', 'grafana', 'python', 'r']);
  for (const href of Object.values(howTo)) expect(ids).toContain(new URL(href).hash.slice(1));
});
