import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKeyStore, type KeyEntry } from '../../src/guard/keys/index.ts';
import { SCOPES } from '../../src/guard/scopes/index.ts';
import { globalId } from '../../src/platform/relay/ids.ts';

const tool = fileURLToPath(new URL('../../src/tools/api-key.ts', import.meta.url));
const DAY = 86_400_000;

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-key-'));
  file = join(folder, 'keys.json');
});
afterAll(() => rm(folder, { recursive: true }));

async function run(args: readonly string[], environment: Record<string, string> = { API_KEYS_FILE: file }) {
  const child = spawn(process.execPath, ['--import', 'tsx', tool, ...args], {
    env: { ...process.env, API_KEYS_FILE: '', ...environment },
  });
  const output = { out: '', err: '' };
  child.stdout.on('data', (part) => {
    output.out += part;
  });
  child.stderr.on('data', (part) => {
    output.err += part;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...output };
}

const keyIn = (text: string): string => /wg_\w+/.exec(text)?.[0] ?? '';
const entries = async (): Promise<KeyEntry[]> => JSON.parse(await readFile(file, 'utf8')) as KeyEntry[];

it('makes a key that works, lists it without its hash, and revokes it', async () => {
  const before = Date.now();
  const unit = globalId('OrganisationUnit', 'DYNAMIC_PLANNER', 'ou-2');
  const made = await run([
    'create',
    '--name',
    'Power BI',
    '--ou',
    `ou-1,${unit}`,
    '--scope',
    'clients:read,plans:read',
  ]);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(made.out.match(/wg_/g)).toHaveLength(1);
  const key = keyIn(made.out);
  const [entry] = await entries();
  expect(entry).toMatchObject({ name: 'Power BI', organisationUnitIds: ['ou-1', 'ou-2'] });
  expect(entry?.scopes).toEqual(['clients:read', 'plans:read']);
  expect(Math.abs(Date.parse(entry?.expiresAt ?? '') - before - 90 * DAY)).toBeLessThan(60_000);
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  const store = createKeyStore(file, { checkEveryMs: 0 });
  const { subject } = await store.identify(key);
  const id = subject.replace('key:', '');

  const listed = await run(['list', '--file', file], {});
  expect(listed).toMatchObject({ code: 0, err: '' });
  expect(listed.out).toMatch(new RegExp(`^${id} +until \\d{4}-\\d\\d-\\d\\d +Power BI +ou-1,ou-2 `, 'm'));
  expect(listed.out).not.toContain('wg_');
  expect(listed.out + made.out).not.toContain(entry?.hash.slice(0, 16));

  expect(await run(['revoke', id])).toMatchObject({ code: 0, err: '' });
  await expect(store.identify(key)).rejects.toThrow('was revoked');
  expect((await run(['list'])).out).toMatch(new RegExp(`^${id} +revoked `, 'm'));
});

it.each([
  ['tables:read,clients:read', true],
  ['clients:read,plans:read', false],
])('tells how to put a key into spreadsheets only where it opens tables: %s', async (scope, isForTables) => {
  const { out } = await run(['create', '--name', 'Excel', '--ou', 'ou-1', '--scope', scope]);
  expect(out.includes('choose Basic')).toBe(isForTables);
  expect(out.includes('can not read with it: that needs the scope tables:read')).toBe(!isForTables);
});

it('knows shorthands for scopes, and makes keys at the same time', async () => {
  const common = ['create', '--name', 'all', '--ou', 'ou-1', '--expires', '1d', '--scope'];
  const count = (await entries()).length;
  const made = await Promise.all([
    run([...common, 'read']),
    run([...common, 'write']),
    run([...common, 'read,plans:write']),
  ]);
  expect(made.map(({ code }) => code)).toEqual([0, 0, 0]);
  const scopes = (await entries()).slice(count).map((entry) => entry.scopes.join(' '));
  const read = SCOPES.filter((scope) => scope.endsWith(':read'));
  const more = SCOPES.filter((scope) => scope.endsWith(':read') || scope === 'plans:write');
  expect(scopes.sort()).toEqual([read, SCOPES, more].map((each) => each.join(' ')).sort());
});

it.each([
  ['no command', [], 'Say what to do'],
  ['an unknown command', ['make'], '"make" is no command'],
  ['an unknown option', ['list', '--al'], "Unknown option '--al'"],
  ['no name', ['create', '--ou', 'a', '--scope', 'read'], '--name: '],
  ['no unit', ['create', '--name', 'a', '--scope', 'read'], '--ou: '],
  ['a unit that is none', ['create', '--name', 'a', '--ou', 'a b', '--scope', 'read'], '--ou: "a b"'],
  ['no scope', ['create', '--name', 'a', '--ou', 'a'], '--scope: '],
  ['an unknown scope', ['create', '--name', 'a', '--ou', 'a', '--scope', 'plans'], '--scope: "plans" is no scope'],
  [
    'too long a life',
    ['create', '--name', 'a', '--ou', 'a', '--scope', 'read', '--expires', '367d'],
    'at most 366 days',
  ],
  ['no id', ['revoke'], 'Say which key'],
  ['an unknown id', ['revoke', 'abcdefghijkl'], 'there is no key with the id abcdefghijkl'],
  ['too much', ['list', 'all'], '"all" is too much'],
])('says what is wrong: %s', async (_name, args, message) => {
  const before = await readFile(file, 'utf8');
  const { code, out, err } = await run(args);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^api-key: /);
  expect(err).toContain(message);
  expect(err).not.toContain('    at ');
  expect(await readFile(file, 'utf8')).toBe(before);
});

it('says which file it can not use, and leaves a broken one as it is', async () => {
  expect((await run(['list'], {})).err).toBe('api-key: Say which file: set API_KEYS_FILE, or give --file.\n');
  const create = ['create', '--name', 'a', '--ou', 'a', '--scope', 'read', '--file'];
  expect((await run([...create, join(folder, 'none', 'keys.json')])).err).toContain('ENOENT');
  const broken = join(folder, 'broken.json');
  await writeFile(broken, '[{}');
  const { code, err, out } = await run([...create, broken]);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toBe(`api-key: ${broken} can't be changed: it is not JSON.\n`);
  expect(await readFile(broken, 'utf8')).toBe('[{}');
});
