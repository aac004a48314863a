import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import type { ScopeRules } from '../../guard/scopes/index.ts';
import { holdsScope } from '../../platform/caller.ts';
import { CodedError } from '../../platform/errors.ts';
import type { Catalogue, CatalogueEntry } from '../../tables/catalogue.ts';
import { type ConnectionFile, odc, pbids } from '../../tables/connections.ts';
import type { Dataset } from '../../tables/dataset/dataset.ts';
import type { Parameter } from '../../tables/dataset/parameters.ts';
import { FORMATS } from '../../tables/formats/index.ts';
import { CONNECTION_NAME } from '../../tables/links.ts';
import { catalogueHtml } from '../../tables/page/html.ts';
import { catalogueJson } from '../../tables/page/json.ts';
import { contentSecurityPolicy } from '../../tables/page/style.ts';
import { commonParameters, type Lacking, lackingFor } from '../../tables/request.ts';
import type { Answer } from '../../tables/walk/ask.ts';
import { admissionOf, refuse } from '../doors.ts';
import { type AskerOptions, askerFor, readerOf } from './asker.ts';
import { lackingOf } from './lacking.ts';

/** What the list of tables takes. */
export interface CatalogueOptions extends AskerOptions {
  readonly datasets: readonly Dataset[];
  readonly rules: ScopeRules;
  readonly version: string;
  /** The gateway's own address as the caller knows it, without a slash at the end. */
  readonly urlOf: (request: FastifyRequest) => string;
}

const REFUSED = 'You may not read tables: your token or key needs the scope `tables:read`.';

/** `/tables`: a page for people, JSON for programs, and the files with which Power BI and Excel connect. */
export async function catalogueDoor(app: FastifyInstance, options: CatalogueOptions): Promise<void> {
  app.get('/tables', async (request, reply) => {
    const catalogue = await catalogueFor(options, request, reply, true);
    void reply.header('vary', 'Accept, Authorization, X-API-Key').header('cache-control', 'private, no-store');
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
    (make: (catalogue: Catalogue) => ConnectionFile) => async (request: FastifyRequest, reply: FastifyReply) => {
      const catalogue = await catalogueFor(options, request, reply, false);
      if (catalogue.refused !== undefined) return refuse(reply, new CodedError('FORBIDDEN', catalogue.refused));
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
      file((catalogue) => odc(catalogue, name)),
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
  const totals = isCounted ? await totalsOf(datasets, ask) : {};
  return {
    publicUrl: options.urlOf(request),
    version: options.version,
    needsKey: !caller.unrestricted,
    formats: [...FORMATS.values()].map(({ extension, mediaType }) => ({ extension, mediaType })),
    tables: datasets.map((dataset) => entryOf(dataset, lacking, totals)),
    ...(isRefused && { refused: REFUSED }),
  };
}

function entryOf(dataset: Dataset, lacking: Lacking, totals: Answer): CatalogueEntry {
  const { name, title, description, table, parameters } = dataset;
  const lacks = new Map(table.columns.map((column) => [column, lackingFor(table, lacking, column)]));
  const total = totals[name];
  return {
    name,
    title,
    description,
    columns: table.columns.filter((column) => lacks.get(column)?.length === 0),
    parameters: [...parameters, ...commonParameters(dataset)].map(parameterOf),
    rows: typeof total === 'number' ? total : null,
    withheld: [...lacks].flatMap(([column, scopes]) => (scopes.length === 0 ? [] : [{ name: column.name, scopes }])),
  };
}

function parameterOf({ name, type, isList, description, values }: Omit<Parameter, 'kind' | 'isRequired'>) {
  const allowed = values === null ? '' : ` One of ${values.join(', ')}.`;
  return { name, type, isList, description: `${description}${allowed}`.trim() };
}

/** How many rows the tables have whose graph tells that at little cost; nothing where that can't be had now. */
async function totalsOf(datasets: readonly Dataset[], ask: ReturnType<typeof askerFor>): Promise<Answer> {
  const counted = datasets.filter(({ isCounted }) => isCounted);
  const fields = counted.map(
    ({ name, table }) => `${name}: ${table.levels[0]?.list.chain[0]?.field.name} { totalCount }`,
  );
  if (fields.length === 0) return {};
  try {
    const data = await ask({ text: `query catalogue { ${fields.join(' ')} }`, variables: {} });
    return Object.fromEntries(counted.map(({ name }) => [name, (data[name] as Answer | null)?.totalCount]));
  } catch (error) {
    if (error instanceof CodedError) return {};
    throw error;
  }
}

/** Browsers name HTML; programs do not. */
function prefersPage({ headers }: FastifyRequest): boolean {
  const [first] = new Negotiator({ headers: { accept: headers.accept ?? '' } }).mediaTypes([
    'application/json',
    'text/html',
  ]);
  return first === 'text/html';
}
