import * as kind from './kinds.ts';
import type { Setting } from './setting.ts';
import { DOCUMENT_MODES, LOG_LEVELS, SAMPLERS } from './settings.ts';

/** The settings of the server itself and of the operations it runs. */
export const SERVER_SETTINGS = [
  {
    name: 'HOST',
    group: 'Server',
    kind: kind.host,
    default: '127.0.0.1',
    description: 'Address to listen on. With AUTH_MODE=sandbox only a loopback address is accepted.',
  },
  {
    name: 'PORT',
    group: 'Server',
    kind: kind.whole(0, 65_535),
    default: '4000',
    description: 'Port to listen on; 0 takes any free one.',
  },
  {
    name: 'PUBLIC_URL',
    group: 'Server',
    kind: kind.publicUrl,
    description:
      'The http or https address by which the platforms reach the gateway. When it is set, the gateway registers itself there for their ' +
      'events (`/webhooks/…` below it).',
  },
  {
    name: 'NODE_ENV',
    group: 'Server',
    kind: kind.text,
    description: '`production` changes the defaults of INTROSPECTION, EXPLORER and CORS_ORIGINS.',
  },
  {
    name: 'LOG_LEVEL',
    group: 'Server',
    kind: kind.oneOf(LOG_LEVELS),
    description:
      'The least serious message that is logged: trace, debug, info (a line for each operation), warn, error, fatal or silent. ' +
      'When not set it is `info`; with the sandbox `warn`, so that its first lines stay in sight.',
  },
  {
    name: 'DATA_DIR',
    group: 'Server',
    kind: kind.text,
    default: './data',
    description:
      'Folder for what the gateway keeps on disk, of this gateway alone: the log of events, what Plannr signs them with, and what was begun ' +
      'to be written; with REDIS_URL set they are in Redis. It must lie on a disk of this machine.',
  },
  {
    name: 'OPERATION_TIMEOUT_MS',
    group: 'Server',
    kind: kind.whole(100, 600_000),
    default: '10000',
    description: 'Longest time one GraphQL operation may take, in milliseconds (100 to 600000).',
  },
  {
    name: 'DRAIN_MS',
    group: 'Server',
    kind: kind.whole(0, 600_000),
    default: '10000',
    description:
      'Time from a stop signal to the end, in milliseconds (0 to 600000): connections that stay are ended one by one, and running operations ' +
      'finish.',
  },
  {
    name: 'INTROSPECTION',
    group: 'Server',
    kind: kind.flag,
    default: 'true',
    productionDefault: 'false',
    description: 'Whether the schema may be asked for: true or false.',
  },
  {
    name: 'EXPLORER',
    group: 'Server',
    kind: kind.flag,
    default: 'true',
    productionDefault: 'false',
    description: 'Whether the query explorer is served at `/explorer`: true or false.',
  },
  {
    name: 'CORS_ORIGINS',
    group: 'Server',
    kind: kind.origins,
    default: 'https://studio.apollographql.com,https://sandbox.embed.apollographql.com',
    productionDefault: 'none',
    description: 'Origins whose pages may call the gateway from a browser, separated by commas; `none` for no one.',
  },
  {
    name: 'TRUST_PROXY',
    group: 'Server',
    kind: kind.proxies,
    description:
      'Proxies whose `X-Forwarded-*` headers are believed: best their addresses or CIDRs, separated by commas. Or how many stand ' +
      'in front (1 to 99): whoever reaches this port past them can then claim to come from any address, so block it for ' +
      'everyone but the proxies. No one is believed when not set.',
  },
  {
    name: 'REDIS_URL',
    group: 'Server',
    kind: kind.redisUrl,
    secret: true,
    description:
      'redis:// or rediss:// address, with its password, of the Redis that several gateways share; each counts for itself when ' +
      'not set.',
  },
  {
    name: 'REDIS_TIMEOUT_MS',
    group: 'Server',
    kind: kind.whole(1, 10_000),
    default: '50',
    description:
      'Longest wait for an answer of Redis, in milliseconds (1 to 10000); then this gateway counts for itself for a second.',
  },
  {
    name: 'MAX_BODY_BYTES',
    group: 'Operations',
    kind: kind.whole(1_000, 16_777_216),
    default: '1048576',
    description: 'Largest request body, in bytes (1000 to 16777216).',
  },
  {
    name: 'MAX_TOKENS',
    group: 'Operations',
    kind: kind.whole(100, 100_000),
    default: '5000',
    description: 'Most tokens in one query text (100 to 100000).',
  },
  {
    name: 'MAX_DEPTH',
    group: 'Operations',
    kind: kind.whole(3, 100),
    default: '15',
    description: 'Most fields within fields (3 to 100).',
  },
  {
    name: 'MAX_ALIASES',
    group: 'Operations',
    kind: kind.whole(0, 10_000),
    default: '100',
    description: 'Most fields of one operation that are asked for under another name (0 to 10000).',
  },
  {
    name: 'MAX_ROOT_FIELDS',
    group: 'Operations',
    kind: kind.whole(1, 1_000),
    default: '20',
    description: 'Most fields at the top of one operation (1 to 1000).',
  },
  {
    name: 'MAX_COST',
    group: 'Operations',
    kind: kind.whole(1, kind.LARGEST),
    default: '1000000',
    description: 'Most points that one operation may cost (1 or more).',
  },
  {
    name: 'COST_PER_MINUTE',
    group: 'Operations',
    kind: kind.whole(1, kind.LARGEST),
    default: '80000000',
    description:
      'Most points that one caller may spend in a minute (1 or more); with `passthrough` and no AUTH_ISSUER, also all callers of ' +
      'one network together.',
  },
  {
    name: 'TRUSTED_DOCUMENTS',
    group: 'Operations',
    kind: kind.oneOf(DOCUMENT_MODES),
    default: 'off',
    description:
      'Whether only registered operations are run: `enforce`; `log` runs others too and logs them; `off` does not look.',
  },
  {
    name: 'TRUSTED_DOCUMENTS_FILE',
    group: 'Operations',
    kind: kind.readableFile,
    description:
      "JSON file of the registered operations: Apollo's persisted query manifest, or Relay's map. Required unless " +
      'TRUSTED_DOCUMENTS is `off`.',
  },
  {
    name: 'DATASETS_DIR',
    group: 'Tables',
    kind: kind.text,
    description:
      'Folder of further tables, each a GraphQL document in a file `name.graphql` ([how to write one](docs/tables/README.md)); a name that the ' +
      'gateway has already takes the place of its own.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    group: 'Traces',
    kind: kind.publicUrl,
    description:
      'Root of an OpenTelemetry collector that takes OTLP over HTTP (JSON): traces go to `/v1/traces` below it. There are ' +
      'traces only when this or the next one is set.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    group: 'Traces',
    kind: kind.webUrl,
    description: 'Where traces go, as it stands, instead of OTEL_EXPORTER_OTLP_ENDPOINT.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    group: 'Traces',
    kind: kind.headerPairs,
    secret: true,
    description: 'Headers for the collector: `name=value`, separated by commas, values percent-encoded.',
  },
  {
    name: 'OTEL_SERVICE_NAME',
    group: 'Traces',
    kind: kind.text,
    default: 'wealthgraph',
    description: 'What the gateway calls itself in traces.',
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    group: 'Traces',
    kind: kind.oneOf(SAMPLERS),
    default: 'parentbased_always_on',
    description: `Which operations are traced: ${SAMPLERS.join(', ')}. With parentbased_… the caller's \`traceparent\` decides where there is one.`,
  },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    group: 'Traces',
    kind: kind.fraction,
    default: '1',
    description: 'The part of operations that …traceidratio traces (0 to 1).',
  },
] as const satisfies readonly Setting[];
