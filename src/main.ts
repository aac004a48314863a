import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, Secret, type Settings } from './config/index.ts';
import { parseLinksFile } from './domains/clients/links-file.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { checkKeysFile } from './guard/keys/index.ts';
import { LogUnavailable } from './platform/events/index.ts';
import { createLog } from './platform/log.ts';
import { type DynamicPlannerContract, readContract } from './sources/dynamic-planner/contract.ts';
import { say, welcome } from './welcome.ts';

/** Exit code when the gateway is told to stop a second time and lets go of everything at once. */
const FORCED_EXIT = 130;
const ORPHAN_CHECK_MS = 500;
const LOADING_MS = 2_000;

/** Where the code that runs lies: the repository itself, or its `dist`. */
const CODE = join(import.meta.dirname, '..');
const ROOT = CODE.endsWith('dist') ? join(CODE, '..') : CODE;

interface Stoppable {
  stop(): Promise<void>;
}

/** Starts the gateway: with its sandbox where no platform is configured. */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const { settings, contract } = await settingsOrExit(process.env);
  const log = createLog(settings.logLevel);
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const running: Stoppable[] = [];
  stopOnSignals(running, settings.drainMs);

  const sandbox = settings.sandbox === undefined ? null : await startSandboxFor(settings.sandbox);
  if (sandbox !== null) running.push(sandbox);
  // What invented people do is not kept: the next sandbox has others.
  const dataDir = sandbox === null ? settings.dataDir : await mkdtemp(join(tmpdir(), 'wealthgraph-'));
  if (sandbox !== null) running.push({ stop: () => rm(dataDir, { recursive: true, force: true }) });
  const effective = sandbox === null ? settings : { ...withPlatforms(settings, sandbox.settings), dataDir };
  let gateway: Gateway;
  try {
    gateway = await startGateway({
      settings: effective,
      contract,
      log,
      version,
      root: ROOT,
      resolvers: join(CODE, 'resolvers'),
      isSandbox: sandbox !== null,
    });
  } catch (error) {
    await sandbox?.stop();
    return exit([listenFault(error, settings)]);
  }
  running.unshift(gateway);
  process.on('SIGHUP', () => void gateway.refresh());
  // A defect of one operation: it must not end all the others, as it would by default.
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a rejection that nobody has handled'));
  // What is loaded in the background comes in a moment; a platform that hangs must not keep the lines back.
  await Promise.race([gateway.started, new Promise((resolve) => setTimeout(resolve, LOADING_MS).unref())]);
  say(welcome({ url: gateway.url, settings: effective, sandbox, version }));
}

/** The settings, or every fault at once and exit code 1. */
async function settingsOrExit(
  env: NodeJS.ProcessEnv,
): Promise<{ settings: Settings; contract: DynamicPlannerContract }> {
  const reading = readSettings(env);
  const keys = await keysReportOf(env);
  for (const warning of [...reading.warnings, ...keys.warnings]) process.stderr.write(`Warning: ${warning}\n`);
  const { faults: contractFaults, contract } = await contractOf(env.DP_CONTRACT_FILE?.trim());
  const linkFaults = await linkFaultsOf(env.CLIENT_LINKS_FILE?.trim());
  const faults = [...(reading.ok ? [] : reading.faults), ...contractFaults, ...linkFaults, ...keys.faults];
  if (!reading.ok || contract === undefined || faults.length > 0) return exit(faults);
  return { settings: reading.settings, contract };
}

async function keysReportOf({ API_KEYS_FILE, AUTH_MODE }: NodeJS.ProcessEnv): ReturnType<typeof checkKeysFile> {
  const file = API_KEYS_FILE?.trim();
  // With passthrough the file is not read: callers come with their own tokens.
  return file && AUTH_MODE?.trim() !== 'passthrough' ? checkKeysFile(file) : { faults: [], warnings: [] };
}

async function contractOf(file: string | undefined): Promise<{ faults: string[]; contract?: DynamicPlannerContract }> {
  const text = file ? await readFile(file, 'utf8').catch(() => undefined) : '{}';
  // A file that can't be read is already among the settings' faults.
  if (text === undefined) return { faults: [] };
  try {
    const result = readContract(JSON.parse(text));
    return 'contract' in result
      ? { faults: [], contract: result.contract }
      : { faults: result.faults.map((fault) => `DP_CONTRACT_FILE: ${fault}`) };
  } catch {
    return { faults: ['DP_CONTRACT_FILE: the file is not JSON.'] };
  }
}

async function linkFaultsOf(file: string | undefined): Promise<string[]> {
  const text = file ? await readFile(file, 'utf8').catch(() => undefined) : undefined;
  if (text === undefined) return [];
  try {
    parseLinksFile(text);
    return [];
  } catch (error) {
    return [`CLIENT_LINKS_FILE: ${error instanceof TypeError ? error.message : 'the file is not JSON'}.`];
  }
}

async function startSandboxFor({ changeSeconds, ...options }: NonNullable<Settings['sandbox']>) {
  const { startSandbox } = await import('./sandbox/index.ts');
  return startSandbox({ ...options, changeEveryMs: changeSeconds * 1_000 });
}

/** The settings with the sandbox's addresses and credentials in the place of the platforms'. */
function withPlatforms(settings: Settings, platforms: Readonly<Record<string, string>>): Settings {
  const value = (name: string): string => platforms[name] ?? '';
  return {
    ...settings,
    dynamicPlanner: {
      baseUrl: value('DP_BASE_URL'),
      tokenUrl: value('DP_TOKEN_URL'),
      serviceAccount: {
        clientId: value('DP_CLIENT_ID'),
        clientSecret: new Secret(value('DP_CLIENT_SECRET')),
        ...(platforms.DP_SCOPE && { scope: platforms.DP_SCOPE }),
      },
      subscriptionKey: new Secret(value('DP_SUBSCRIPTION_KEY')),
    },
    plannr: {
      baseUrl: value('PLANNR_BASE_URL'),
      accessToken: new Secret(value('PLANNR_ACCESS_TOKEN')),
      accountUuid: value('PLANNR_ACCOUNT_UUID'),
      ratePerMinute: Number(value('PLANNR_RATE_PER_MINUTE')),
    },
  };
}

function listenFault(error: unknown, { host, port }: Settings): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `PORT: ${port} is in use on ${host}. Stop what uses it, or set PORT to another (0 for any free one).`;
  if (code === 'EACCES') return `PORT: ${port} is not allowed for this user. Set PORT to one above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST: ${host} is not an address of this machine.`;
  if (error instanceof LogUnavailable) return `DATA_DIR: ${error.message}`;
  if (error instanceof TypeError && error.message.includes(': ')) return error.message;
  throw error;
}

function stopOnSignals(running: readonly Stoppable[], drainMs: number): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(FORCED_EXIT);
    stopping = true;
    setTimeout(() => process.exit(0), drainMs).unref();
    void (async () => {
      for (const part of running) await part.stop();
      process.exit(0);
    })();
  };
  // npm does not pass SIGTERM on to what it started: a gateway that lost it stops by itself.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event !== undefined)
    setInterval(() => process.ppid !== parent && !stopping && stop(), ORPHAN_CHECK_MS).unref();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function exit(faults: readonly string[]): never {
  process.stderr.write(
    `\nWealthgraph can't start:\n${faults.map((fault) => `  - ${fault}\n`).join('')}\nThe README lists every setting.\n`,
  );
  process.exit(1);
}

await main();
