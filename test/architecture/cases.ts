import { posix } from 'node:path';

/** `type` imports types only; `mixed` imports a type beside a value; a plain import is of a value. */
type How = 'type' | 'mixed';

/** Imports that break a rule: the rule, who imports, and what. */
export const WRONG: readonly (readonly [rule: string, from: string, to: string, how?: How])[] = [
  ['room-resolvers', 'resolvers/plans/a.ts', 'resolvers/clients/Client.ts'],
  ['room-resolvers', 'resolvers/plans/b.ts', 'src/domains/plans/model.ts', 'type'],
  ['room-resolvers', 'resolvers/plans/c.ts', 'src/sources/plannr/client.ts'],
  ['room-resolvers', 'resolvers/plans/d.ts', 'src/platform/http/send.ts'],
  ['room-resolvers', 'resolvers/plans/e.ts', 'src/platform/cache/store.ts'],
  ['room-domains', 'src/domains/plans/a.ts', 'src/domains/clients/model.ts'],
  ['room-domains', 'src/domains/plans/b.ts', 'src/generated/types.ts', 'type'],
  ['room-domains', 'src/domains/plans/c.ts', 'src/context/context.ts', 'type'],
  ['room-sources', 'src/sources/plannr/a.ts', 'src/sources/dynamic-planner/client.ts'],
  ['room-sources', 'src/sources/plannr/b.ts', 'src/domains/plans/model.ts', 'type'],
  ['room-sources-shared', 'src/sources/a.ts', 'src/domains/plans/model.ts'],
  ['room-context', 'src/context/a.ts', 'src/edge/server.ts'],
  ['room-context', 'src/context/b.ts', 'resolvers/clients/Client.ts'],
  ['room-edge', 'src/edge/a.ts', 'src/domains/plans/model.ts'],
  ['room-edge', 'src/edge/b.ts', 'src/sources/plannr/client.ts'],
  ['room-generated', 'src/generated/a.ts', 'src/edge/server.ts'],
  ['room-tables', 'src/tables/a.ts', 'src/guard/a.ts'],
  ['room-guard', 'src/guard/a.ts', 'src/context/context.ts'],
  ['room-platform', 'src/platform/a.ts', 'src/guard/identity.ts'],
  ['room-config', 'src/config/a.ts', 'src/platform/money.ts'],
  ['room-sandbox', 'src/sandbox/a.ts', 'src/platform/money.ts'],
  ['context-by-type-only', 'resolvers/plans/f.ts', 'src/context/context.ts'],
  ['context-by-type-only', 'resolvers/plans/g.ts', 'src/context/context.ts', 'mixed'],
  ['config-in-main-only', 'src/guard/b.ts', 'src/config/settings.ts', 'type'],
  ['config-in-main-only', 'src/newcomer/a.ts', 'src/config/settings.ts'],
  ['nothing-above', 'src/newcomer/b.ts', 'src/main.ts'],
  ['nothing-above', 'src/gateway.ts', 'src/tools/print.ts'],
  ['nothing-above', 'src/newcomer/c.ts', 'test/helper.ts'],
  ['assembly-for-the-gateway', 'src/newcomer/d.ts', 'src/assembly/parts.ts'],
  ['tools-below-main', 'src/tools/a.ts', 'src/main.ts'],
  ['no-graphql-in-the-core', 'src/domains/plans/d.ts', 'graphql', 'type'],
  ['no-graphql-in-the-core', 'src/sources/plannr/c.ts', '@apollo/server'],
  ['no-graphql-in-the-core', 'src/sources/plannr/d.ts', 'fastify'],
  ['config-needs-zod-only', 'src/config/b.ts', 'graphql'],
  ['runtime-dependencies-only', 'src/edge/c.ts', 'only-for-tests'],
  ['runtime-dependencies-only', 'src/edge/d.ts', 'only-for-tests', 'mixed'],
  ['no-circles', 'src/guard/c.ts', 'src/guard/d.ts', 'type'],
  ['all-found', 'src/guard/e.ts', 'not-installed'],
];

/** What closes the circle above; a circle is reported once. */
export const CLOSING = [['src/guard/d.ts', 'src/guard/c.ts']] as const;

/** Imports that are as they should be. */
export const RIGHT: readonly (readonly [from: string, to: string, how?: How])[] = [
  ['resolvers/clients/Client.ts', 'resolvers/clients/Query.ts'],
  ['resolvers/clients/Query.ts', 'resolvers/shared/parse.ts'],
  ['resolvers/shared/parse.ts', 'src/platform/money.ts'],
  ['resolvers/plans/Plan.ts', 'src/context/context.ts', 'type'],
  ['resolvers/plans/Query.ts', 'src/generated/types.ts', 'type'],
  ['src/generated/types.ts', 'src/context/context.ts', 'type'],
  ['src/context/context.ts', 'src/domains/plans/loader.ts'],
  ['src/domains/plans/loader.ts', 'src/domains/plans/model.ts'],
  ['src/domains/plans/model.ts', 'src/domains/shared/ids.ts'],
  ['src/domains/plans/sources.ts', 'src/sources/plannr/client.ts'],
  ['src/sources/plannr/client.ts', 'src/sources/contract.ts'],
  ['src/sources/contract.ts', 'src/platform/http/send.ts'],
  ['src/edge/server.ts', 'src/guard/identity.ts'],
  ['src/edge/door.ts', 'graphql'],
  ['src/edge/types.ts', 'only-for-tests', 'type'],
  ['src/guard/identity.ts', 'src/platform/money.ts'],
  ['src/config/settings.ts', 'zod'],
  ['src/tools/docs.ts', 'src/config/settings.ts'],
  ['src/tools/diff.ts', 'only-for-tests'],
];

const PACKAGES = ['graphql', '@apollo/server', 'fastify', 'zod', 'only-for-tests'];

/** A small house in which each of these imports stands: the text of its files by path. */
export function houseOf(edges: readonly (readonly [from: string, to: string, how?: How])[]): Map<string, string> {
  const imports = (from: string) =>
    edges.filter(([file]) => file === from).map(([, to, how]) => statement(from, to, how));
  const files = new Set(edges.flatMap(([from, to]) => [from, to].filter(isFile)));
  const [dev = '', ...runtime] = PACKAGES.toReversed();
  const manifest = { dependencies: versions(runtime), devDependencies: versions([dev]) };
  return new Map([
    ['package.json', JSON.stringify({ type: 'module', ...manifest, imports: { '#src/*': './src/*' } })],
    ...PACKAGES.map((name) => [`node_modules/${name}/index.js`, ''] as const),
    ...[...files].map(
      (file) => [file, [...imports(file), 'export type T = 1;', 'export const v = 1;'].join('\n')] as const,
    ),
  ]);
}

function isFile(target: string): boolean {
  return target.endsWith('.ts');
}

function statement(from: string, to: string, how?: How): string {
  const relative = posix.relative(posix.dirname(from), to);
  const target = isFile(to) ? (relative.startsWith('.') ? relative : `./${relative}`) : to;
  const names = { type: 'type { T }', mixed: '{ type T, v }', value: '{ v }' }[how ?? 'value'];
  return `import ${names} from '${target}';${how === 'type' ? '' : '\nv;'}`;
}

function versions(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, '1']));
}
