import { type GraphQLObjectType, type GraphQLSchema, getNullableType, isListType } from 'graphql';
import type { Dataset } from '../../dataset/dataset.ts';
import { isConnection } from '../../graph/shape.ts';
import type { GraphColumn } from '../../graph/table.ts';
import { type Lacking, lackingFor } from '../../request.ts';
import type { EntityModel, EntitySet, Navigation } from '../model.ts';
import { type LinkDefinition, SETS, type SetDefinition } from './definitions.ts';
import { type View, viewByIds, viewThrough, wholeView } from './view.ts';

/** A link, and where the graph has what it leads to. */
export interface Link extends LinkDefinition {
  /** `own`: the list of the target's own dataset; `parent`: what the entity belongs to; else what the field returns. */
  readonly kind: 'own' | 'parent' | 'page' | 'list' | 'thing';
  readonly isNullable: boolean;
  readonly description: string;
  /** For a link to many: the target's entities that things of this set are linked to. */
  readonly view: View | null;
}

/** An entity set, and how the graph holds it. */
export interface SetSource {
  readonly definition: SetDefinition;
  readonly dataset: Dataset;
  readonly whole: View;
  readonly byIds: View;
  readonly links: ReadonlyMap<string, Link>;
}

/** The sources of all entity sets, by their names. @throws TypeError where a definition does not fit the datasets */
export function setSources(schema: GraphQLSchema, datasets: readonly Dataset[]): ReadonlyMap<string, SetSource> {
  const named = new Map(datasets.map((dataset) => [dataset.name, dataset]));
  const datasetOf = (name: string): Dataset => {
    const dataset = named.get(name);
    if (dataset === undefined || dataset.key.length === 0) throw new TypeError(`no dataset \`${name}\` with a key`);
    return dataset;
  };
  const found = new Map<string, SetSource>();
  for (const definition of SETS) {
    const dataset = datasetOf(definition.dataset);
    const links = definition.links.map((link) => {
      const target = SETS.find(({ name }) => name === link.target);
      if (target === undefined) throw new TypeError(`no entity set \`${link.target}\``);
      return linkOf(schema, dataset, datasetOf(target.dataset), link);
    });
    found.set(definition.name, {
      definition,
      dataset,
      whole: wholeView(dataset),
      byIds: viewByIds(schema, dataset),
      links: new Map(links.map((link) => [link.name, link])),
    });
  }
  return found;
}

function linkOf(schema: GraphQLSchema, dataset: Dataset, target: Dataset, link: LinkDefinition): Link {
  const type = typeOf(dataset);
  if (link.field === null)
    return {
      ...link,
      kind: 'parent',
      isNullable: false,
      description: `The ${typeOf(target).name} that it belongs to.`,
      view: null,
    };
  const field = type.getFields()[link.field];
  if (field === undefined) throw new TypeError(`no field \`${type.name}.${link.field}\``);
  const description = (field.description ?? '').replace(/\s+/g, ' ').trim();
  const isNullable = getNullableType(field.type) === field.type;
  if (target.table.levels.length > 1)
    return { ...link, kind: 'own', isNullable, description, view: viewByIds(schema, target) };
  const isPage = isConnection(field.type);
  const kind = isPage ? 'page' : isListType(getNullableType(field.type)) ? 'list' : 'thing';
  const through = { type: type.name, field: link.field, isConnection: isPage };
  return {
    ...link,
    kind,
    isNullable,
    description,
    view: kind === 'thing' ? null : viewThrough(schema, target, through),
  };
}

/** What the rows of a dataset are. */
export function typeOf({ table }: Dataset): GraphQLObjectType {
  const last = table.levels.at(-1);
  if (last === undefined) throw new TypeError('an entity set needs a dataset with a list');
  return last.list.type;
}

/** The service as one caller sees it: what the caller lacks a scope for is not there. */
export function modelFor(sources: ReadonlyMap<string, SetSource>, lacking: Lacking): EntityModel {
  const visible = [...sources.values()].filter(({ dataset }) => lackingFor(dataset.table, lacking).length === 0);
  const names = new Set(visible.map(({ definition }) => definition.name));
  const sets = visible.map(({ definition, dataset, links }): EntitySet => {
    const { name, type, searched } = definition;
    const columns = dataset.table.columns.filter((column) => lackingFor(dataset.table, lacking, column).length === 0);
    return {
      name,
      type,
      description: dataset.description,
      key: dataset.key.map((key) => propertyOf(dataset.table.columns, key)),
      columns,
      navigation: [...links.values()]
        .filter((link) => names.has(link.target) && mayFollow(dataset, link, lacking))
        .map(navigationOf),
      isSearchable: searched !== undefined,
    };
  });
  return { namespace: 'Wealthgraph', sets };
}

function mayFollow(dataset: Dataset, { field }: Link, lacking: Lacking): boolean {
  return field === null || lacking(`${typeOf(dataset).name}.${field}`).length === 0;
}

function navigationOf({ name, target, kind, isNullable, description }: Link): Navigation {
  const isCollection = kind === 'own' || kind === 'page' || kind === 'list';
  return { name, target, isCollection, isNullable: !isCollection && isNullable, description };
}

function propertyOf(columns: readonly GraphColumn[], name: string): string {
  const column = columns.find((one) => one.name === name);
  if (column === undefined) throw new TypeError(`no column \`${name}\``);
  return column.property;
}
