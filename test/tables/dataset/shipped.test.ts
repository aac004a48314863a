import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadSchema } from '../../../src/edge/schema.ts';
import type { Dataset } from '../../../src/tables/dataset/dataset.ts';
import { loadDatasets } from '../../../src/tables/dataset/folder.ts';

let datasets: readonly Dataset[];
beforeAll(async () => {
  const schema = await loadSchema({ schema: 'schema', resolvers: join(import.meta.dirname, '../../../resolvers') });
  datasets = await loadDatasets(schema, ['src/tables/datasets']);
});

// What analysts build on: columns are added, and none of them is renamed or changes its type.
test('columns stay what they are', () => {
  const told = datasets.map(({ name, table }) => {
    const columns = table.columns.map(
      (column) =>
        `${column.name} ${column.type}${column.scale === null ? '' : `(${column.scale})`}${column.isNullable ? '?' : ''}`,
    );
    return `${name}: ${columns.join(', ')}`;
  });
  expect(`\n${told.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    cashflows: plan_id id, plan_name text?, plan_type text, position integer, kind text?, amount_pence long?, amount decimal(2)?, amount_currency text?, frequency text?, starts_on date?, ends_on date?
    clients: id id, display_name text, status text?, date_of_birth date?, adviser_id id?, adviser_display_name text?, organisation_unit_id id?, organisation_unit_name text?, dynamic_planner_id text?, plannr_id text?, created_at timestamp?, updated_at timestamp?
    employees: id id, display_name text, first_name text?, last_name text?, email text?, role text?
    events: cursor text, topic text, system text, occurred_at timestamp, resource_type text?, resource_id text?
    expenditures: client_id id, client_display_name text, id id, name text?, sub_type text?, amount_pence long?, amount decimal(2)?, amount_currency text?, frequency text?, starts_on date?, ends_on date?, updated_at timestamp?
    holdings: plan_id id, plan_name text?, plan_type text, position integer, isin text?, name text?, units decimal?, price decimal?, value_pence long?, value decimal(2)?, value_currency text?, percentage float?, risk_level integer?, risk_label text?, risk_framework text?, risk_scale text?, risk_system text?
    incomes: client_id id, client_display_name text, id id, name text?, sub_type text?, amount_pence long?, amount decimal(2)?, amount_currency text?, frequency text?, is_gross boolean?, starts_on date?, ends_on date?, updated_at timestamp?
    latest_valuations: plan_id id, plan_name text?, plan_type text, id id?, valued_on date?, value_pence long?, value decimal(2)?, value_currency text?, system text?
    organisation_units: id id, name text, parent_id id?, parent_name text?
    plan_discrepancies: plan_id id, plan_name text?, plan_type text, plan_policy_number text?, plan_dynamic_planner_id text?, plan_plannr_id text?, field text, dynamic_planner_value text?, plannr_value text?
    plan_owners: plan_id id, plan_name text?, position integer, client_id id?, client_display_name text?, client_adviser_id id?, client_adviser_display_name text?, client_organisation_unit_id id?, client_organisation_unit_name text?, percentage float?
    plans: id id, name text?, type text, raw_type text, sub_type text?, status text, policy_number text?, provider_name text?, ownership text?, opened_on date?, current_value_pence long?, current_value decimal(2)?, current_value_currency text?, risk_level integer?, risk_label text?, risk_framework text?, risk_scale text?, risk_system text?, risk_assessed_on date?, risk_alignment text?, dynamic_planner_id text?, plannr_id text?, updated_at timestamp?
    relationships: client_id id, client_display_name text, id id, type text?, started_on date?, related_id id?, related_display_name text?, updated_at timestamp?
    risk_levels: client_id id, client_display_name text, id id, completed_on date?, level integer?, label text?, framework text?, scale text?, system text?, assessed_on date?
    valuations: plan_id id, plan_name text?, plan_type text, id id, valued_on date, value_pence long, value decimal(2), value_currency text, system text
    "
  `);
});

test('each column is described, and has a name of its own in files and in OData', () => {
  for (const { name, table } of datasets) {
    const { columns } = table;
    expect([
      name,
      columns.filter(({ description }) => description.trim().length < 5).map((column) => column.name),
    ]).toEqual([name, []]);
    expect(new Set(columns.map((column) => column.name)).size).toBe(columns.length);
    expect(new Set(columns.map(({ property }) => property)).size).toBe(columns.length);
    for (const column of columns) expect(column.name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
  }
});

test('each dataset is told about, has a key of its columns, and describes its parameters', () => {
  for (const { name, title, description, key, table, parameters } of datasets) {
    expect([name, title.length > 3, description.length > 20, key.length > 0]).toEqual([name, true, true, true]);
    const columns = new Map(table.columns.map((column) => [column.name, column]));
    for (const column of key) expect([name, column, columns.has(column)]).toEqual([name, column, true]);
    expect([
      name,
      parameters.filter((parameter) => parameter.description === '').map((parameter) => parameter.name),
    ]).toEqual([name, []]);
  }
});

test('money comes as pence, as a decimal of two digits and with its currency', () => {
  const amounts = datasets.flatMap(({ name, table }) =>
    table.columns
      .filter(({ type, scale }) => type === 'decimal' && scale === 2)
      .map((column) => ({ name, table, column })),
  );
  expect(amounts.length).toBeGreaterThan(5);
  for (const { name, table, column } of amounts) {
    const typeOf = (suffix: string) => table.columns.find((one) => one.name === `${column.name}_${suffix}`)?.type;
    expect([name, column.name, typeOf('pence'), typeOf('currency')]).toEqual([name, column.name, 'long', 'text']);
  }
});
