import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import type { ScopeRules } from '../../guard/scopes/index.ts';
import { holdsScope } from '../../platform/caller.ts';
import { CodedError } from '../../platform/errors.ts';
import type { Catalogue, CatalogueEntry } from '../../tables/catalogue.ts';
import { type ConnectionFile, odc, pbids } from '../../tables/connections.ts';
import type { CommonParameter } from '../../tables/dataset/common.ts';
import type { Dataset } from '../../tables/dataset/dataset.ts';
import { FORMATS } from '../../tables/formats/index.ts';
import { countOperation } from '../../tables/graph/operation.ts';
import { CONNECTION_NAME } from '../../tables/links.ts';
import { catalogueHtml } from '../../tables/page/html.ts';
import { catalogueJson } from '../../tables/page/json.ts';
import { contentSecurityPolicy } from '../../tables/page/style.ts';
import { commonParameters, type Lacking, lackingFor } from '../../tables/request.ts';
import type { Ask } from '../../tables/walk/ask.ts';
import { admissionOf, refuse } from '../doors.ts';
import { type AskerOptions, askerFor, readerOf } from './asker.ts';
import { dependsOn } from './depends-on.ts';
import { lackingOf } from './lacking.ts';

/** What the list of tables takes. */
export interface CatalogueOptions extends AskerOptions {
  readonly datasets: readonly Dataset[];
  readonly rules: ScopeRules;
  readonly version: string;
  /** The gateway's own address as the caller knows it, without a slash at the end. */
  readonly urlOf: (request: FastifyRequest) => string;
}

type Totals = ReadonlyMap<string, number | null>;

const REFUSED = 'You may not read tables: your token or key needs the scope `tables:read`.';

/** `/tables`: a page for people, JSON for programs, and the files with which Power BI and Excel connect. */
export async function catalogueDoor(app: FastifyInstance, options: CatalogueOptions): Promise<void> {
  app.get('/tables', async (request, reply) => {
    const catalogue = await catalogueFor(options, request, reply, true);
    dependsOn(reply, 'Accept, Authorization, X-API-Key');
    void reply.header('cache-control', 'private, no-store');
    if (catalogue.refused !== undefined) void reply.code(403);
    if (!prefersPage(request)) {
      if (catalogue.refused !== undefined) return refuse(reply, new CodedError('FORBIDDEN', catalogue.refused));
      return reply.send(catalogueJson(catalogue));
    }
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', contentSecurityPolicy())
      .send(catalogueHtml(catalogue));
  });

  const file =
    (make: (catalogue: Catalogue) => ConnectionFile, table?: string) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const catalogue = await catalogueFor(options, request, reply, false);
      if (catalogue.refused !== undefined) return refuse(reply, new CodedError('FORBIDDEN', catalogue.refused));
      if (table !== undefined && !catalogue.tables.some(({ name }) => name === table))
        return refuse(
          reply,
          new CodedError('FORBIDDEN', `You may not read \`${table}\`: /tables lists what you may read.`),
        );
      const { name, mediaType, text } = make(catalogue);
      return reply.type(mediaType).header('content-disposition', `attachment; filename="${name}"`).send(text);
    };
  app.get(`/tables/${CONNECTION_NAME}.pbids`, file(pbids));
  app.get(
    `/tables/${CONNECTION_NAME}.odc`,
    file((catalogue) => odc(catalogue)),
  );
  for (const { name } of options.datasets)
    app.get(
      `/tables/${name}.odc`,
      file((catalogue) => odc(catalogue, name), name),
    );
}

async function catalogueFor(
  options: CatalogueOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  isCounted: boolean,
): Promise<Catalogue> {
  const admission = admissionOf(request);
  const { caller } = admission;
  const lacking = lackingOf(options.rules, caller);
  const isRefused = !holdsScope(caller, 'tables:read');
  const datasets = isRefused ? [] : options.datasets.filter(({ table }) => lackingFor(table, lacking).length === 0);
  const ask = askerFor(options, readerOf(request, reply));
  const totals = isCounted ? await totalsOf(datasets, ask) : new Map();
  return {
    publicUrl: options.urlOf(request),
    version: options.version,
    needsKey: !caller.unrestricted,
    formats: [...FORMATS.values()].map(({ extension, mediaType }) => ({ extension, mediaType })),
    tables: datasets.map((dataset) => entryOf(dataset, lacking, totals)),
    ...(isRefused && { refused: REFUSED }),
  };
}

function entryOf(dataset: Dataset, lacking: Lacking, totals: Totals): CatalogueEntry {
  const { name, title, description, table, parameters } = dataset;
  const lacks = new Map(table.columns.map((column) => [column, lackingFor(table, lacking, column)]));
  return {
    name,
    title,
    description,
    columns: table.columns.filter((column) => lacks.get(column)?.length === 0),
    parameters: [...parameters, ...commonParameters(dataset)].map(parameterOf),
    rows: totals.get(name) ?? null,
    withheld: [...lacks].flatMap(([column, scopes]) => (scopes.length === 0 ? [] : [{ name: column.name, scopes }])),
  };
}

function parameterOf({ name, type, isList, description, values }: CommonParameter) {
  const allowed = values === null ? '' : ` One of ${values.join(', ')}.`;
  return { name, type, isList, description: `${description}${allowed}`.trim() };
}

/** How many rows the tables have whose graph tells that at little cost; nothing where that can't be had now. */
async function totalsOf(datasets: readonly Dataset[], ask: Ask): Promise<Totals> {
  const counted = datasets.filter(({ isCounted }) => isCounted);
  const totals = await Promise.all(
    counted.map(async ({ name, table, operation }) => {
      const { text, totalIn } = countOperation(table, operation, name);
      try {
        return [name, totalIn(await ask({ text, variables: {} }))] as const;
      } catch (error) {
        if (error instanceof CodedError) return [name, null] as const;
        throw error;
      }
    }),
  );
  return new Map(totals);
}

/** Browsers name HTML; programs do not. */
function prefersPage({ headers }: FastifyRequest): boolean {
  const [first] = new Negotiator({ headers: { accept: headers.accept ?? '' } }).mediaTypes([
    'application/json',
    'text/html',
  ]);
  return first === 'text/html';
}
