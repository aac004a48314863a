import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { emptyDatabase } from '../../platform/cache/nodes.ts';
import { type Issuer, startIssuer } from '../tokens.ts';
import { CREATE, clientId } from './field.ts';

const STARTING_MS = 90_000;

let issuer: Issuer;
let sandbox: Sandbox;
let dataDir: string;
let token: string;
const database = await emptyDatabase(4);
const running: ChildProcess[] = [];

beforeAll(async () => {
  issuer = await startIssuer();
  sandbox = await startSandbox({ clients: 20 });
  const units = sandbox.data.dynamicPlanner.organisationUnits.all();
  const top = units.find(({ parentId }) => parentId == null)?.id;
  token = await issuer.sign({ organisationUnitIds: [top], scope: 'clients:read plans:read plans:write' });
});
afterAll(async () => {
  await sandbox.stop();
  issuer.stop();
  database?.stop();
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wealthgraph-'));
  sandbox.plannr.clearFaults();
  sandbox.plannr.clearRequests();
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

/** A gateway in a process of its own. */
async function start(env: Record<string, string>) {
  const main = join(import.meta.dirname, '../../../src/main.ts');
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH ?? '',
      ...sandbox.settings,
      ...issuer.env,
      PORT: '0',
      DATA_DIR: join(dataDir, 'data'),
      OPERATION_TIMEOUT_MS: '60000',
      ...env,
    },
  });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const deadline = Date.now() + STARTING_MS;
  let url: string | undefined;
  while (url === undefined) {
    url = /http:\/\/localhost:\d+/.exec(said)?.[0];
    if (Date.now() > deadline || child.exitCode !== null) throw new Error(`it did not start:\n${said}`);
    await pause(25);
  }
  return {
    async create(input: object) {
      const reply = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: CREATE, variables: { input } }),
      });
      // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's, which TypeScript does not see.
      return (await reply.json()) as any;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

const posts = () => sandbox.plannr.requests.filter(({ method }) => method === 'POST').length;
const input = (key: string) => ({
  idempotencyKey: key,
  name: 'Cut off',
  owners: [{ clientId: clientId('p', sandbox.data.plannrAlone()[0]?.uuid) }],
  details: { pension: {} },
});

const STORES = [
  { name: 'in a file', env: {} },
  ...(database === null ? [] : [{ name: 'in Redis', env: { REDIS_URL: database.url } }]),
];

describe.each(STORES)('an intent $name', ({ env, name }) => {
  test('that a kill -9 left between POST and answer is OUTCOME_UNKNOWN, and never sent again', async () => {
    const first = await start(env);
    const before = sandbox.data.plannr.plans.all().length;
    // The platform makes the plan, and its answer is still on the way when the gateway ends.
    sandbox.plannr.addFault({ kind: 'slowBody', method: 'POST', path: /plans$/, delayMs: 600_000, times: 1 });
    const cut = first.create(input(`killed ${name}`)).catch(() => 'cut off');
    await expect.poll(posts).toBe(1);
    await first.kill();
    expect(await cut).toBe('cut off');
    expect(sandbox.data.plannr.plans.all()).toHaveLength(before + 1);

    const second = await start(env);
    const reply = await second.create(input(`killed ${name}`));
    expect(reply.errors[0].extensions.code).toBe('OUTCOME_UNKNOWN');
    expect(reply.data).toEqual({ planCreate: null });
    expect(posts()).toBe(1);
    const fresh = await second.create(input(`new ${name}`));
    expect(fresh.data.planCreate.changes).toHaveLength(1);
    await second.kill();

    // What was done is known after a kill as well.
    const third = await start(env);
    expect((await third.create(input(`new ${name}`))).data).toEqual(fresh.data);
    expect((await third.create(input(`killed ${name}`))).errors[0].extensions.code).toBe('OUTCOME_UNKNOWN');
    expect(posts()).toBe(2);
  });
});
