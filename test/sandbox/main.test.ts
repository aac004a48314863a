import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ask, newToken, uuid } from './helpers.ts';

const main = fileURLToPath(new URL('../../src/sandbox/main.ts', import.meta.url));

function run(environment: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', main], { env: { ...process.env, ...environment } });
  const output = { out: '', err: '' };
  child.stdout.on('data', (part) => {
    output.out += part;
  });
  child.stderr.on('data', (part) => {
    output.err += part;
  });
  return { child, output };
}

it('says what runs where, and stops cleanly', async () => {
  const { child, output } = run({ SANDBOX_DP_PORT: '0', SANDBOX_PLANNR_PORT: '0', SANDBOX_CLIENTS: '10' });
  while (!output.out.includes('PLANNR_ACCOUNT_UUID=')) await once(child.stdout, 'data');
  expect(output.out).toContain('10 people');
  const url = /^DP_BASE_URL=(.*)$/m.exec(output.out)?.[1];
  expect((await fetch(`${url}/crm/v1/clients`)).status).toBe(401);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
});

it('makes a change now and then', async () => {
  const { child, output } = run({
    SANDBOX_DP_PORT: '0',
    SANDBOX_PLANNR_PORT: '0',
    SANDBOX_CLIENTS: '10',
    SANDBOX_CHANGE_SECONDS: '1',
  });
  while (!output.out.includes('PLANNR_ACCOUNT_UUID=')) await once(child.stdout, 'data');
  const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(output.out)?.[1] ?? '';
  const settings = Object.fromEntries(
    ['DP_CLIENT_ID', 'DP_CLIENT_SECRET', 'DP_SCOPE', 'DP_TOKEN_URL'].map((name) => [name, value(name)]),
  );
  const token = await newToken({ settings });
  const headers = { authorization: `Bearer ${token}`, 'ocp-apim-subscription-key': value('DP_SUBSCRIPTION_KEY') };
  const url = `${value('DP_BASE_URL')}/pubsub/v1/subscriptions/${uuid(1)}`;
  await ask(url, headers, { method: 'PUT', body: { topic: 'client.updated', callbackUrl: 'http://127.0.0.1:9' } });
  const told = async () => (await ask(`${url}/events`, headers)).json.totalCount;
  await expect.poll(told, { timeout: 60_000, interval: 50 }).toBeGreaterThan(0);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
});

it('says in one line which value is wrong', async () => {
  const { child, output } = run({ SANDBOX_CLIENTS: 'many' });
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(output.err).toBe('sandbox: SANDBOX_CLIENTS must be a whole number, not "many"\n');
});

it('says in seconds how often it may change something', async () => {
  const { child, output } = run({ SANDBOX_CHANGE_SECONDS: '3601' });
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(output.err).toBe('sandbox: SANDBOX_CHANGE_SECONDS must be a whole number from 0 to 3600, not 3601\n');
});

it('says in one line that a port is in use', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const { child, output } = run({ SANDBOX_DP_PORT: '0', SANDBOX_PLANNR_PORT: String(port), SANDBOX_CLIENTS: '1' });
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(output.err).toBe(`sandbox: port ${port} is in use already; set SANDBOX_DP_PORT or SANDBOX_PLANNR_PORT\n`);
  taken.close();
});
