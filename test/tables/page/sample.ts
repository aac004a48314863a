import type { Catalogue, CatalogueEntry } from '../../../src/tables/catalogue.ts';
import type { Column, ColumnType } from '../../../src/tables/column.ts';

/** A column of a name, type and description; its OData name is of the same words. */
export function column(name: string, type: ColumnType, description: string, more: Partial<Column> = {}): Column {
  const property = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return { name, property, type, scale: null, isNullable: true, description, ...more };
}

export const FORMATS = [
  { extension: 'csv', mediaType: 'text/csv; charset=utf-8' },
  { extension: 'ndjson', mediaType: 'application/x-ndjson' },
  { extension: 'json', mediaType: 'application/json' },
  { extension: 'parquet', mediaType: 'application/vnd.apache.parquet' },
] as const;

export const CLIENTS: CatalogueEntry = {
  name: 'clients',
  title: 'Clients',
  description: 'The people and organisations that you may see, one row each, also where they stand in both platforms.',
  columns: [
    column('id', 'id', 'Global id.', { isNullable: false }),
    column('display_name', 'text', 'The name to show for the client.'),
    column('status', 'text', 'Whether they are a client: one of `ACTIVE`, `INACTIVE` and `PROSPECT`.', {
      isNullable: false,
    }),
    column('adviser_id', 'id', "Global id of the adviser who looks after the client, from Dynamic Planner's record."),
    column('updated_at', 'timestamp', 'When the record was last changed.'),
  ],
  parameters: [
    {
      name: 'nameContains',
      type: 'text',
      description: 'Only clients whose name has these letters in it.',
      isList: false,
    },
    { name: 'adviserIds', type: '[ID!]', description: 'Only clients of these advisers.', isList: true },
    {
      name: 'updatedSince',
      type: 'timestamp',
      description: 'Only what was changed at or after this time.',
      isList: false,
    },
  ],
  rows: 5000,
  withheld: [{ name: 'date_of_birth', scopes: ['personal:read'] }],
};

export const PLANS: CatalogueEntry = {
  name: 'plans',
  title: 'Plans',
  description:
    'Pensions, investments, protection and debts. A policy that stands in both platforms is one plan & one row.',
  columns: [
    column('id', 'id', 'Global id.', { isNullable: false }),
    column('name', 'text', 'What the plan is called.'),
    column('current_value_pence', 'long', 'What it is worth, in pence.'),
    column('current_value', 'decimal', 'What it is worth, exactly.', { scale: 2 }),
    column('risk_level', 'integer', 'From 1 to 10.'),
    column('is_joint', 'boolean', 'Whether several own it.'),
    column('growth', 'float', 'In a year, as a share of 1.'),
    column('rate', 'decimal', 'Interest, with as many digits as the platform has.'),
  ],
  parameters: [],
  rows: null,
  withheld: [],
};

/** A catalogue of two tables, or what is given instead. */
export function catalogue(more: Partial<Catalogue> = {}): Catalogue {
  return {
    publicUrl: 'https://graph.example/wealth',
    version: '1.2.3',
    needsKey: true,
    formats: FORMATS,
    tables: [CLIENTS, PLANS],
    ...more,
  };
}
