import { BadInput, CodedError } from '../../platform/errors.ts';
import { nextOf } from '../graph/nodes.ts';
import { type TableOperations, type TableRest, withoutEdge } from '../graph/operation.ts';
import { LARGEST_PAGE, OWN } from '../graph/own.ts';
import type { GraphTable, Level } from '../graph/table.ts';
import { ahead } from './ahead.ts';
import type { Answer, Ask } from './ask.ts';

/** Things asked for at once whose own lists are followed, and may hold hundreds each: a page is held in memory whole. */
const DEEP_PAGE = 25;

/** One row's worth of the graph. */
export interface Entry {
  /** The things on the way to it: the answer itself, one of the first list, and so on; last the row's own. */
  readonly things: readonly Answer[];
  /** Its place in the innermost list, from 1. */
  readonly position: number;
}

/** Where in a table a reader stands. */
export interface Position {
  /** The cursor after which the page of the outermost list was read; null at the start. */
  readonly after: string | null;
  /** Rows since there. */
  readonly offset: number;
}

/** Some rows in order. */
export interface Batch {
  readonly entries: readonly Entry[];
  /** Where the first of them stands. */
  readonly from: Position;
}

/** What walking through a table takes. */
export interface Walk {
  readonly table: GraphTable;
  readonly operations: TableOperations;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly ask: Ask;
  /** Where to begin: what stands before it is not given. */
  readonly from?: Position | undefined;
  /** How many things of the outermost list to ask for first; twice as many each time after that, as far as a page goes. */
  readonly pageSize?: number | undefined;
  /** The reader may stop before the end: nothing is read ahead. */
  readonly mayStop?: boolean | undefined;
}

/**
 * Reads a table from the graph, page by page, and the next page while one is being worked on. Stops where its reader stops.
 * @throws CodedError as `ask` does, COST_EXCEEDED only where a single thing of the outermost list is too dear
 */
export async function* walk({
  table,
  operations,
  variables,
  ask,
  from,
  pageSize,
  mayStop = false,
}: Walk): AsyncGenerator<Batch> {
  const own = pick(variables, operations.variables);
  const [outer] = table.levels;
  let toSkip = from?.offset ?? 0;
  for await (const { data, after } of pages(options())) {
    let offset = 0;
    for await (const entries of entriesOf(data)) {
      const start = offset;
      offset += entries.length;
      if (offset <= toSkip) continue;
      const skipped = Math.max(0, toSkip - start);
      yield { entries: skipped === 0 ? entries : entries.slice(skipped), from: { after, offset: start + skipped } };
    }
    toSkip = Math.max(0, toSkip - offset);
  }

  function options(): Pages {
    const isPaged = outer?.isFollowed === true;
    const largest = table.levels.slice(1).some(({ isFollowed }) => isFollowed) ? DEEP_PAGE : LARGEST_PAGE;
    const text = operations.text;
    return {
      ask: (page) => ask({ text, variables: { ...own, ...(isPaged && page) } }),
      cursorOf: (data, after) =>
        // Who has no such list has no rows. But what is begun is not at its end, and the graph's own lists are always there.
        isPaged ? nextIn(data, outer.path, after !== null || outer.path.length === 2) : null,
      from: from?.after ?? null,
      // What is no page can't be made smaller.
      pageSize: isPaged ? Math.min(pageSize ?? largest, largest) : 1,
      largest,
      mayStop,
    };
  }

  /** What one page holds, in pieces: a list within that is longer than its first page is read on. */
  async function* entriesOf(data: Answer): AsyncGenerator<readonly Entry[]> {
    // The thing that was asked for is not there: that is no row.
    if (outer === undefined) {
      if (Object.values(data).some((value) => value !== null)) yield [{ things: [data], position: 1 }];
      return;
    }
    let entries: Entry[] = [];
    for await (const part of below([data], 0)) {
      if (part.isLong && entries.length > 0) {
        yield entries;
        entries = [];
      }
      if (part.isLong) yield part.entries;
      else for (const entry of part.entries) entries.push(entry);
    }
    if (entries.length > 0) yield entries;
  }

  async function* below(things: readonly Answer[], index: number): AsyncGenerator<Part> {
    const level = table.levels[index] as Level;
    const isInnermost = index === table.levels.length - 1;
    let position = 0;
    for await (const { items, isLong } of listsOf(things.at(-1) as Answer, level, index)) {
      if (isInnermost) {
        const entries = items.map((item, place) => ({ things: [...things, item], position: position + place + 1 }));
        yield { entries, isLong };
      } else for (const item of items) yield* below([...things, item], index + 1);
      position += items.length;
    }
  }

  /** The list of one thing: what came with it, and then, a page at a time, what did not. */
  async function* listsOf(thing: Answer, level: Level, index: number): AsyncGenerator<Items> {
    const items = itemsOf(thing, level.path);
    const next = index > 0 && level.isFollowed ? nextIn(thing, level.path, false) : null;
    yield { items, isLong: next !== null };
    if (next === null) return;
    const rest = operations.rest[index];
    const id = idOf(thing);
    if (rest == null || id === null) throw endless(level);
    const further = restOf(rest, id, next, level, index);
    yield* mayStop ? further : ahead(further);
  }

  async function* restOf(
    { text, variables: names }: TableRest,
    id: string,
    start: string,
    level: Level,
    index: number,
  ): AsyncGenerator<Items> {
    const path = withoutEdge(level.list.chain, table.levels[index - 1] as Level).map(({ key }) => key);
    const own = pick(variables, names);
    for (let next: string | null = start; next !== null; ) {
      const data = await ask({ text, variables: { ...own, [OWN.id]: id, [OWN.after]: next } });
      const thing = (data[OWN.node] ?? {}) as Answer;
      next = nextIn(thing, path, true);
      yield { items: itemsOf(thing, path), isLong: true };
    }
  }
}

