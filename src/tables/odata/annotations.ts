import { FUNCTIONS } from './filter/functions.ts';
import type { EntitySet } from './model.ts';
import { EXPAND_LEVELS } from './options.ts';

/** A member of an enumeration of a vocabulary, or several where it is made of flags. */
interface Member {
  /** With its namespace. */
  readonly enumeration: string;
  readonly members: readonly string[];
}

/** What an annotation says: a constant, a member, a list, or a record by the names of its properties. */
export type AnnotationValue =
  | string
  | boolean
  | number
  | { readonly member: Member }
  | { readonly list: readonly string[] }
  | { readonly record: Readonly<Record<string, AnnotationValue>> };

/** What annotations say, by their terms with the vocabulary's alias. */
export type Annotations = Readonly<Record<string, AnnotationValue>>;

/** The vocabularies that terms are of (OData Vocabularies 4.0). */
export const VOCABULARIES: readonly { readonly namespace: string; readonly alias: string }[] = [
  { namespace: 'Org.OData.Core.V1', alias: 'Core' },
  { namespace: 'Org.OData.Capabilities.V1', alias: 'Capabilities' },
];

const OPERATORS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'in', 'and', 'or', 'not'];
const ARITHMETIC = ['add', 'sub', 'mul', 'div', 'divby', 'mod'];

/** Where the XML of a vocabulary is. */
export function vocabularyUrl(namespace: string): string {
  return `https://oasis-tcs.github.io/odata-vocabularies/vocabularies/${namespace}`;
}

/** The annotation that says what something is; none where there is nothing to say. */
export function described(description: string): Annotations {
  return description === '' ? {} : { 'Core.Description': description };
}

/** What the service as a whole does and does not. */
export const SERVICE_ANNOTATIONS: Annotations = {
  'Core.ODataVersions': '4.0',
  'Capabilities.ConformanceLevel': member('ConformanceLevelType', 'Minimal'),
  'Capabilities.SupportedFormats': {
    list: ['application/json;odata.metadata=minimal;IEEE754Compatible=true', 'application/json;odata.metadata=none'],
  },
  'Capabilities.SupportedMetadataFormats': { list: ['application/xml', 'application/json'] },
  'Capabilities.AsynchronousRequestsSupported': false,
  'Capabilities.BatchSupported': false,
  'Capabilities.BatchSupport': { record: { Supported: false } },
  'Capabilities.CrossJoinSupported': false,
  'Capabilities.KeyAsSegmentSupported': false,
  'Capabilities.FilterFunctions': { list: [...OPERATORS, ...ARITHMETIC, ...Object.keys(FUNCTIONS)] },
};

/** What can be done with an entity set. */
export function setAnnotations({ description, isSearchable = false }: EntitySet): Annotations {
  return {
    ...described(description),
    'Capabilities.TopSupported': true,
    'Capabilities.SkipSupported': true,
    'Capabilities.IndexableByKey': true,
    'Capabilities.CountRestrictions': { record: { Countable: true } },
    'Capabilities.NavigationRestrictions': { record: { Navigability: member('NavigationType', 'Single') } },
    'Capabilities.FilterRestrictions': { record: { Filterable: true, RequiresFilter: false, MaxLevels: 0 } },
    'Capabilities.SortRestrictions': { record: { Sortable: true } },
    'Capabilities.ExpandRestrictions': { record: { Expandable: true, MaxLevels: EXPAND_LEVELS } },
    'Capabilities.SearchRestrictions': {
      record: {
        Searchable: isSearchable,
        ...(isSearchable && { UnsupportedExpressions: member('SearchExpressions', 'OR', 'NOT', 'group') }),
      },
    },
    'Capabilities.InsertRestrictions': { record: { Insertable: false } },
    'Capabilities.UpdateRestrictions': { record: { Updatable: false } },
    'Capabilities.DeleteRestrictions': { record: { Deletable: false } },
    'Capabilities.ChangeTracking': { record: { Supported: false } },
  };
}

function member(type: string, ...members: readonly string[]): AnnotationValue {
  return { member: { enumeration: `Org.OData.Capabilities.V1.${type}`, members } };
}
