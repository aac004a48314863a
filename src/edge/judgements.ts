import type { DocumentNode } from 'graphql';
import type { Selection } from '../platform/selection.ts';

/** What was found out of an operation with certain variables: it depends on nothing else. */
export interface Judgement {
  /** Points that it costs. */
  readonly cost: number;
  readonly selection: Selection;
}

/** Judgements that are kept of one document, and the longest variables that are looked up, in characters of JSON. */
const MOST = 50;
const LONGEST = 2_000;

/** Judgements of operations that come again with the same variables. They go when the server forgets the document. */
export class Judgements {
  readonly #known = new WeakMap<DocumentNode, Map<string, Judgement>>();

  /** @returns undefined where it has to be judged; then tell `keep` */
  find(document: DocumentNode, operationName: string | null, variables: unknown) {
    const text = JSON.stringify([operationName, variables]);
    const ofDocument = this.#known.get(document) ?? new Map<string, Judgement>();
    this.#known.set(document, ofDocument);
    return {
      found: ofDocument.get(text),
      keep: (judgement: Judgement): void => {
        if (text.length <= LONGEST && ofDocument.size < MOST) ofDocument.set(text, judgement);
      },
    };
  }
}
