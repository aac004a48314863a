import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';

// The reports of docs/tables/sql, run over files that DuckDB writes, against the same sums done by hand.

const SQL = join(import.meta.dirname, '../../../docs/tables/sql');
const FOLDER = mkdtempSync(join(tmpdir(), 'tables-sql-'));
const duckdb = await (await DuckDBInstance.create(':memory:')).connect();

afterAll(() => {
  duckdb.disconnectSync();
  rmSync(FOLDER, { recursive: true });
});

/** Rows of a report, as JSON has them. */
async function report(name: string, folder = FOLDER): Promise<Record<string, unknown>[]> {
  const sql = readFileSync(join(SQL, `${name}.sql`), 'utf8').replaceAll('{base}', folder);
  return (await duckdb.runAndReadAll(sql)).getRowObjectsJson();
}

/** Writes a table from its columns and rows of SQL. */
async function write(table: string, columns: string, rows: readonly string[]): Promise<void> {
  await duckdb.run(`create or replace table ${table} (${columns})`);
  if (rows.length > 0) await duckdb.run(`insert into ${table} values ${rows.map((row) => `(${row})`).join(', ')}`);
  await duckdb.run(`copy ${table} to '${join(FOLDER, table)}.parquet'`);
}

const text = (value: string | null): string => (value === null ? 'null' : `'${value.replaceAll("'", "''")}'`);

interface Plan {
  readonly status: string | null;
  readonly type: string;
  /** Advisers of the owners, first to last. */
  readonly advisers: readonly (string | null)[];
  readonly valuations: readonly {
    readonly on: string;
    readonly pence: number;
    readonly currency: string;
    readonly system: string;
  }[];
}

async function writePlans(plans: readonly Plan[]): Promise<void> {
  await write(
    'plans',
    'id varchar, status varchar, type varchar',
    plans.map(({ status, type }, at) => `'p${at}', ${text(status)}, ${text(type)}`),
  );
  await write(
    'plan_owners',
    'plan_id varchar, position integer, client_id varchar, client_display_name varchar, client_adviser_id varchar, client_adviser_display_name varchar',
    plans.flatMap(({ advisers }, at) =>
      advisers.map((adviser, owner) => {
        const name = adviser === null ? null : `Adviser ${adviser}`;
        return `'p${at}', ${owner + 1}, 'c${owner}', 'Client ${owner}', ${text(adviser)}, ${text(name)}`;
      }),
    ),
  );
  await write(
    'valuations',
    'id varchar, plan_id varchar, valued_on date, value_pence bigint, value decimal(18, 2), value_currency varchar, system varchar',
    plans.flatMap(({ valuations }, at) =>
      valuations.map(
        ({ on, pence, currency, system }, number) =>
          `'v${at}-${number}', 'p${at}', '${on}', ${pence}, ${pence}::decimal(18, 2) * 0.01, '${currency}', '${system}'`,
      ),
    ),
  );
}

const COUNTED = new Set(['PENSION', 'INVESTMENT', 'CASH_ACCOUNT', 'ANNUITY', 'UNKNOWN']);

/** The report, done by hand: pence and plans by month, adviser and currency. */
function byHand(plans: readonly Plan[]): Map<string, { pence: number; plans: number }> {
  const sums = new Map<string, { pence: number; plans: number }>();
  const days = plans.flatMap(({ valuations }) => valuations.map(({ on }) => on)).sort();
  const last = days.at(-1) ?? '';
  for (let month = (days[0] ?? '9999').slice(0, 7); month <= last.slice(0, 7); month = next(month)) {
    for (const { status, type, advisers, valuations } of plans) {
      if (status === 'INACTIVE' || status === 'PROPOSED' || !COUNTED.has(type)) continue;
      const newest = valuations
        .filter(({ on }) => on.slice(0, 7) <= month)
        .sort((a, b) => b.on.localeCompare(a.on) || a.system.localeCompare(b.system))[0];
      if (newest === undefined) continue;
      const key = `${month} ${advisers[0] ?? null} ${newest.currency}`;
      const sum = sums.get(key) ?? { pence: 0, plans: 0 };
      sums.set(key, { pence: sum.pence + newest.pence, plans: sum.plans + 1 });
    }
  }
  return sums;
}

