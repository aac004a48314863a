import type { GraphQLResolveInfo } from 'graphql';
import { DOMAINS } from '../generated/domains.ts';
import type { Reads, Tag } from '../platform/cache/index.ts';
import { type Caller, queueOf } from '../platform/caller.ts';
import { Deadline } from '../platform/deadline.ts';
import type { UpstreamError } from '../platform/errors.ts';
import { NO_OBSERVER, type Observer } from '../platform/observer.ts';
import type { Selection } from '../platform/selection.ts';
import { Waves } from '../platform/waves.ts';
import type { SourcedOperation, Sources, WritingOperation } from '../sources/index.ts';
import type { Kept } from './kept.ts';
import { Problems } from './problems.ts';

type Domains = typeof DOMAINS;

/** Every domain, opened for one operation. */
export type Opened = { readonly [D in keyof Domains]: ReturnType<Domains[D]['open']> };

type Writing = { [D in keyof Domains]: Domains[D] extends { write: unknown } ? D : never }[keyof Domains];

/** The writes of every domain that has some. */
export type Writes = {
  readonly [D in Writing]: Domains[D] extends { write: (...args: never) => infer W } ? W : never;
};

/** What a resolver gets: the domains, and where to report what failed beside the data. */
export interface Context extends Opened {
  /**
   * The one way to change something. What a write is checked against is read from the platforms, now; and whatever was read in this
   * operation before is forgotten, so that its payload and all that follows tells of the new state.
   */
  write<T>(work: (writes: Writes) => Promise<T>): Promise<T>;
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
  /** Drops what is kept of things that were changed, on every node. */
  readonly drop: (tags: readonly Tag[]) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  /** Is told of calls and of looks into the cache. */
  readonly observer?: Observer | undefined;
  /** Whether it reads a great deal, once. */
  readonly isBulk?: boolean | undefined;
  /** Whether nothing may be read that is past its lifetime, also where a platform can't be asked. */
  readonly withoutOld?: boolean | undefined;
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
  drop,
  signal,
  observer = NO_OBSERVER,
  isBulk,
  withoutOld,
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
    isBulk,
    withoutOld,
    reads,
    report: (problem) => problems.add(problem),
  };
  const domains: Current = { opened: new OpenDomains(operation, kept) as unknown as Opened };
  const context = new DomainsOf(domains) as unknown as Opened;
  return Object.assign(context, {
    problems,
    report(info: GraphQLResolveInfo, ...found: readonly (UpstreamError | undefined)[]) {
      for (const problem of found) if (problem !== undefined) problems.add(problem, info);
    },
    async write<T>(work: (writes: Writes) => Promise<T>): Promise<T> {
      const writing: WritingOperation = { ...operation, fresh: true, drop };
      const fresh = new OpenDomains(writing, kept) as unknown as Opened;
      try {
        return await work(writesOf(writing, kept, fresh));
      } finally {
        // Another scope: what its calls were answered is remembered by it.
        domains.opened = new OpenDomains({ ...operation }, kept) as unknown as Opened;
      }
    },
  });
}

/** The domains of an operation. They open on first use, when the selection is known. */
class OpenDomains {
  readonly operation: SourcedOperation;
  readonly kept: Kept;
  readonly opened: Record<string, unknown> = {};

  constructor(operation: SourcedOperation, kept: Kept) {
    this.operation = operation;
    this.kept = kept;
  }
}

/** The domains that are open at the moment: after a write, others. */
interface Current {
  opened: Opened;
}

/** What a context begins as. Copies of it (the server makes one) share the object that tells which domains are open. */
class DomainsOf {
  readonly domains: Current;

  constructor(domains: Current) {
    this.domains = domains;
  }
}

// On prototypes, so that a copy does not open all; and of classes, so that all operations' are of one shape, which the engine knows.
for (const name of Object.keys(DOMAINS) as (keyof Opened)[]) {
  Object.defineProperty(OpenDomains.prototype, name, {
    get(this: OpenDomains) {
      this.opened[name] ??= OPENERS[name].open(this.operation, this.kept, this as unknown as Opened);
      return this.opened[name];
    },
  });
  Object.defineProperty(DomainsOf.prototype, name, {
    get(this: DomainsOf) {
      return this.domains.opened[name];
    },
  });
}

/** @param fresh the domains past everything that is kept: what is to be changed, and what it refers to, is read through them */
function writesOf(operation: WritingOperation, kept: Kept, fresh: Opened): Writes {
  const make = (name: Writing): unknown => WRITERS[name].write(operation, kept, fresh);
  return Object.create(null, lazily(make, Object.keys(DOMAINS).filter(isWriting))) as Writes;
}

/** Properties that are worked out when they are asked for. */
function lazily<N extends string>(read: (name: N) => unknown, names: readonly N[]): PropertyDescriptorMap {
  return Object.fromEntries(names.map((name) => [name, { get: () => read(name) }]));
}

function isWriting(name: string): name is Writing {
  return 'write' in DOMAINS[name as keyof Domains];
}

/** Each domain asks for what it needs of the others by an interface of its own; that they all fit is checked here. */
type Open = (operation: SourcedOperation, kept: Kept, others: Opened) => unknown;
const OPENERS: { readonly [D in keyof Domains]: { readonly open: Open } } = DOMAINS;
type Write = (operation: WritingOperation, kept: Kept, fresh: Opened) => unknown;
const WRITERS: { readonly [D in Writing]: { readonly write: Write } } = DOMAINS;
