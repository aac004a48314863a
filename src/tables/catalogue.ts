import type { Column } from './column.ts';

/** A table as one caller sees it. */
export interface CatalogueEntry {
  /** Its name in addresses: `plan_owners`. */
  readonly name: string;
  /** Its name for people: `Plan owners`. */
  readonly title: string;
  readonly description: string;
  readonly columns: readonly Column[];
  /** Filters by their parameter, with a description. */
  readonly parameters: readonly {
    readonly name: string;
    readonly type: string;
    readonly description: string;
    readonly isList: boolean;
  }[];
  /** How many rows it has for this caller; null where that is not known without reading them. */
  readonly rows: number | null;
  /** Columns that the caller lacks a scope for. */
  readonly withheld: readonly { readonly name: string; readonly scopes: readonly string[] }[];
}

/** What there is to read, and where. */
export interface Catalogue {
  /** As told to clients, without a slash at the end. */
  readonly publicUrl: string;
  readonly version: string;
  /** Whether an API key must be sent. In the sandbox it need not. */
  readonly needsKey: boolean;
  readonly formats: readonly { readonly extension: string; readonly mediaType: string }[];
  readonly tables: readonly CatalogueEntry[];
  /** Why this caller gets no tables, and what to do about it; absent where they get some. */
  readonly refused?: string;
}
