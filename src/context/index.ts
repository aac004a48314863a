import type { GraphQLResolveInfo } from 'graphql';
import { DOMAINS } from '../generated/domains.ts';
import type { Reads } from '../platform/cache/index.ts';
import { type Caller, queueOf } from '../platform/caller.ts';
import { Deadline } from '../platform/deadline.ts';
import type { UpstreamError } from '../platform/errors.ts';
import { NO_OBSERVER, type Observer } from '../platform/observer.ts';
import type { Selection } from '../platform/selection.ts';
import { Waves } from '../platform/waves.ts';
import type { SourcedOperation, Sources } from '../sources/index.ts';
import type { Kept } from './kept.ts';
import { Problems } from './problems.ts';

type Domains = typeof DOMAINS;

/** Every domain, opened for one operation. */
export type Opened = { readonly [D in keyof Domains]: ReturnType<Domains[D]['open']> };

/** What a resolver gets: the domains, and where to report what failed beside the data. */
export interface Context extends Opened {
  readonly problems: Problems;
  /** Reports failures at the field that `info` is of: each becomes an error beside the data, one for each platform and path. */
  report(info: GraphQLResolveInfo, ...problems: readonly (UpstreamError | undefined)[]): void;
}

/** What one operation comes with. */
export interface OperationOptions {
  readonly sources: Sources;
  readonly kept: Kept;
  readonly caller: Caller;
  readonly selection: Selection;
  readonly traceId: string;
  readonly upstreamToken?: string | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Is told of calls and of looks into the cache. */
  readonly observer?: Observer | undefined;
  /** Nothing that is kept will do: before a write, all is read from the platforms. */
  readonly fresh?: boolean | undefined;
  /** Takes down what is read, where the whole answer may be kept. */
  readonly reads?: Reads | undefined;
}

/** Opens what one operation needs: its loaders live as long as it does and no longer. */
export function openContext({
  sources,
  kept,
  caller,
  selection,
  traceId,
  upstreamToken,
  timeoutMs,
  signal,
  observer = NO_OBSERVER,
  fresh,
  reads,
}: OperationOptions): Context {
  const problems = new Problems();
  const waves = new Waves();
  const operation: SourcedOperation = {
    sources,
    caller,
    selection,
    traceId,
    upstreamToken,
    deadline: new Deadline(timeoutMs),
    signal: signal ?? new AbortController().signal,
    waves,
    queue: queueOf(caller),
    wave: () => waves.number,
    observer,
    fresh,
    reads,
    report: (problem) => problems.add(problem),
  };
  // Domains open on first use, when the selection is known. The getters stand on the prototype, so that a copy of the context (the
  // server makes one) does not open them all.
  const opened: Record<string, unknown> = {};
  const prototype = Object.create(null) as object;
  for (const [name, { open }] of Object.entries(OPENERS))
    Object.defineProperty(prototype, name, {
      get: () => {
        opened[name] ??= open(operation, kept, prototype as Opened);
        return opened[name];
      },
    });
  return Object.assign(Object.create(prototype) as Opened, {
    problems,
    report(info: GraphQLResolveInfo, ...found: readonly (UpstreamError | undefined)[]) {
      for (const problem of found) if (problem !== undefined) problems.add(problem, info);
    },
  });
}

/** Each domain asks for what it needs of the others by an interface of its own; that they all fit is checked here. */
type Open = (operation: SourcedOperation, kept: Kept, others: Opened) => unknown;
const OPENERS: { readonly [D in keyof Domains]: { readonly open: Open } } = DOMAINS;
