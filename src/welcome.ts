import type { Settings } from './config/index.ts';

/** What the first lines tell. */
export interface WelcomeFacts {
  readonly url: string;
  readonly settings: Settings;
  readonly sandbox: {
    readonly dynamicPlanner: { readonly url: string };
    readonly plannr: { readonly url: string };
  } | null;
  readonly version: string;
}

const QUERY =
  '{ clients(first: 3) { totalCount nodes { displayName plans { nodes { name currentValue { decimal } } } } } }';

/** What runs where, what to open, and a query to paste. */
export function welcome({ url, settings, sandbox, version }: WelcomeFacts): string {
  const { dynamicPlanner, plannr, explorer, auth } = settings;
  const platform = (name: string, configured: { baseUrl: string } | undefined) =>
    `  ${name.padEnd(16)} ${configured === undefined ? 'not configured: its fields are null' : configured.baseUrl}${sandbox === null ? '' : '  (sandbox: invented people, nothing leaves this machine)'}`;
  return [
    '',
    `Wealthgraph ${version} is running.`,
    `  ${'GraphQL'.padEnd(16)} ${url}/graphql`,
    `  ${'Subscriptions'.padEnd(16)} ${url.replace(/^http/, 'ws')}/graphql, or server-sent events at the address above`,
    ...(explorer ? [`  ${'Explorer'.padEnd(16)} ${url}/explorer   <- open this`] : []),
    `  ${'Tables'.padEnd(16)} ${url}/tables   for Excel, Power BI, Tableau, Grafana, Python and R`,
    `  ${'OData'.padEnd(16)} ${url}/odata/v4/`,
    platform('Dynamic Planner', dynamicPlanner),
    platform('Plannr', plannr),
    ...(auth.mode === 'jwt' ? [`  ${'Identity'.padEnd(16)} tokens of ${auth.issuer}`] : []),
    '',
    'A query to paste:',
    `  curl -s ${url}/graphql -H 'content-type: application/json'${auth.mode === 'sandbox' ? '' : " -H 'authorization: Bearer <token>'"} -d '${JSON.stringify({ query: QUERY })}'`,
    '',
    'Ctrl-C stops it.',
    '',
  ].join('\n');
}

/** Writes to the people in front of the terminal. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
