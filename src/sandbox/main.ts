import { type Sandbox, type SandboxOptions, startSandbox } from './index.ts';

/** Environment variable → option and default. */
const VARIABLES = {
  SANDBOX_DP_PORT: { option: 'dynamicPlannerPort', fallback: 4701 },
  SANDBOX_PLANNR_PORT: { option: 'plannrPort', fallback: 4702 },
  SANDBOX_CLIENTS: { option: 'clients', fallback: 250 },
  SANDBOX_SEED: { option: 'seed', fallback: 1 },
  SANDBOX_LATENCY_MS: { option: 'latencyMs', fallback: 0 },
  SANDBOX_CHANGE_SECONDS: { option: 'changeEveryMs', fallback: 5, unit: 1_000, most: 3_600 },
} as const satisfies Record<string, { option: keyof SandboxOptions; fallback: number; unit?: number; most?: number }>;

type Options = Record<(typeof VARIABLES)[keyof typeof VARIABLES]['option'], number>;

function optionsFrom(environment: NodeJS.ProcessEnv): Options {
  const entries = Object.entries(VARIABLES).map(([name, variable]): [string, number] => {
    const { option, fallback } = variable;
    const text = environment[name]?.trim() ?? '';
    if (text !== '' && !/^\d+$/.test(text)) throw new RangeError(`${name} must be a whole number, not "${text}"`);
    if ('most' in variable && Number(text) > variable.most)
      throw new RangeError(`${name} must be a whole number from 0 to ${variable.most}, not ${text}`);
    return [option, (text === '' ? fallback : Number(text)) * ('unit' in variable ? variable.unit : 1)];
  });
  return Object.fromEntries(entries) as Options;
}

/** One line that says what is wrong, in terms of the environment. */
function explain(error: unknown): string {
  const { code, port, message } = error as { code?: string; port?: number; message: string };
  if (code === 'EADDRINUSE') return `port ${port} is in use already; set SANDBOX_DP_PORT or SANDBOX_PLANNR_PORT`;
  const found = Object.entries(VARIABLES).find(([, { option }]) => message.startsWith(`${option} `));
  return found === undefined ? message : message.replace(found[1].option, found[0]);
}

function describe(sandbox: Sandbox): string {
  const { dynamicPlanner, plannr, data, settings } = sandbox;
  return [
    `Sandbox with ${data.peopleCount()} people. All data is made up, and lost when it stops.`,
    `  Dynamic Planner  ${dynamicPlanner.url}  (${data.dynamicPlanner.clients.size} clients)`,
    `  Plannr           ${plannr.url}  (${data.plannr.accounts.size} accounts, ${data.plannr.plans.size} plans)`,
    'Environment for a gateway:',
    ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
    '',
  ].join('\n');
}

try {
  const sandbox = await startSandbox(optionsFrom(process.env));
  process.stdout.write(describe(sandbox));
  const stop = (): void => {
    sandbox.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
} catch (error) {
  process.stderr.write(`sandbox: ${explain(error)}\n`);
  process.exitCode = 1;
}