interface Part {
  readonly entries: readonly Entry[];
  /** One of many pages of one list. */
  readonly isLong: boolean;
}

interface Items {
  readonly items: readonly Answer[];
  readonly isLong: boolean;
}

interface Page {
  readonly data: Answer;
  readonly after: string | null;
}

interface Pages {
  readonly ask: (page: Answer) => Promise<Answer>;
  /** The cursor to go on after; null at the end, and where there is one page only. */
  readonly cursorOf: (data: Answer, after: string | null) => string | null;
  readonly from: string | null;
  readonly pageSize: number;
  /** As large as a page may become. */
  readonly largest: number;
  readonly mayStop: boolean;
}

/** The pages of the outermost list, the next one under way while one is worked on. */
function pages(options: Pages): AsyncGenerator<Page> {
  return options.mayStop ? pagesOf(options) : ahead(pagesOf(options));
}

async function* pagesOf({ ask, cursorOf, from, pageSize, largest }: Pages): AsyncGenerator<Page> {
  let first = pageSize;
  let most = largest;
  for (let after = from; ; ) {
    const { data, size } = await affordable(ask, first, after);
    if (size < first) most = size;
    first = Math.min(2 * size, most);
    const next = cursorOf(data, after);
    yield { data, after };
    if (next === null) return;
    after = next;
  }
}

/** A page as large as the caller may ask for at once. */
async function affordable(
  ask: Pages['ask'],
  first: number,
  after: string | null,
): Promise<{ readonly data: Answer; readonly size: number }> {
  for (let size = first; ; size = Math.ceil(size / 2)) {
    try {
      return { data: await ask({ [OWN.first]: size, [OWN.after]: after }), size };
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'COST_EXCEEDED' || size <= 1) throw error;
    }
  }
}

/**
 * The cursor to go on after in a connection; null at its end.
 * @param path to its `nodes` or `edges`
 * @param isThere whether it must be: that it is not is then no end
 */
function nextIn(thing: Answer, path: readonly string[], isThere: boolean): string | null {
  const connection = at(thing, path.slice(0, -1)) as Answer | null;
  if (connection === null && isThere)
    throw new CodedError('UPSTREAM_INVALID_DATA', `A page of \`${path.slice(0, -1).join('.')}\` could not be read.`);
  return nextOf(connection);
}

function itemsOf(thing: Answer, path: readonly string[]): readonly Answer[] {
  const list = at(thing, path);
  return Array.isArray(list) ? list.filter((item) => item !== null) : [];
}

function idOf(thing: Answer): string | null {
  return textOf(thing[OWN.id] ?? (thing[OWN.node] as Answer | undefined)?.[OWN.id]);
}

function at(thing: Answer, path: readonly string[]): unknown {
  let value: unknown = thing;
  for (const key of path) value = (value as Answer | null | undefined)?.[key];
  return value ?? null;
}

function pick(variables: Answer, names: readonly string[]): Answer {
  return Object.fromEntries(names.filter((name) => name in variables).map((name) => [name, variables[name]]));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function endless({ path }: Level): BadInput {
  return new BadInput(
    `\`${path.slice(0, -1).join('.')}\` has more than a page, and what holds it can't be asked for by an id. Say how many with \`first\`.`,
  );
}
