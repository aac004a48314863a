import type { Catalogue, CatalogueEntry } from '../catalogue.ts';
import { connectionLink, feedLink, fileLink, pageLink } from '../links.ts';
import { TOOLS } from './tools.ts';

/**
 * The catalogue for programs, ready to be written as JSON. Addresses are absolute. `rows` is null where it is not known. Columns that
 * the caller lacks a scope for stand in `withheld`, with the scopes that would give them.
 */
export function catalogueJson(catalogue: Catalogue) {
  const { publicUrl, version, needsKey, refused } = catalogue;
  return {
    version,
    url: pageLink(publicUrl),
    authentication: { isRequired: needsKey, schemes: ['X-API-Key', 'Bearer', 'Basic'] },
    odata: { service: feedLink(publicUrl), metadata: `${feedLink(publicUrl)}$metadata` },
    connectionFiles: { pbids: connectionLink(publicUrl, 'pbids'), odc: connectionLink(publicUrl, 'odc') },
    howTo: Object.fromEntries(TOOLS.map(({ anchor }) => [anchor, pageLink(publicUrl, anchor)])),
    ...(refused === undefined ? {} : { refused }),
    tables: catalogue.tables.map((table) => tableJson(catalogue, table)),
  };
}

function tableJson({ publicUrl, formats }: Catalogue, table: CatalogueEntry) {
  return {
    name: table.name,
    title: table.title,
    description: table.description,
    rows: table.rows,
    columns: table.columns.map(({ name, property, type, scale, isNullable, description }) => ({
      name,
      property,
      type,
      ...(scale === null ? {} : { scale }),
      nullable: isNullable,
      description,
    })),
    withheld: table.withheld,
    parameters: table.parameters,
    files: formats.map(({ extension, mediaType }) => ({
      format: extension,
      mediaType,
      href: fileLink(publicUrl, table.name, extension),
    })),
    connectionFiles: { odc: fileLink(publicUrl, table.name, 'odc') },
  };
}
