import type { Cell, Column } from '../column.ts';
import type { EntitySet } from './model.ts';
import type { Expand, Options } from './options.ts';
import type { Key } from './path.ts';

/** What of an entity is in an answer. */
type Shape = Pick<Options, 'select' | 'selectedLinks' | 'expand'>;

/** The context URL of the service document (OData 4.01 Protocol, section 10.1). */
export function serviceContext(root: string): string {
  return `${root}$metadata`;
}

/**
 * The context URL of a collection or, with `/$entity`, of one entity (OData 4.01 Protocol, sections 10.2 to 10.10).
 * @param root the URL of the service, with "/" at its end
 */
export function entitiesContext(root: string, set: EntitySet, shape: Shape, isOne: boolean): string {
  return `${serviceContext(root)}#${set.name}${listOf(shape)}${isOne ? '/$entity' : ''}`;
}

/** The context URL of a property's value (section 10.13). */
export function propertyContext(root: string, set: EntitySet, key: Key, column: Column): string {
  return `${entityUrl(`${serviceContext(root)}#`, set, key)}/${column.property}`;
}

/** The canonical URL of an entity, which is its id too (OData 4.01 URL Conventions, section 4.3.1, and Protocol, section 4.1). */
export function entityUrl(root: string, set: EntitySet, key: Key): string {
  return `${root}${set.name}(${keyText(set, key)})`;
}

/** A key as it stands between the brackets of a URL, percent-encoded (OData 4.01 URL Conventions, section 4.3.1). */
export function keyText(set: EntitySet, key: Key): string {
  const values = key.map((value, i) =>
    literalText(
      value,
      set.columns.find(({ property }) => property === set.key[i]),
    ),
  );
  if (values.length === 1) return values.join('');
  return values.map((value, i) => `${set.key[i]}=${value}`).join(',');
}

function literalText(value: NonNullable<Cell>, column: Column | undefined): string {
  const isText = column?.type === 'id' || column?.type === 'text';
  return isText ? `'${encodeURIComponent(String(value).replaceAll("'", "''"))}'` : encodeURIComponent(String(value));
}

/** Without `$select` no property is named: then all are there. What is expanded is named always, with brackets (section 10.9). */
function listOf({ select, selectedLinks, expand }: Shape): string {
  const properties = select?.map(({ property }) => property) ?? [];
  const links = selectedLinks.map(({ name }) => name);
  const expanded = expand.map(({ navigation, options }: Expand) => `${navigation.name}${listOf(options) || '()'}`);
  const items = [...properties, ...links, ...expanded];
  return items.length === 0 ? '' : `(${items.join(',')})`;
}
