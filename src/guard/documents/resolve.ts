import { Kind, parse } from 'graphql';
import { CodedError } from '../../platform/errors.ts';
import { hashOf } from './read.ts';
import type { DocumentStore } from './store.ts';

/** `off`: registered ids work, anything else too. `log`: the same, and what is not registered is reported. `enforce`: nothing else runs. */
export const DOCUMENT_MODES = ['off', 'log', 'enforce'] as const;
export type DocumentMode = (typeof DOCUMENT_MODES)[number];

/** An operation that is not registered: what may stand in a log. */
export interface UnknownDocument {
  /** Its name; null where it has none that can be told. */
  readonly operationName: string | null;
  /** The SHA-256 of its text; of the id where it came without a text. */
  readonly hash: string;
}

/** How documents are judged. */
export interface DocumentPolicy {
  readonly mode: DocumentMode;
  readonly store: DocumentStore;
  /** Told of what is not registered, in the modes `log` and `enforce`. */
  readonly report?: ((unknown: UnknownDocument) => void) | undefined;
}

/** What a request says of its document, as it came: nothing of it is checked yet. */
export interface DocumentRequest {
  readonly query?: unknown;
  readonly operationName?: unknown;
  /** The id of a registered operation, under any of the names that clients send it by. */
  readonly documentId?: unknown;
  readonly doc_id?: unknown;
  readonly id?: unknown;
  /** Apollo's `persistedQuery.sha256Hash` is an id too. */
  readonly extensions?: unknown;
}

const OPERATION_NAME = /^[_A-Za-z]\w{0,127}$/;
const MAX_TOKENS = 5_000;

/**
 * The text to run. A text that is sent is judged by itself, whatever id stands beside it; an id stands for the registered text.
 * @returns undefined, outside of `enforce`, where there is neither a text nor an id that is registered: the request goes on as it came,
 * which leaves Apollo's automatic persisted queries to the server
 * @throws CodedError DOCUMENT_NOT_TRUSTED in `enforce`
 */
export function resolveDocument(policy: DocumentPolicy, request: DocumentRequest): string | undefined {
  const { mode, store, report } = policy;
  const query = typeof request.query === 'string' && request.query !== '' ? request.query : undefined;
  const id = idOf(request);
  if (mode === 'off' && query !== undefined) return query;
  const known = query === undefined ? id !== undefined && store.byId(id) : store.byText(query);
  if (known) return known.text;
  const subject = query ?? id;
  if (mode !== 'off' && subject !== undefined)
    report?.({ operationName: nameOf(request.operationName, query), hash: hashOf(subject) });
  if (mode === 'enforce') throw notTrusted(query, id);
  return query;
}

function idOf({ documentId, doc_id, id, extensions }: DocumentRequest): string | undefined {
  const persisted = property(extensions, 'persistedQuery');
  const ids = [documentId, doc_id, id, property(persisted, 'sha256Hash')];
  return ids.find((value) => typeof value === 'string' && value !== '') as string | undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function nameOf(operationName: unknown, query: string | undefined): string | null {
  if (typeof operationName === 'string' && OPERATION_NAME.test(operationName)) return operationName;
  if (query === undefined) return null;
  try {
    const { definitions } = parse(query, { noLocation: true, maxTokens: MAX_TOKENS });
    const first = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    const name = first?.name?.value ?? '';
    return OPERATION_NAME.test(name) ? name : null;
  } catch {
    return null;
  }
}

function notTrusted(query: string | undefined, id: string | undefined): CodedError {
  const what =
    query !== undefined
      ? 'this text is none of them'
      : id !== undefined
        ? 'none has this id'
        : 'the request has neither an id (`documentId`) nor a text';
  return new CodedError(
    'DOCUMENT_NOT_TRUSTED',
    `This gateway runs registered operations only, and ${what}. Register the operation, or send one that is registered.`,
  );
}
