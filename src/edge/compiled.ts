import {
  BREAK,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';

/** Runs an operation that is valid for the schema. */
export type Run = (context: unknown, variables: Readonly<Record<string, unknown>>) => Promise<ExecutionResult>;

/** A document is compiled when it comes for this time: one that comes once is not worth it, and hostile ones come once. */
const WORTH_COMPILING = 3;

interface Known {
  uses: number;
  /** Null where it can't be compiled. */
  run?: Run | null;
}

/** Operations that come again and again, as compiled functions. */
export class CompiledOperations {
  readonly #schema: GraphQLSchema;
  readonly #compileAt: number;
  /** What is known of a document goes when the server forgets the document. */
  readonly #known = new WeakMap<DocumentNode, Map<string, Known>>();

  /** @param compileAt the use of a document at which it is compiled */
  constructor(schema: GraphQLSchema, compileAt = WORTH_COMPILING) {
    this.#schema = schema;
    this.#compileAt = compileAt;
  }

  /** @returns null where it is to be run as it is written */
  of(document: DocumentNode, operationName: string | null | undefined): Run | null {
    const names = this.#known.get(document) ?? new Map<string, Known>();
    this.#known.set(document, names);
    const name = operationName ?? '';
    const known = names.get(name) ?? { uses: 0 };
    names.set(name, known);
    known.uses += 1;
    if (known.uses >= this.#compileAt && known.run === undefined) known.run = this.#compiled(document, name);
    return known.run ?? null;
  }

  #compiled(document: DocumentNode, name: string): Run | null {
    if (hasAbstractField(this.#schema, document)) return null;
    const compiled = compileQuery(this.#schema, document, name === '' ? undefined : name);
    if (!isCompiledQuery(compiled)) return null;
    return async (context, variables) => compiled.query({}, context, { ...variables });
  }
}

/**
 * Whether an operation asks for an interface or a union. There a refusal by scope is thrown where the type is told, and compiled code catches
 * that only where the value is at hand: behind a promise the operation would never end, and the rejection would be nobody's.
 */
function hasAbstractField(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let found = false;
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: () => {
        found ||= isAbstractType(getNamedType(types.getType()));
        return found ? BREAK : undefined;
      },
    }),
  );
  return found;
}
