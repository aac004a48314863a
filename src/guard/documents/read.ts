import { createHash } from 'node:crypto';
import { GraphQLError, Kind, type OperationDefinitionNode, parse } from 'graphql';

/** An operation that may be run in enforce mode. */
export interface TrustedDocument {
  readonly id: string;
  /** The name of its operation; null where it has none, or several. */
  readonly name: string | null;
  readonly text: string;
}

/** What reading a file of registered operations gives: the operations, or every fault in it. */
export type DocumentsReading =
  | { readonly ok: true; readonly documents: readonly TrustedDocument[] }
  | { readonly ok: false; readonly faults: readonly string[] };

/** The form of Apollo's persisted query manifest, version 1 (`generate-persisted-query-manifest`). */
const APOLLO = 'apollo-persisted-query-manifest';
const SHA256 = /^[\da-f]{64}$/i;

/** Faults that are told one by one; of more, how many there are. */
const MAX_FAULTS = 20;

interface Entry {
  readonly id: string;
  readonly text: string;
  /** What the manifest says beside: checked against the text. */
  readonly name?: unknown;
  readonly type?: unknown;
}

/**
 * Reads registered operations: Apollo's persisted query manifest, or Relay's map of ids to texts.
 * @param text the file's content
 */
export function readDocuments(text: string): DocumentsReading {
  const faults: string[] = [];
  const entries = entriesOf(text, faults);
  const documents = entries.map((entry) => checked(entry, faults));
  const seen = new Set<string>();
  for (const { id } of entries) {
    if (seen.has(id)) faults.push(`${named(id)} stands there more than once.`);
    seen.add(id);
  }
  if (faults.length === 0) return { ok: true, documents };
  const more = faults.length - MAX_FAULTS;
  return { ok: false, faults: [...faults.slice(0, MAX_FAULTS), ...(more > 0 ? [`And ${more} more.`] : [])] };
}

/** The lower-case hexadecimal SHA-256 of a text in UTF-8: the id that Apollo gives a document. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function entriesOf(text: string, faults: string[]): Entry[] {
  const content = parsed(text);
  if (!isRecord(content)) {
    faults.push(`The file is neither Apollo's "${APOLLO}" nor Relay's JSON map of ids to query texts.`);
    return [];
  }
  return 'format' in content || 'operations' in content
    ? apolloEntries(content, faults)
    : relayEntries(content, faults);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function apolloEntries({ format, version, operations }: Record<string, unknown>, faults: string[]): Entry[] {
  if (format !== APOLLO) faults.push(`The \`format\` is not "${APOLLO}".`);
  if (version !== 1) faults.push('The `version` is not 1, the only one that is known here.');
  if (!Array.isArray(operations)) faults.push('`operations` is not a list.');
  return (Array.isArray(operations) ? operations : []).flatMap((operation: unknown, index) => {
    const { id, body, name, type } = isRecord(operation) ? operation : {};
    if (typeof id === 'string' && id !== '' && typeof body === 'string') return [{ id, text: body, name, type }];
    faults.push(`\`operations[${index}]\` has no \`id\` or no \`body\`.`);
    return [];
  });
}

function relayEntries(content: Record<string, unknown>, faults: string[]): Entry[] {
  return Object.entries(content).flatMap(([id, text]) => {
    if (id !== '' && typeof text === 'string') return [{ id, text }];
    faults.push(`${named(id)} has no text, or no id.`);
    return [];
  });
}

function checked({ id, text, ...says }: Entry, faults: string[]): TrustedDocument {
  const operations = operationsOf(id, text, faults);
  const [only] = operations;
  const name = operations.length === 1 ? (only?.name?.value ?? null) : null;
  const isManifest = 'name' in says;
  if (isManifest && SHA256.test(id) && id !== hashOf(text))
    faults.push(`${named(id)} is not the SHA-256 of its \`body\`, in lower-case hexadecimal digits.`);
  if (only !== undefined && typeof says.name === 'string' && !operations.some((one) => one.name?.value === says.name))
    faults.push(`${named(id)} has a \`name\` that its \`body\` does not have.`);
  if (only !== undefined && says.type !== undefined && !operations.some((one) => one.operation === says.type))
    faults.push(`${named(id)} has a \`type\` that its \`body\` is not of.`);
  return { id, name, text };
}

function operationsOf(id: string, text: string, faults: string[]): OperationDefinitionNode[] {
  try {
    const { definitions } = parse(text, { noLocation: true });
    const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    if (operations.length === 0) faults.push(`${named(id)} holds no operation.`);
    return operations;
  } catch (error) {
    faults.push(
      `${named(id)} is not GraphQL: ${error instanceof GraphQLError ? error.message : 'it is nested too deeply'}`,
    );
    return [];
  }
}

function named(id: string): string {
  return `Operation ${JSON.stringify(id.length > 80 ? `${id.slice(0, 80)}…` : id)}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
