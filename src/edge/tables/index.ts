import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ScopeRules } from '../../guard/scopes/index.ts';
import { BadInput, CodedError } from '../../platform/errors.ts';
import type { Dataset } from '../../tables/dataset/dataset.ts';
import { csvWithBom } from '../../tables/formats/csv.ts';
import { FORMATS, type Format } from '../../tables/formats/index.ts';
import { operationsOf } from '../../tables/graph/operation.ts';
import { readRows } from '../../tables/read.ts';
import { tableRequest } from '../../tables/request.ts';
import { admissionOf, refuse } from '../doors.ts';
import type { Responses } from '../responses.ts';
import { type AskerOptions, askerFor, readerOf } from './asker.ts';
import { lackingOf } from './lacking.ts';
import { assertMayRead } from './may-read.ts';
import { refuseWrites } from './only-read.ts';
import { sendTable } from './send.ts';
import type { Transfers } from './transfers.ts';
import { splitUrl } from './url.ts';

/** What the doors of tables take. */
export interface TableDoorOptions extends AskerOptions {
  readonly datasets: readonly Dataset[];
  readonly rules: ScopeRules;
  readonly tableTransfers: Transfers;
  /** Where it is noted that what was read still holds; null where nothing is kept. */
  readonly responses: Responses | null;
  /** Takes errors that are masked on their way out. */
  readonly logError: (errorId: string, error: unknown) => void;
}

/** How long a table may be said to be unchanged, in milliseconds, where all that was read for it holds so long. */
const UNCHANGED_MS = 3_600_000;

/** `/tables/{name}.{csv,ndjson,json,parquet}`. */
export async function tableDoors(app: FastifyInstance, options: TableDoorOptions): Promise<void> {
  const datasets = new Map(options.datasets.map((dataset) => [dataset.name, dataset]));

  app.get<{ Params: { file: string } }>('/tables/:file', async (request, reply) => {
    try {
      return await answer(request, reply);
    } catch (error) {
      if (error instanceof CodedError && !reply.raw.headersSent) return refuse(reply, error);
      throw error;
    }
  });

  refuseWrites(app, ['/tables', '/tables/*'], async (_request, reply) =>
    reply
      .code(405)
      .header('allow', 'GET, HEAD')
      .send({ errors: [{ message: 'Tables are only read: send GET.', extensions: { code: 'METHOD_NOT_ALLOWED' } }] }),
  );

  async function answer(request: FastifyRequest<{ Params: { file: string } }>, reply: FastifyReply) {
    const admission = admissionOf(request);
    const { caller } = admission;
    assertMayRead(request, caller, '/tables');
    const [, name = '', extension = ''] = /^(.*)\.([^.]*)$/.exec(request.params.file) ?? [];
    const dataset = datasets.get(name);
    const format = FORMATS.get(extension);
    if (dataset === undefined || format === undefined) return notFound(reply, datasets.has(name));
    const search = new URLSearchParams(splitUrl(request.url)[1]);
    const asked = tableRequest(dataset, search, lackingOf(options.rules, caller));
    search.sort();
    const slot = await options.responses?.slot<string>(admission, `table ${name} ${extension} ${search}`, UNCHANGED_MS);
    const reader = {
      ...readerOf(request, reply),
      reads: slot?.reads,
      isBulk: true,
      mayBeIncomplete: asked.mayBeIncomplete,
    };
    return sendTable(
      {
        reply,
        request,
        transfers: options.tableTransfers,
        log: options.instruments.log,
        logError: options.logError,
        slot,
      },
      {
        name,
        format: asked.hasBom ? withBom(format) : format,
        columns: asked.columns,
        admission,
        rows: () =>
          readRows(asked, {
            table: asked.table,
            operations: operationsOf(asked.table, asked.read, dataset.operation, name),
            variables: asked.variables,
            ask: askerFor(options, reader),
            from: { after: asked.after, offset: 0 },
          }),
      },
    );
  }
}

function withBom({ extension }: Format): Format {
  if (extension !== csvWithBom.extension) throw new BadInput('`bom` is for CSV.');
  return csvWithBom;
}

function notFound(reply: FastifyReply, isKnown: boolean): FastifyReply {
  const message = isKnown
    ? `Tables come as ${[...FORMATS.keys()].join(', ')}: end the name with one of them.`
    : 'There is no such table. They are listed at /tables.';
  return reply.code(404).send({ errors: [{ message, extensions: { code: 'NOT_FOUND' } }] });
}
