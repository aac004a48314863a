import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSchema } from '../../../src/tools/schema-files.ts';
import { type House, startHouse } from '../harness.ts';
import { type Issuer, startIssuer } from '../tokens.ts';
import { generatorOf, givenFields, type Ids, inputFields } from './generated.ts';
import { ALL_SCOPES, run, writesOf } from './writing.ts';

/** The same each time: a test must not depend on chance. `FUZZ_RUNS` for more of them. */
const SEED = 20_261_121;
const RUNS = { numRuns: Number(process.env.FUZZ_RUNS ?? 50), seed: SEED };

const schema = loadSchema();
const MUTATIONS = Object.keys(schema.getMutationType()?.getFields() ?? {});

/** What a caller may be told; INTERNAL_SERVER_ERROR is not among it. */
const CODES = ['BAD_USER_INPUT', 'FORBIDDEN'];

// What one of them has deleted is missing to the others: each has a house of its own.
let house: House;
let issuer: Issuer;
/** Of a caller who sees everyone, and of one who sees some. */
let callers: Record<string, string>[];
let masked: unknown[];
beforeEach(async () => {
  masked = [];
  const log = { info() {}, debug() {}, warn() {}, error: (...line: unknown[]) => void masked.push(line) };
  issuer = await startIssuer();
  house = await startHouse({
    sandbox: { clients: 20 },
    env: { ...issuer.env, COST_PER_MINUTE: '1000000000', CACHE: 'on' },
    log: log as never,
  });
  const units = house.sandbox.data.dynamicPlanner.organisationUnits.all();
  const scope = `${ALL_SCOPES} documents:read documents:write`;
  const tops = [units.find(({ parentId }) => parentId === null), units[1]];
  callers = await Promise.all(tops.map((unit) => issuer.bearer({ organisationUnitIds: [unit?.id], scope })));
});
afterEach(async () => {
  await house.stop();
  issuer.stop();
});

const idIn = (type: string, letter: 'd' | 'p', ...parts: (string | undefined)[]): string =>
  Buffer.from([type, letter, ...parts].join(':')).toString('base64url');

/** Ids of what the sandbox holds, and of what it does not. */
function idsOf({ sandbox: { data } }: House): Ids {
  const { dynamicPlanner: dp, plannr } = data;
  const finances = dp.finances
    .all()
    .slice(0, 30)
    .map(({ id }) => id);
  const alone = data.plannrAlone().map(({ uuid }) => uuid);
  const linked = dp.clients.all().filter(({ id }) => data.plannrAccountsOf(id).length === 1);
  const plans = plannr.plans.all().map(({ uuid }) => idIn('Plan', 'p', uuid));
  const employees = plannr.accounts.by('type', 'employee').map(({ uuid }) => uuid);
  return {
    Client: [
      ...dp.clients.all().map(({ id }) => idIn('Client', 'd', id)),
      ...alone.map((uuid) => idIn('Client', 'p', uuid)),
      idIn('Client', 'd', 'nobody'),
    ],
    Plan: [...plans, ...finances.map((id) => idIn('Plan', 'd', id))],
    'Client of Plannr': [
      ...alone.map((uuid) => idIn('Client', 'p', uuid)),
      ...linked.map(({ id }) => idIn('Client', 'd', id)),
    ],
    'Plan of Plannr': plans,
    Finance: [
      ...finances.map((id) => idIn('Plan', 'd', id)),
      idIn('Income', 'd', finances[0]),
      idIn('Income', 'd', 'x'),
    ],
    Relationship: dp.relationships.all().map(({ id, clientIds }) => idIn('Relationship', 'd', clientIds[0], id)),
    Employee: dp.employees.all().map(({ id }) => idIn('Employee', 'd', id)),
    OrganisationUnit: dp.organisationUnits.all().map(({ id }) => idIn('OrganisationUnit', 'd', id)),
    Document: dp.documents.all().map(({ id, clientId }) => idIn('Document', 'd', clientId, id)),
    Valuation: finances.flatMap((id) => [
      idIn('Valuation', 'd', id, 'a0000000-0000-4000-8000-0000000001c0'),
      idIn('Valuation', 'd', id, '..'),
    ]),
    account: [...alone, 'nobody'],
    'employee account': [...employees, 'nobody', '../x', 'a,b'],
    provider: [...plannr.providers.keys(), 'nobody'],
    circle: [...plannr.circles.all().map(({ uuid }) => uuid), 'nobody'],
  };
}

test('what is tried has every field that an input has', () => {
  const generate = generatorOf(schema, idsOf(house));
  expect(MUTATIONS.length).toBeGreaterThan(10);
  const [all, given] = [new Set<string>(), new Set<string>()];
  for (const mutation of MUTATIONS) {
    const samples = fc.sample(generate(mutation), { numRuns: 1_500, seed: SEED });
    for (const { name, type } of schema.getMutationType()?.getFields()[mutation]?.args ?? []) {
      inputFields(type, all);
      for (const variables of samples) givenFields(type, variables[name], given);
    }
  }
  expect([...all].filter((field) => !given.has(field))).toEqual([]);
  expect(all.size).toBeGreaterThan(300);
});

/** Half of the plans to be made have what nearly always stands in the way of the rest: rules that hold between fields. */
function mended(name: string, input: unknown): unknown {
  if (name !== 'planCreate' || typeof input !== 'object' || input === null) return input;
  const [person] = house.sandbox.data.plannrAlone();
  const owners = [{ clientId: idIn('Client', 'p', person?.uuid) }];
  const { inactiveReason, isGroupScheme, currentValueAt, ...rest } = input as Record<string, unknown>;
  return { ...rest, name: 'Made by a test', owners };
}

test.each(MUTATIONS)('%s never fails in a way of the gateway’s own, whatever it is given', async (name) => {
  const ends = { done: 0, refused: 0, forbidden: 0 };
  const generate = generatorOf(schema, idsOf(house));
  await fc.assert(
    fc.asyncProperty(generate(name), fc.constantFrom(...callers), fc.boolean(), async (made, headers, isMended) => {
      house.clear();
      const variables = isMended && 'input' in made ? { input: mended(name, made.input) } : made;
      const { reply, payload } = await run(house, name, variables, headers);
      for (const { extensions, message } of reply.errors ?? []) expect(CODES, message).toContain(extensions.code);
      for (const { path, message, code } of payload?.userErrors ?? []) {
        expect(Object.keys(variables)).toContain(path?.[0]);
        expect(message).not.toBe('');
        expect(code).toMatch(/^[A-Z_]+$/);
      }
      // Either something was changed and told, or nothing was.
      if (payload === null || payload.userErrors.length > 0) expect(payload?.changes ?? []).toEqual([]);
      else if (!name.endsWith('Delete')) expect(payload.changes.length).toBeGreaterThan(0);
      const isForbidden = reply.errors?.some(({ extensions }) => extensions.code === 'FORBIDDEN') ?? false;
      if (isForbidden) expect(writesOf(house)).toEqual([]);
      expect(writesOf(house).length).toBeLessThanOrEqual(1);
      if (payload !== null) ends[payload.userErrors.length > 0 ? 'refused' : 'done'] += 1;
      else if (isForbidden) ends.forbidden += 1;
    }),
    RUNS,
  );
  expect(masked).toEqual([]);
  // It came to every end: else little was tried.
  for (const count of Object.values(ends)) expect(count, JSON.stringify(ends)).toBeGreaterThan(1);
});
