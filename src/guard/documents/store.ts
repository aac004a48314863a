import { readFile } from 'node:fs/promises';
import { parse, print } from 'graphql';
import { hashOf, readDocuments, type TrustedDocument } from './read.ts';

/** Tokens of a document that is compared with the registered ones; a longer one is none of them. */
const MAX_TOKENS = 20_000;

/** Registered operations, found by id or by text. */
export class DocumentStore {
  readonly #byId = new Map<string, TrustedDocument>();
  readonly #byText = new Map<string, TrustedDocument>();
  readonly #byNormalHash = new Map<string, TrustedDocument>();

  constructor(documents: Iterable<TrustedDocument> = []) {
    for (const document of documents) {
      this.#byId.set(document.id, document);
      this.#byText.set(document.text, document);
      const hash = normalHash(document.text);
      if (hash !== null) this.#byNormalHash.set(hash, document);
    }
  }

  get size(): number {
    return this.#byId.size;
  }

  /** All of them, for a check against the schema. */
  documents(): readonly TrustedDocument[] {
    return [...this.#byId.values()];
  }

  byId(id: string): TrustedDocument | undefined {
    return this.#byId.get(id);
  }

  /** The registered operation with this text: byte by byte, or but for blanks, commas and comments. */
  byText(text: string): TrustedDocument | undefined {
    const same = this.#byText.get(text);
    if (same !== undefined || this.#byText.size === 0) return same;
    const hash = normalHash(text);
    return hash === null ? undefined : this.#byNormalHash.get(hash);
  }
}

/**
 * Loads the file of registered operations.
 * @throws TypeError with every fault, one a line, which names the operations at fault by their ids
 */
export async function loadDocuments(path: string): Promise<DocumentStore> {
  const reading = readDocuments(await readFile(path, 'utf8'));
  if (!reading.ok) throw new TypeError(`The registered operations can't be read.\n${reading.faults.join('\n')}`);
  return new DocumentStore(reading.documents);
}

/** The hash of a text as graphql prints it; null for what is not GraphQL. */
function normalHash(text: string): string | null {
  try {
    return hashOf(print(parse(text, { noLocation: true, maxTokens: MAX_TOKENS })));
  } catch {
    return null;
  }
}
