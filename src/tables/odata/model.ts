import type { Column } from '../column.ts';

/** A link from an entity to others (OData 4.01 CSDL, section 8). */
export interface Navigation {
  readonly name: string;
  /** Name of the entity set that it leads to. */
  readonly target: string;
  readonly isCollection: boolean;
  readonly isNullable: boolean;
  readonly description: string;
}

/** An entity set and the type of its entities, which has the singular name. */
export interface EntitySet {
  /** `Clients`. */
  readonly name: string;
  /** `Client`. */
  readonly type: string;
  readonly description: string;
  /** Names of the properties that make the key, in order. */
  readonly key: readonly string[];
  /** Its properties, called by `Column.property`. */
  readonly columns: readonly Column[];
  readonly navigation: readonly Navigation[];
  /** Whether `$search` finds anything in it; left out where it does not. */
  readonly isSearchable?: boolean;
}

/** The service's entity sets. */
export interface EntityModel {
  readonly namespace: string;
  readonly sets: readonly EntitySet[];
}
