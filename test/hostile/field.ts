import { randomUUID } from 'node:crypto';
import { startIssuer } from '../e2e/tokens.ts';
import { startBeside } from './beside.ts';
import type { Gateways } from './gateways.ts';
import type { Platforms } from './platforms.ts';
import {
  type Attacker,
  type Authorizations,
  type Claims,
  GOOD_CALLER,
  type HouseName,
  headerValue,
  type Range,
} from './range.ts';
import type { Audience } from './secrets.ts';
import type { Vitals } from './vitals.ts';

/** Two houses under attack: gateways in one process, platforms in another. */
export interface Field {
  readonly range: Range;
  /** A header line for everyone who asks, by name; good for a few minutes. */
  authorizations(): Promise<Authorizations>;
  /** What the platforms were asked, and where connections went, that must not be; forgets what it has told. */
  strange(): Promise<string[]>;
  /** How the gateways' process fares since this was last asked; and the platforms', for which the good caller waits too. */
  vitals(): Promise<Vitals>;
  platformVitals(): Promise<Vitals>;
  /** Bytes of the gateways' heap that are in use. */
  heapInUse(): Promise<number>;
  /** The end of the gateways' log. */
  log(): string;
  stop(): Promise<void>;
}

/** How the gateways' process is run. */
export interface FieldOptions {
  readonly nodeOptions?: readonly string[];
  /** Settings of the gateways besides those that they need. */
  readonly settings?: Readonly<Record<string, string>>;
}

export async function openField({ nodeOptions = [], settings: more = {} }: FieldOptions = {}): Promise<Field> {
  const platforms = startBeside<Platforms>('platforms.ts');
  const gateways = startBeside<Gateways>('gateways.ts', { nodeOptions });
  const issuer = await startIssuer();
  const { settings, urls, top, region, forbidden } = await platforms.call('open');
  const common = {
    ...issuer.env,
    DP_WEBHOOK_SECRET: randomUUID(),
    PLANNR_WEBHOOK_SECRET: randomUUID(),
    ...more,
  };
  const { ports, canary } = await gateways.call(
    'open',
    { jwt: { ...settings.jwt, ...common }, sandbox: { ...settings.sandbox, ...common } },
    new Set([...urls, issuer.url].map((url) => Number(new URL(url).port))),
  );
  const attackers = attackersOf(top, region);
  const claims: Readonly<Record<string, Claims>> = Object.fromEntries([
    ...attackers.map((attacker) => [attacker.name, attacker.claims]),
    [GOOD_CALLER, { sub: GOOD_CALLER, organisationUnitIds: [top] }],
  ]);
  const authorizations = async (): Promise<Authorizations> =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(claims).map(async ([name, claim]) => [
          name,
          claim === null ? '' : `authorization: Bearer ${await issuer.sign(claim)}`,
        ]),
      ),
    );
  const { ids, cursor } = await known(ports.jwt, headerValue((await authorizations())[GOOD_CALLER]));
  return {
    range: { ports, attackers, forbidden, ids, cursor, canary },
    authorizations,
    strange: async () => [...(await platforms.call('strange')), ...(await gateways.call('strangers'))],
    vitals: () => gateways.call('vitals'),
    platformVitals: () => platforms.call('vitals'),
    heapInUse: () => gateways.call('heapInUse'),
    log: gateways.said,
    async stop() {
      await gateways.stop();
      await platforms.stop();
      issuer.stop();
    },
  };
}

interface Known {
  readonly data: {
    readonly clients: {
      readonly nodes: readonly {
        readonly id: string;
        readonly plans: { readonly nodes: readonly { readonly id: string }[] };
      }[];
      readonly pageInfo: { readonly endCursor: string };
    };
  };
}

/** What an attacker may have come to know: ids of people and plans, and a cursor. */
async function known(port: number, authorization: string): Promise<Pick<Range, 'ids' | 'cursor'>> {
  const query = '{ clients(first: 20) { nodes { id plans(first: 1) { nodes { id } } } pageInfo { endCursor } } }';
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query }),
  });
  const { clients } = ((await response.json()) as Known).data;
  return {
    ids: clients.nodes.flatMap(({ id, plans }) => [id, ...plans.nodes.map((plan) => plan.id)]),
    cursor: clients.pageInfo.endCursor,
  };
}

/** @param top, region ids of a unit that has everybody below it, and of one that has some */
function attackersOf(top: string, region: string): Attacker[] {
  const unknown = ['0a000000-0000-4000-8000-00000000dead', '__proto__', '..'];
  const jwt: [name: string, weight: number, audience: Audience, organisationUnitIds?: string[]][] = [
    ['without units', 30, 'nobody'],
    ['unknown units', 5, 'nobody', unknown],
    ['region', 15, 'region', [region]],
    ['top', 5, 'everybody', [top]],
  ];
  return [
    { name: 'nobody', weight: 20, house: 'jwt', audience: 'nobody', claims: null },
    ...jwt.map(([name, weight, audience, organisationUnitIds = []]) => ({
      name,
      weight,
      house: 'jwt' as const satisfies HouseName,
      audience,
      claims: { sub: name, organisationUnitIds },
    })),
    { name: 'sandbox', weight: 25, house: 'sandbox', audience: 'everybody', claims: null },
  ];
}
