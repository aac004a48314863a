import { type ParseArgsConfig, parseArgs } from 'node:util';
import {
  changeKeys,
  expiryOf,
  idOfKey,
  issueKey,
  type KeyEntry,
  LONGEST_DAYS,
  readKeys,
  revoked,
} from '../guard/keys/index.ts';
import { SCOPES, scopesNamed } from '../guard/scopes/index.ts';
import { parseIdOf } from '../platform/relay/ids.ts';
import { isEntry, say } from './entry.ts';

// Makes, lists and revokes API keys, in the file that a gateway reads them from. A gateway that runs needs no restart.

const USAGE = `Usage:
  npm run api-key -- create --name "Power BI" --ou <id>[,<id>] --scope tables:read,clients:read,plans:read [--expires 90d]
  npm run api-key -- list
  npm run api-key -- revoke <id>

  --file     the keys file; API_KEYS_FILE where it is not given
  --name     what the key is for
  --ou       organisation units whose subtrees the key may see: ids of Dynamic Planner, or of the graph
  --scope    ${SCOPES.join(', ')},
             or read (every one that reads), or write (all)
  --expires  90d (the default) or 2027-01-31; at most ${LONGEST_DAYS} days`;

const OPTIONS = {
  file: { type: 'string' },
  name: { type: 'string' },
  ou: { type: 'string', multiple: true },
  scope: { type: 'string', multiple: true },
  expires: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options'];

const NO_TABLES = 'can not read with it: that needs the scope tables:read';

/** What the user got wrong, in one line. */
class Refusal extends Error {}

type Options = ReturnType<typeof read>['values'];

async function main(): Promise<void> {
  const { values, positionals } = read();
  const [command, id, ...rest] = positionals;
  if (values.help === true) return say(USAGE);
  if (rest.length > 0 || (id !== undefined && command !== 'revoke'))
    throw new Refusal(`"${rest[0] ?? id}" is too much.`);
  if (command === 'create') return create(fileOf(values), values);
  if (command === 'list') return list(fileOf(values));
  if (command === 'revoke') return revoke(fileOf(values), id);
  throw new Refusal(`${command === undefined ? 'Say what to do' : `"${command}" is no command`}.\n\n${USAGE}`);
}

async function create(file: string, { name = '', ou, scope, expires = '90d' }: Options): Promise<void> {
  const now = new Date();
  if (name.trim() === '' || name.length > 100 || /\p{Cc}/u.test(name))
    throw new Refusal('--name: say in up to 100 characters what the key is for, such as --name "Power BI".');
  const units = words(ou).map(unitOf);
  if (units.length === 0)
    throw new Refusal('--ou: a key without an organisation unit sees nothing; give at least one.');
  const scopes = told('--scope', () => scopesNamed(words(scope)));
  if (scopes.length === 0)
    throw new Refusal('--scope: say what the key may do, such as --scope clients:read,plans:read.');
  const expiresAt = told('--expires', () => expiryOf(expires, now));
  const { text, entry } = issueKey({ name: name.trim(), organisationUnitIds: units, scopes, expiresAt, now });
  await change(file, (keys) => [...keys, entry]);
  say(`The API key "${entry.name}" (id ${entry.id}), until ${entry.expiresAt}:\n\n  ${text}\n`);
  say(`It is shown this once: ${file} holds its hash only. Put it where it is needed, and nowhere else.`);
  const isForTables = scopes.includes('tables:read');
  say(`  Excel, Power BI   ${isForTables ? 'choose Basic: any user name, the key as the password' : NO_TABLES}`);
  say('  anything else     the header `Authorization: Bearer <key>` or `X-API-Key: <key>`');
  say(`It may do: ${scopes.join(' ')}. It sees the organisation units ${units.join(' ')} and those below.`);
  say(`Gateways with API_KEYS_FILE=${file} take it from now on. To end it: npm run api-key -- revoke ${entry.id}`);
}

async function list(file: string): Promise<void> {
  const keys = await readKeys(file);
  if (keys.length === 0) return say(`There are no keys in ${file}.`);
  const rows = keys.map((key) => [
    key.id,
    stateOf(key, new Date()),
    key.name,
    key.organisationUnitIds.join(','),
    key.scopes.join(','),
  ]);
  const table = [['ID', 'STATE', 'NAME', 'ORGANISATION UNITS', 'SCOPES'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  for (const row of table) say(row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '));
}

async function revoke(file: string, given: string | undefined): Promise<void> {
  if (given === undefined) throw new Refusal('Say which key: npm run api-key -- revoke <id>. `list` shows the ids.');
  const id = idOfKey(given) ?? given;
  await change(file, (keys) => told('revoke', () => revoked(keys, id, new Date())));
  say(`The key ${id} is revoked. Gateways refuse it within a second or two.`);
}

function stateOf({ revokedAt, expiresAt }: KeyEntry, now: Date): string {
  if (revokedAt !== undefined) return `revoked ${revokedAt.slice(0, 10)}`;
  return `${Date.parse(expiresAt) <= now.getTime() ? 'expired' : 'until'} ${expiresAt.slice(0, 10)}`;
}

/** Dynamic Planner's id of a unit, which is what a key holds; given as that, or as the graph's. */
function unitOf(id: string): string {
  if (!/^[A-Za-z0-9._~-]{1,128}$/.test(id)) throw new Refusal(`--ou: "${id}" is no id of an organisation unit.`);
  try {
    return parseIdOf('OrganisationUnit', id).parts[0] ?? id;
  } catch {
    return id;
  }
}

async function change(file: string, apply: Parameters<typeof changeKeys>[1]): Promise<void> {
  try {
    await changeKeys(file, apply);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${file} can't be changed: ${reasonOf(error)}.`);
  }
}

function fileOf({ file = process.env.API_KEYS_FILE }: Options): string {
  if (file === undefined || file === '') throw new Refusal('Say which file: set API_KEYS_FILE, or give --file.');
  return file;
}

function read() {
  return told('arguments', () => parseArgs({ options: OPTIONS, allowPositionals: true }));
}

function words(lists: readonly string[] = []): string[] {
  const all = lists.flatMap((text) => text.split(',')).map((word) => word.trim());
  return [...new Set(all.filter((word) => word !== ''))];
}

/** Runs what throws in plain words, and says beside them what they are about. */
function told<T>(about: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new Refusal(`${about}: ${reasonOf(error)}.`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : 'unknown';
}

if (isEntry(import.meta.url)) {
  await main().catch((error: unknown) => {
    process.stderr.write(`api-key: ${error instanceof Refusal ? error.message : reasonOf(error)}\n`);
    process.exitCode = 1;
  });
}
