import type { Catalogue, CatalogueEntry } from '../catalogue.ts';
import type { Column } from '../column.ts';
import { fileLink } from '../links.ts';
import { html, type Markup, prose } from './markup.ts';

const COUNT = new Intl.NumberFormat('en-GB');

/** The part of the page that a table has. */
export function tableAnchor({ name }: CatalogueEntry): string {
  return `table-${encodeURIComponent(name)}`;
}

/** How many rows it has: `5,000`; nothing where they were not counted. */
export function counted({ rows }: CatalogueEntry): string {
  return rows === null ? '' : COUNT.format(rows);
}

/** A table: what it holds, its files, columns and filters. */
export function tableSection({ publicUrl, formats }: Catalogue, table: CatalogueEntry): Markup {
  const anchor = tableAnchor(table);
  return html`<article class="table" aria-labelledby="${anchor}">
    <h3 id="${anchor}"><a href="#${anchor}">${table.title}</a> <code>${table.name}</code></h3>
    <p>${prose(table.description)}</p>
    <ul class="files" aria-label="Files of ${table.title}">
      ${formats.map(
        ({ extension }) =>
          html`<li><a href="${fileLink(publicUrl, table.name, extension)}">${nameOf(extension)}</a></li>`,
      )}
      <li><a href="${fileLink(publicUrl, table.name, 'odc')}" download>Excel connection</a></li>
      ${table.rows === null ? null : html`<li class="count">${plural(table.rows, 'row')}</li>`}
    </ul>
    ${withheldNote(table)}
    <details>
      <summary>${plural(table.columns.length, 'column')}</summary>
      ${columnsOf(table)}
    </details>
    ${filtersOf(publicUrl, table)}
  </article>`;
}

/** Formats by the name that people know. */
const FORMAT_NAMES: Record<string, string> = { parquet: 'Parquet' };

function nameOf(extension: string): string {
  return FORMAT_NAMES[extension] ?? extension.toUpperCase();
}

function withheldNote({ withheld }: CatalogueEntry): Markup | null {
  if (withheld.length === 0) return null;
  const items = withheld.map(
    ({ name, scopes }) =>
      html`<li><code>${name}</code> needs ${scopes.map((scope) => html`<code>${scope}</code> `)}</li>`,
  );
  return html`<div class="note"><p>Left out, since you lack a scope:</p><ul>${items}</ul></div>`;
}

function columnsOf({ title, columns }: CatalogueEntry): Markup {
  return html`<table>
    <caption>Columns of ${title}</caption>
    <thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">What it is</th></tr></thead>
    <tbody>${columns.map(
      (column) => html`<tr>
        <th scope="row"><code>${column.name}</code></th>
        <td>${typeOf(column)}</td>
        <td>${prose(column.description)}</td>
      </tr>`,
    )}</tbody>
  </table>`;
}

function typeOf({ type, isNullable }: Column): string {
  return isNullable ? `${type}, or empty` : type;
}

function filtersOf(publicUrl: string, { name, title, columns, parameters }: CatalogueEntry): Markup {
  const own = parameters.map(({ name: parameter, type, description, isList }) => ({
    name: parameter,
    type: isList ? `${plain(type)}, one or more` : plain(type),
    description,
  }));
  const some = columns.slice(0, 2).map((column) => encodeURIComponent(column.name));
  return html`<details>
    <summary>Filters</summary>
    <table>
      <caption>Filters of ${title}, to be added to an address</caption>
      <thead><tr><th scope="col">Parameter</th><th scope="col">Type</th><th scope="col">What it does</th></tr></thead>
      <tbody>${own.map(
        (filter) => html`<tr>
        <th scope="row"><code>${filter.name}</code></th>
        <td>${prose(filter.type)}</td>
        <td>${prose(filter.description)}</td>
      </tr>`,
      )}
      <tr><th scope="row">any column</th><td>a value</td><td>Only rows with this value; given several times, with any of them.</td></tr>
      </tbody>
    </table>
    <p><code class="address">${fileLink(publicUrl, name, 'csv')}?columns=${some.join(',')}</code></p>
  </details>`;
}

/** A type without what the schema says of lists and null around it: `PlanType` of `[PlanType!]`. */
function plain(type: string): string {
  return type.replace(/^\[+|[!\]]+$/g, '');
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${COUNT.format(count)} ${noun}s`;
}
