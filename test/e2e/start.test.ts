import type { ChildProcess } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { type Run, STARTED, startProcess, urlOf } from '../process.ts';
import { startIssuer, topUnitOf } from './tokens.ts';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function start(env: Record<string, string>): Run {
  const run = startProcess(env);
  running.push(run.process);
  return run;
}

describe('the gateway as a process', () => {
  test('starts its sandbox where no platform is configured, says what to open, answers the query it prints, and stops cleanly', async () => {
    const run = start({
      PORT: '0',
      SANDBOX_CLIENTS: '30',
      API_KEYS_FILE: join(tmpdir(), 'no-such-folder', 'keys.json'),
    });
    await run.says(STARTED);
    expect(run.out()).toMatch(/^Warning: API_KEYS_FILE names a file that does not exist yet/m);
    const url = urlOf(run);
    expect(run.out()).toContain(`${url}/explorer`);
    expect(run.out()).toMatch(/Dynamic Planner +http:\/\/127\.0\.0\.1:\d+ +\(sandbox/);
    const body = /-d '(.*)'/.exec(run.out())?.[1] ?? '';
    const reply = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { data, errors } = (await reply.json()) as { data: { clients: { totalCount: number } }; errors?: unknown };
    expect(errors).toBeUndefined();
    expect(data.clients.totalCount).toBe(30);
    expect((await fetch(`${url}/explorer/`)).status).toBe(200);
    run.process.kill('SIGINT');
    expect(await run.exit).toBe(0);
    expect(run.out()).not.toMatch(/Error|at .*\.ts:/);
  });

  test('ends a running operation before it stops', async () => {
    const [sandbox, issuer] = [await startSandbox({ clients: 30 }), await startIssuer()];
    const { dynamicPlanner } = sandbox;
    const run = start({
      ...sandbox.settings,
      PORT: '0',
      ...issuer.env,
      OPERATION_TIMEOUT_MS: '60000',
      DRAIN_MS: '60000',
    });
    await run.says(STARTED);
    const url = urlOf(run);
    const top = topUnitOf(sandbox);
    const authorization = `Bearer ${await issuer.sign({ organisationUnitIds: [top] })}`;
    dynamicPlanner.addFault({ kind: 'hang', path: /finances/, delayMs: 1_000 });
    const reply = fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: '{"query":"{ clients(first: 3) { nodes { plans { nodes { id } } } } }"}',
    });
    const isRunning = () => dynamicPlanner.requests.some(({ template }) => template.includes('finances'));
    await expect.poll(isRunning).toBe(true);
    run.process.kill('SIGTERM');
    const { data, errors } = (await (await reply).json()) as {
      data: { clients: { nodes: unknown[] } };
      errors?: unknown;
    };
    expect(errors).toBeUndefined();
    expect(data.clients.nodes).toHaveLength(3);
    expect(await run.exit).toBe(0);
    await sandbox.stop();
    issuer.stop();
  });

  test('lists every fault of its settings at once, with what to do, and exit code 1', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wealthgraph-'));
    const contract = join(folder, 'contract.json');
    await writeFile(contract, JSON.stringify({ pageCap: 0, resources: { clients: { path: 'crm' } }, typo: 1 }));
    const links = join(folder, 'links.json');
    await writeFile(links, '[{"plannrAccount":"x"}]');
    const keys = join(folder, 'keys.json');
    await writeFile(keys, '[{"id":"hunter2-key"}]');
    const run = start({
      PORT: '99999',
      DP_CLIENT_ID: 'someone',
      DP_CLIENT_SECRET: 'hunter2-secret',
      DP_BASE_URL: 'http://platform.example',
      PLANNR_BASE_URL: 'not a url',
      DP_CONTRACT_FILE: contract,
      CLIENT_LINKS_FILE: links,
      API_KEYS_FILE: keys,
      DP_CLENT_SECRET: 'typo',
    });
    expect(await run.exit).toBe(1);
    for (const name of [
      'PORT',
      'DP_SUBSCRIPTION_KEY',
      'DP_BASE_URL',
      'PLANNR_BASE_URL',
      'PLANNR_ACCESS_TOKEN',
      'AUTH_MODE',
      'DP_CONTRACT_FILE: pageCap',
      'DP_CONTRACT_FILE: resources.clients.path',
      'CLIENT_LINKS_FILE: entry 0',
      'API_KEYS_FILE: entry 0',
      'DP_CLENT_SECRET',
    ])
      expect(run.out()).toContain(name);
    expect(run.out()).not.toContain('hunter2');
    expect(run.out()).not.toMatch(/at .*\.ts:/);
  });

  test('says that its port is in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const run = start({ PORT: String(port), SANDBOX_CLIENTS: '5' });
    expect(await run.exit).toBe(1);
    expect(run.out()).toContain(`PORT: ${port} is in use on 127.0.0.1.`);
    expect(run.out()).not.toMatch(/at .*\.ts:/);
    server.close();
  });

  test('an open sandbox on an address that others can reach is refused', async () => {
    const run = start({ HOST: '0.0.0.0', PORT: '0' });
    expect(await run.exit).toBe(1);
    expect(run.out()).toContain('AUTH_MODE');
  });
});
