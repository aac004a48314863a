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

type Attributes = Readonly<Record<string, string | number | boolean | null>>;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
/** What XML 1.0 has no way to write, not even escaped (its section 2.2), and what has to be escaped in an attribute. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const SPECIAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[&<>"\t\n\r]/g;

/**
 * The service's model as CSDL XML (OData 4.0, so that every reader knows it; OData CSDL XML 4.01 says the same of all that is
 * used here).
 */
export function metadataXml(model: EntityModel): string {
  const { namespace, sets } = model;
  const types = sets.map((set) => entityType(set, model));
  const container = element('EntityContainer', { Name: 'Container' }, [
    ...sets.map((set) => entitySet(set, namespace)),
    ...annotated(SERVICE_ANNOTATIONS),
  ]);
  const schema = { Namespace: namespace, xmlns: 'http://docs.oasis-open.org/odata/ns/edm' };
  const root = { Version: '4.0', 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx' };
  const document = element('edmx:Edmx', root, [
    ...VOCABULARIES.map(({ namespace: Namespace, alias }) =>
      element('edmx:Reference', { Uri: `${vocabularyUrl(Namespace)}.xml` }, [
        element('edmx:Include', { Namespace, Alias: alias }),
      ]),
    ),
    element('edmx:DataServices', {}, [element('Schema', schema, [...types, container])]),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${document}\n`;
}

function entityType(set: EntitySet, model: EntityModel): string {
  const key = set.key.map((Name) => element('PropertyRef', { Name }));
  return element('EntityType', { Name: set.type }, [
    element('Key', {}, key),
    ...set.columns.map((column) => property(column, set.key.includes(column.property))),
    ...set.navigation.map((each) => navigation(each, targetType(model, each))),
    ...annotated(described(set.description)),
  ]);
}

function property(column: Column, isKey: boolean): string {
  const { type, precision, scale, isNullable } = facetsOf(column);
  const attributes = {
    Name: column.property,
    Type: type,
    // Keys have values always (CSDL, section 6.5).
    Nullable: isNullable && !isKey ? null : false,
    Precision: precision,
    Scale: scale,
  };
  return element('Property', attributes, annotated(described(column.description)));
}

function navigation({ name, isCollection, isNullable, description }: Navigation, type: string): string {
  const attributes = {
    Name: name,
    Type: isCollection ? `Collection(${type})` : type,
    // A collection is never null, and may not say so (CSDL, section 8.3).
    Nullable: isCollection || isNullable ? null : false,
  };
  return element('NavigationProperty', attributes, annotated(described(description)));
}

function entitySet(set: EntitySet, namespace: string): string {
  return element('EntitySet', { Name: set.name, EntityType: `${namespace}.${set.type}` }, [
    ...set.navigation.map(({ name, target }) => element('NavigationPropertyBinding', { Path: name, Target: target })),
    ...annotated(setAnnotations(set)),
  ]);
}

function annotated(annotations: Annotations): readonly string[] {
  return Object.entries(annotations).map(([Term, value]) => valued('Annotation', { Term }, value));
}

/** An element with a value: a constant is an attribute of it, all else stands within it (CSDL XML, section 14.3). */
function valued(name: string, attributes: Attributes, value: AnnotationValue): string {
  if (typeof value === 'string') return element(name, { ...attributes, String: value });
  if (typeof value === 'boolean') return element(name, { ...attributes, Bool: value });
  if (typeof value === 'number') return element(name, { ...attributes, Int: value });
  if ('member' in value)
    return element(name, {
      ...attributes,
      EnumMember: value.member.members.map((each) => `${value.member.enumeration}/${each}`).join(' '),
    });
  if ('list' in value) {
    const strings = value.list.map((item) => `<String>${escaped(item)}</String>`);
    return element(name, attributes, [element('Collection', {}, strings)]);
  }
  const properties = Object.entries(value.record).map(([Property, each]) =>
    valued('PropertyValue', { Property }, each),
  );
  return element(name, attributes, [element('Record', {}, properties)]);
}

function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const written = Object.entries(attributes).filter(([, value]) => value !== null);
  const start = `<${name}${written.map(([key, value]) => ` ${key}="${escaped(String(value))}"`).join('')}`;
  return children.length === 0 ? `${start}/>` : `${start}>\n${children.join('\n')}\n</${name}>`;
}

function escaped(text: string): string {
  return text.toWellFormed().replace(SPECIAL, (character) => ESCAPES[character] ?? '');
}
