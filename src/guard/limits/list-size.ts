import { getDirective } from '@graphql-tools/utils';
import type { GraphQLField, GraphQLSchema } from 'graphql';

/** What `@listSize` says of a field (GraphQL Cost Directives, section 8). */
export interface ListSize {
  readonly assumedSize: number | undefined;
  readonly slicing: readonly Slicing[];
  /** The fields of what it returns that have this size; none where the field itself has it. */
  readonly sizedFields: ReadonlySet<string>;
}

interface Slicing {
  readonly name: string;
  readonly default: unknown;
}

/** The `@listSize` of a field, where it has one. */
export function listSizeOf(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): ListSize | undefined {
  const written = getDirective(schema, field, 'listSize')?.[0];
  if (written === undefined) return undefined;
  return {
    assumedSize: typeof written.assumedSize === 'number' ? written.assumedSize : undefined,
    slicing: names(written.slicingArguments).map((name) => ({
      name,
      default: field.args.find((argument) => argument.name === name)?.defaultValue,
    })),
    sizedFields: new Set(names(written.sizedFields)),
  };
}

/**
 * How many entries a list has at most: the largest of the slicing arguments that are given, else of their defaults, else the assumed
 * size. Null is as good as not given. A list as slicing argument counts its entries: that goes beyond the specification, and is what
 * `nodes(ids:)` needs, as does a list inside an input object, named `input.valuations`. Which of `first` and `last` may stand together is the resolvers' to judge.
 * @param given the value of an argument; undefined where there is none
 * @returns undefined where nothing tells
 */
export function entriesOf(size: ListSize, given: (argument: string) => unknown): number | undefined {
  const sizes = (values: readonly unknown[]) => values.flatMap((value) => entries(value) ?? []);
  const asked = sizes(size.slicing.map(({ name }) => given(name)));
  const known = asked.length > 0 ? asked : sizes(size.slicing.map((argument) => argument.default));
  return known.length > 0 ? Math.max(...known) : size.assumedSize;
}

function entries(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
  return Math.min(Math.max(0, value), Number.MAX_SAFE_INTEGER);
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
