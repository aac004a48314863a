import type { Column } from '../column.ts';
import {
  type Annotations,
  type AnnotationValue,
  described,
  SERVICE_ANNOTATIONS,
  setAnnotations,
  VOCABULARIES,
  vocabularyUrl,
} from './annotations.ts';
import { facetsOf, targetType } from './facets.ts';
import type { EntityModel, EntitySet, Navigation } from './model.ts';

type Json = Readonly<Record<string, unknown>>;

/** The service's model as CSDL JSON (OData CSDL JSON 4.01). */
export function metadataJson(model: EntityModel): string {
  const { namespace, sets } = model;
  const types = sets.map((set) => [set.type, entityType(set, model)]);
  const container = {
    $Kind: 'EntityContainer',
    ...Object.fromEntries(sets.map((set) => [set.name, entitySet(set, namespace)])),
    ...annotated(SERVICE_ANNOTATIONS),
  };
  return JSON.stringify({
    $Version: '4.01',
    $Reference: Object.fromEntries(
      VOCABULARIES.map(({ namespace: $Namespace, alias: $Alias }) => [
        `${vocabularyUrl($Namespace)}.json`,
        { $Include: [{ $Namespace, $Alias }] },
      ]),
    ),
    $EntityContainer: `${namespace}.Container`,
    [namespace]: { ...Object.fromEntries(types), Container: container },
  });
}

function entityType(set: EntitySet, model: EntityModel): Json {
  return {
    $Kind: 'EntityType',
    $Key: set.key,
    ...Object.fromEntries(
      set.columns.map((column) => [column.property, property(column, set.key.includes(column.property))]),
    ),
    ...Object.fromEntries(set.navigation.map((each) => [each.name, navigation(each, targetType(model, each))])),
    ...annotated(described(set.description)),
  };
}

/** Edm.String and not nullable are what goes without saying (CSDL JSON, sections 7.1 and 7.2.1). */
function property(column: Column, isKey: boolean): Json {
  const { type, precision, scale, isNullable } = facetsOf(column);
  return {
    ...(type !== 'Edm.String' && { $Type: type }),
    ...(isNullable && !isKey && { $Nullable: true }),
    ...(precision !== null && { $Precision: precision }),
    ...(scale !== null && { $Scale: scale }),
    ...annotated(described(column.description)),
  };
}

function navigation({ isCollection, isNullable, description }: Navigation, type: string): Json {
  return {
    $Kind: 'NavigationProperty',
    ...(isCollection && { $Collection: true }),
    $Type: type,
    ...(!isCollection && isNullable && { $Nullable: true }),
    ...annotated(described(description)),
  };
}

function entitySet(set: EntitySet, namespace: string): Json {
  const bindings = set.navigation.map(({ name, target }) => [name, target]);
  return {
    $Collection: true,
    $Type: `${namespace}.${set.type}`,
    ...(bindings.length > 0 && { $NavigationPropertyBinding: Object.fromEntries(bindings) }),
    ...annotated(setAnnotations(set)),
  };
}

function annotated(annotations: Annotations): Json {
  return Object.fromEntries(Object.entries(annotations).map(([term, value]) => [`@${term}`, plain(value)]));
}

function plain(value: AnnotationValue): unknown {
  if (typeof value !== 'object') return value;
  if ('member' in value) return value.member.members.join(',');
  if ('list' in value) return value.list;
  return Object.fromEntries(Object.entries(value.record).map(([name, each]) => [name, plain(each)]));
}
