import type { Cell, Column, ColumnType, Row } from '../column.ts';
import type { EntitySet } from './model.ts';
import type { Representation } from './representation.ts';

/** A member of a JSON object: its name, and its value as JSON text. */
export type Member = readonly [name: string, json: string];

/** Types whose numbers a reader with floats could lose digits of. */
const LARGE: ReadonlySet<ColumnType> = new Set(['long', 'decimal']);
/** A JSON number, but for an exponent (RFC 8259, section 6). */
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * A cell as JSON text (OData 4.01 JSON Format, section 7.1). Decimals keep the digits that they have: no float takes part.
 * @throws TypeError where a decimal's text is no decimal
 */
export function cellJson(cell: Cell, type: ColumnType, { ieee754 }: Pick<Representation, 'ieee754'>): string {
  if (cell === null) return 'null';
  if (type === 'decimal' && !DECIMAL.test(String(cell))) throw new TypeError('A cell of type decimal is no decimal.');
  if (LARGE.has(type)) return ieee754 ? `"${cell}"` : String(cell);
  return JSON.stringify(cell);
}

/**
 * Makes what writes entities of a set as JSON objects.
 * @param select the columns to write; null writes all
 * @param idOf where entities say which they are by `@odata.id`: their URL by their row
 * @returns what takes a row of all columns, and members to stand after its properties: expanded navigations
 */
export function entityWriter(
  set: EntitySet,
  select: readonly Column[] | null,
  representation: Pick<Representation, 'ieee754'>,
  idOf: ((row: Row) => string) | null = null,
): (row: Row, expanded?: readonly Member[]) => string {
  const written = (select ?? set.columns).map(({ property, type }) => {
    const index = set.columns.findIndex((column) => column.property === property);
    return { index, type, prefix: `${JSON.stringify(property)}:` };
  });
  return (row, expanded = []) => {
    const members = written.map(
      ({ index, type, prefix }) => prefix + cellJson(row[index] ?? null, type, representation),
    );
    // Before all properties, for who reads a stream (OData 4.01 JSON Format, section 4.4).
    if (idOf !== null) members.unshift(memberJson(['@odata.id', JSON.stringify(idOf(row))]));
    for (const member of expanded) members.push(memberJson(member));
    return `{${members.join(',')}}`;
  };
}

/**
 * The members of an entity that tell of an expanded collection (OData 4.01 JSON Format, sections 4.5.4, 4.5.5 and 8.3).
 * @param entities JSON objects
 * @param count how many there are in all; null where it was not asked for
 * @param nextLink where further ones are; null where these are all
 */
export function expandedCollection(
  navigation: string,
  entities: readonly string[],
  count: number | null,
  nextLink: string | null,
  representation: Pick<Representation, 'ieee754'>,
): readonly Member[] {
  return [
    ...(count === null ? [] : [[`${navigation}@odata.count`, cellJson(count, 'long', representation)] as const]),
    [navigation, `[${entities.join(',')}]`],
    ...(nextLink === null ? [] : [[`${navigation}@odata.nextLink`, JSON.stringify(nextLink)] as const]),
  ];
}

/** One entity as a whole answer. */
export function entityBody(entity: string, context: string, representation: Representation): string {
  const head = contextMembers(context, representation).map(memberJson).join(',');
  const rest = entity.slice(1);
  return head === '' || rest === '}' ? `{${head}${rest}` : `{${head},${rest}`;
}

/** A property's value as a whole answer (OData 4.01 JSON Format, section 11). Null is told by 204 and no body instead. */
export function propertyBody(cell: Cell, type: ColumnType, context: string, representation: Representation): string {
  const members = [
    ...contextMembers(context, representation),
    ['value', cellJson(cell, type, representation)] as const,
  ];
  return `{${members.map(memberJson).join(',')}}`;
}

/** What a collection's answer has beside its entities. */
export interface CollectionHead {
  readonly context: string;
  /** How many there are in all; null where it was not asked for. */
  readonly count: number | null;
  /** Asked when all entities are written: where the next page is; null on the last. */
  readonly nextLink: () => string | null;
}

/**
 * A collection as a whole answer, piece by piece, each made when it is read (OData 4.01 JSON Format, section 13).
 * @param batches entities as JSON objects, some at a time
 * @throws what reading the batches throws: then the answer is not whole
 */
export async function* collectionChunks(
  batches: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  { context, count, nextLink }: CollectionHead,
  representation: Representation,
): AsyncGenerator<string> {
  const head: Member[] = [...contextMembers(context, representation)];
  if (count !== null) head.push(['@odata.count', cellJson(count, 'long', representation)]);
  yield `{${head.map((member) => `${memberJson(member)},`).join('')}"value":[`;
  let isFirst = true;
  for await (const batch of batches) {
    if (batch.length === 0) continue;
    yield `${isFirst ? '' : ','}\n${batch.join(',\n')}`;
    isFirst = false;
  }
  const next = nextLink();
  yield next === null ? '\n]}' : `\n],${memberJson(['@odata.nextLink', JSON.stringify(next)])}}`;
}

function contextMembers(context: string, { metadata }: Representation): readonly Member[] {
  return metadata === 'none' ? [] : [['@odata.context', JSON.stringify(context)]];
}

function memberJson([name, json]: Member): string {
  return `${JSON.stringify(name)}:${json}`;
}