function next(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

const day = fc
  .tuple(fc.integer({ min: 2024, max: 2026 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join('-'));
const valuation = fc.record({
  on: day,
  pence: fc.integer({ min: 0, max: 9_000_000_000_000 }),
  currency: fc.constantFrom('GBP', 'GBP', 'EUR'),
  system: fc.constantFrom('DYNAMIC_PLANNER', 'PLANNR'),
});
const plan: fc.Arbitrary<Plan> = fc.record({
  status: fc.constantFrom(null, 'ACTIVE', 'ACTIVE', 'UNKNOWN', 'INACTIVE', 'PROPOSED'),
  type: fc.constantFrom(
    'PENSION',
    'INVESTMENT',
    'CASH_ACCOUNT',
    'UNKNOWN',
    'MORTGAGE',
    'PROTECTION_POLICY',
    'FIXED_ASSET',
  ),
  advisers: fc.array(fc.constantFrom(null, 'a', 'b', "O'c"), { maxLength: 3 }),
  valuations: fc.uniqueArray(valuation, { maxLength: 6, selector: ({ on, system }) => `${on} ${system}` }),
});

test('assets under advice: each plan once, and whole months', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { maxLength: 12 }), async (plans) => {
      await writePlans(plans);
      const rows = await report('assets-under-advice');
      const sums = rows.map(({ month_end, adviser_id, currency, plans: count, value_pence, value }) => {
        expect(value).toBe((Number(value_pence) / 100).toFixed(2));
        return [
          `${String(month_end).slice(0, 7)} ${adviser_id} ${currency}`,
          { pence: Number(value_pence), plans: Number(count) },
        ] as const;
      });
      expect(new Map(sums)).toEqual(byHand(plans));
      expect(new Set(sums.map(([key]) => key)).size).toBe(sums.length);
    }),
    { seed: 20_261_121, numRuns: 25 },
  );
});

test('a month ends on its last day, and a plan without an owner is counted', async () => {
  const on = { pence: 1_234, currency: 'GBP', system: 'PLANNR' };
  await writePlans([{ status: 'ACTIVE', type: 'PENSION', advisers: [], valuations: [{ on: '2024-02-29', ...on }] }]);
  expect(await report('assets-under-advice')).toEqual([
    {
      month_end: '2024-02-29',
      adviser_id: null,
      adviser: '(no adviser)',
      currency: 'GBP',
      plans: '1',
      value_pence: '1234',
      value: '12.34',
    },
  ]);
});

test('disagreements: every one once, the largest difference in money first', async () => {
  await writePlans([
    { status: 'ACTIVE', type: 'PENSION', advisers: ['a', 'b'], valuations: [] },
    { status: 'ACTIVE', type: 'PENSION', advisers: [], valuations: [] },
  ]);
  await write(
    'plan_discrepancies',
    'plan_id varchar, plan_name varchar, plan_policy_number varchar, field varchar, dynamic_planner_value varchar, plannr_value varchar',
    [
      `'p0', 'One', '0012', 'status', 'active', 'lapsed'`,
      `'p0', 'One', '0012', 'currentValue', '100.10 GBP', '90.00 GBP'`,
      `'p1', 'Two', null, 'currentValue', '1.00 GBP', '9000.00 GBP'`,
      `'p1', 'Two', null, 'owners', '50 50', '100'`,
      `'p2', 'Three', null, 'currentValue', '5.00 GBP', '5.00 EUR'`,
    ],
  );
  const rows = await report('disagreements');
  expect(rows.map(({ adviser, plan_id, field, difference }) => [adviser, plan_id, field, difference])).toEqual([
    ['(no adviser)', 'p1', 'currentValue', '8999.00'],
    ['Adviser a', 'p0', 'currentValue', '-10.10'],
    ['(no adviser)', 'p1', 'owners', null],
    ['(no adviser)', 'p2', 'currentValue', null],
    ['Adviser a', 'p0', 'status', null],
  ]);
  expect(rows[1]).toMatchObject({
    client: 'Client 0',
    client_id: 'c0',
    policy_number: '0012',
    plannr_value: '90.00 GBP',
  });
});
