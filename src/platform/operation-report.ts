/** What kind of operation it was; `unknown` where it was refused before that was read. */
export type OperationType = 'query' | 'mutation' | 'subscription' | 'unknown';

/**
 * How an operation ended: `ok`; `partial` where data came with errors beside it; `failed` where it ran and no data came; `refused` where
 * nothing of it was run.
 */
export type Outcome = 'ok' | 'partial' | 'failed' | 'refused';

/** One operation, when it is over: what its log line, its figures and its span are made of. */
export interface OperationReport {
  /** The name in the document, in the caller's words; null where it has none, or was refused before it was read. */
  readonly name: string | null;
  readonly type: OperationType;
  readonly outcome: Outcome;
  /** The codes of the errors in the answer, one for each error. */
  readonly codes: readonly string[];
  /** When it began, on the monotonic clock (`performance.now()`). */
  readonly startedAt: number;
  readonly ms: number;
}

/** The longest name that is written anywhere, in characters: GraphQL allows any length. */
const LONGEST_NAME = 80;

/** An operation's name as it is written to logs and traces; `anonymous` where it has none. */
export function writtenName(name: string | null): string {
  return name === null ? 'anonymous' : name.slice(0, LONGEST_NAME);
}

/**
 * How an operation ended, by its answer.
 * @param data the answer's data; undefined where nothing was run
 * @param errors how many errors stand beside it
 */
export function outcomeOf(data: Readonly<Record<string, unknown>> | null | undefined, errors: number): Outcome {
  if (data === undefined) return 'refused';
  if (errors === 0) return 'ok';
  const isEmpty = data === null || Object.values(data).every((value) => value === null);
  return isEmpty ? 'failed' : 'partial';
}
