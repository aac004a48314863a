// The import rules of the house, held by test/architecture.test.ts; `npx depcruise src resolvers` prints them too.

/**
 * The rooms: whoever stands in `from` may import from `may` and from nothing else of the house. `$1` is the folder that `from`
 * matched in its group. Packages from npm are no part of this; see `bans`.
 * @type {{ name: string, from: string, may: string[] }[]}
 */
const rooms = [
  {
    name: 'resolvers',
    from: '^resolvers/([^/]+)/',
    may: [
      '^resolvers/$1/',
      '^resolvers/shared/',
      '^src/generated/',
      '^src/context/',
      '^src/platform/(?!(http|cache)/)',
    ],
  },
  {
    name: 'domains',
    from: '^src/domains/([^/]+)/',
    may: ['^src/domains/$1/', '^src/domains/shared/', '^src/sources/', '^src/platform/'],
  },
  {
    name: 'sources',
    from: '^src/sources/([^/]+)/',
    may: ['^src/sources/$1/', '^src/sources/[^/]+[.]ts$', '^src/platform/'],
  },
  {
    name: 'sources-shared',
    from: '^src/sources/[^/]+[.]ts$',
    may: ['^src/sources/', '^src/platform/'],
  },
  {
    name: 'context',
    from: '^src/context/',
    may: ['^src/context/', '^src/domains/', '^src/sources/', '^src/platform/', '^src/generated/'],
  },
  {
    name: 'edge',
    from: '^src/edge/',
    may: ['^src/edge/', '^src/guard/', '^src/context/', '^src/platform/', '^src/tables/'],
  },
  {
    name: 'generated',
    from: '^src/generated/',
    may: ['^src/generated/', '^src/context/', '^src/domains/', '^src/platform/'],
  },
  { name: 'tables', from: '^src/tables/', may: ['^src/tables/', '^src/platform/(?!(http|cache)/)'] },
  { name: 'guard', from: '^src/guard/', may: ['^src/guard/', '^src/platform/'] },
  { name: 'platform', from: '^src/platform/', may: ['^src/platform/'] },
  { name: 'config', from: '^src/config/', may: ['^src/config/'] },
  { name: 'sandbox', from: '^src/sandbox/', may: ['^src/sandbox/'] },
];

/** What stands above the rooms and may import any of them: the composition root and the tools. */
const free = ['^src/(main|gateway|welcome)[.]ts$', '^src/assembly/', '^src/tools/'];

const house = '^(src|resolvers|test)/';

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const bans = [
  {
    name: 'context-by-type-only',
    comment: 'A resolver is handed its context; it never makes one.',
    severity: 'error',
    from: { path: '^resolvers/' },
    to: { path: '^src/context/', preCompilationOnly: false },
  },
  {
    name: 'config-in-main-only',
    comment: 'src/main.ts is the only reader of the settings and hands out plain values; their types stay there too.',
    severity: 'error',
    from: { path: '^(src|resolvers)/', pathNot: [...free, '^src/config/'] },
    to: { path: '^src/config/' },
  },
  {
    name: 'nothing-above',
    comment: 'The composition root, the tools and the tests are imported by no one.',
    severity: 'error',
    from: { path: '^(src|resolvers)/', pathNot: ['^src/tools/', '^src/main[.]ts$'] },
    to: { path: ['^src/(main|gateway|welcome)[.]ts$', '^src/tools/', '^test/'] },
  },
  {
    name: 'assembly-for-the-gateway',
    comment: 'Parts of the composition root are put together by src/gateway.ts only.',
    severity: 'error',
    from: { path: '^(src|resolvers)/', pathNot: ['^src/gateway[.]ts$', '^src/assembly/'] },
    to: { path: '^src/assembly/' },
  },
  {
    name: 'tools-below-main',
    comment: 'Importing src/main.ts would start the gateway.',
    severity: 'error',
    from: { path: '^src/tools/' },
    to: { path: ['^src/(main|gateway|welcome)[.]ts$', '^test/'] },
  },
  {
    name: 'no-graphql-in-the-core',
    comment: 'Domains and sources know nothing of the way they are asked.',
    severity: 'error',
    from: { path: '^src/(domains|sources)/' },
    to: { path: 'node_modules/(graphql|fastify|@apollo/server|@fastify/[^/]+|@as-integrations/[^/]+)/' },
  },
  {
    name: 'config-needs-zod-only',
    severity: 'error',
    from: { path: '^src/config/' },
    to: { path: 'node_modules/', pathNot: 'node_modules/zod/' },
  },
  {
    name: 'runtime-dependencies-only',
    comment: 'What runs in production must be listed in dependencies.',
    severity: 'error',
    from: { path: '^(src|resolvers)/', pathNot: '^src/tools/' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], preCompilationOnly: false },
  },
  {
    name: 'no-circles',
    comment: 'Type-only imports count.',
    severity: 'error',
    from: { path: '^(src|resolvers)/' },
    to: { circular: true },
  },
  {
    name: 'all-found',
    comment: 'An import that cannot be found could break any rule unseen.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

const roomRules = rooms.map((room) => ({
  name: `room-${room.name}`,
  comment: `${room.from} may import from ${room.may.join(' ')} only.`,
  severity: 'error',
  from: { path: room.from },
  to: { path: house, pathNot: room.may },
}));

module.exports = {
  forbidden: [...roomRules, ...bans],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What an import is after compilation tells types from values; for that its path must stay as it is written.
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: require.resolve('./test/architecture/tsconfig.json') },
    moduleSystems: ['es6', 'cjs'],
    // Some packages name the parts that may be imported.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
