import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, startHouse } from '../e2e/harness.ts';
import { operation } from './operation.ts';
import { mutationsTo } from './rows.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 40 }, env: { CACHE: 'on' } });
});
afterAll(() => house.stop());

/** Each mutation, what is then read of it, the call that it makes, and what it changes. */
const WRITES = [
  [
    'planCreate',
    {
      plan: {
        name: 'New SIPP',
        type: 'PENSION',
        policyNumber: 'NEW-48211',
        currentValue: { decimal: '48211.37' },
        owners: [{ percentage: 66.67 }, { percentage: 33.33 }],
        details: {
          planRetirementAge: { value: '67', raw: '67' },
          fundAmount: { value: { decimal: '48211.37' }, raw: '4821137' },
          pclsPercentage: { value: '25.00' },
          retirementDate: { value: '2041-06-30' },
          salarySacrifice: { value: true },
          accrualRate: '1/60',
        },
      },
    },
    'POST /api/v1/plans',
    ['plan'],
  ],
  [
    'planUpdate',
    {
      plan: {
        status: 'INACTIVE',
        details: { reason: 'Moved to another provider', isCrystallised: { value: false } },
      },
    },
    'PUT /api/v1/plans/{uuid}',
    ['plan'],
  ],
  [
    'planOwnershipUpdate',
    { plan: { owners: [{ percentage: 12.34 }, { percentage: 87.66 }] } },
    'PUT /api/v1/plans/{uuid}/ownership',
    ['plan'],
  ],
  [
    'planValuationsRecord',
    {
      plans: [
        {
          currentValue: { decimal: '12346.00' },
          valuations: {
            nodes: [
              { valuedOn: '2026-11-20', value: { pence: 1_234_600 } },
              { valuedOn: '2026-11-19', value: { pence: 1_234_567 } },
            ],
          },
        },
      ],
    },
    'POST /api/v2/valuations/bulk',
    ['valuation', 'valuation'],
  ],
] as const;

test('each mutation is here', () => {
  expect(WRITES.map(([name]) => name).sort()).toEqual(mutationsTo(/^`\w+ \/api\//).sort());
});

test.each(WRITES)('%s writes once, and gives what it made of it', async (name, wanted, call, changed) => {
  house.clear();
  const { query, variables } = operation<Record<string, unknown>>(name);
  const reply = await house.ask(query, variables);
  expect(reply.errors).toBeUndefined();
  const { userErrors, changes, ...read } = reply.data[name];
  expect(userErrors).toEqual([]);
  expect(read).toMatchObject(wanted);
  expect(changes.map(({ system, resource }: { system: string; resource: string }) => [system, resource])).toEqual(
    changed.map((resource) => ['PLANNR', resource]),
  );
  const writes = house.calls().filter(({ method }) => method !== 'GET');
  expect(writes.map(({ method, template }) => `${method} ${template}`)).toEqual([call]);
});
