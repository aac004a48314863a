import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CatalogueEntry } from '../../../src/tables/catalogue.ts';
import { catalogueHtml } from '../../../src/tables/page/html.ts';
import { contentSecurityPolicy } from '../../../src/tables/page/style.ts';
import { type Element, elements, HTML_VOID, parse, textOf } from './parse.ts';
import { CLIENTS, catalogue, column, PLANS } from './sample.ts';

const page = (...parameters: Parameters<typeof catalogue>): Element =>
  parse(catalogueHtml(catalogue(...parameters)), HTML_VOID);

const hrefs = (root: Element): string[] => elements(root).flatMap(({ attributes: { href } }) => href ?? []);

test('every link is an address of this gateway with its path, a place of the page, or the icon', () => {
  const links = hrefs(page());
  expect(links.length).toBeGreaterThan(20);
  for (const link of links) expect(link).toMatch(/^(#|data:image\/svg\+xml,|https:\/\/graph\.example\/wealth\/tables)/);
  for (const extension of ['csv', 'ndjson', 'json', 'parquet', 'odc']) {
    expect(links).toContain(`https://graph.example/wealth/tables/plans.${extension}`);
  }
  expect(links).toContain('https://graph.example/wealth/tables/wealthgraph.pbids');
  expect(links).toContain('https://graph.example/wealth/tables/wealthgraph.odc');
});

test('each place that the page links to is there once', () => {
  const root = page();
  const ids = elements(root).flatMap(({ attributes: { id } }) => id ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  for (const link of hrefs(root).filter((href) => href.startsWith('#'))) expect(ids).toContain(link.slice(1));
  for (const { attributes } of elements(root)) {
    const name = attributes['aria-labelledby'];
    if (name !== undefined) expect(ids).toContain(name);
  }
});

test('columns, filters, rows and what is withheld are told', () => {
  const text = textOf(page());
  for (const { name, description } of [...CLIENTS.columns, ...CLIENTS.parameters]) {
    expect(text).toContain(name);
    expect(text).toContain(description.replaceAll('`', ''));
  }
  expect(text).toContain('5,000 rows');
  expect(text).toContain('date_of_birth needs personal:read');
  expect(text).toContain('https://graph.example/wealth/odata/v4/');
});

test('each filter of a table is told once', () => {
  const [clients = [], plans = []] = elements(page(), 'article').map((article) =>
    elements(elements(article, 'tbody')[1] ?? article, 'th').map((cell) => textOf(cell)),
  );
  const [one, other] = catalogue().tables.map(({ parameters }) => parameters.map(({ name }) => name));
  expect(clients).toEqual([...(one ?? []), 'any column']);
  expect(clients.length).toBeGreaterThan(2);
  expect(plans).toEqual([...(other ?? []), 'any column']);
  expect(elements(page(), 'td').map((cell) => textOf(cell))).toContain('ID, one or more');
});

test('in the sandbox nobody is told to send a key', () => {
  expect(textOf(page())).toContain('X-API-Key');
  const sandbox = textOf(page({ needsKey: false }));
  expect(sandbox).not.toContain('X-API-Key');
  expect(sandbox).not.toContain('password');
  expect(sandbox).toContain('Anonymous');
});

test('a caller without tables is told why, or that there are none', () => {
  expect(textOf(page({ tables: [], refused: 'Your key lacks tables:read.' }))).toContain('Your key lacks tables:read.');
  expect(textOf(page({ tables: [] }))).toContain('There are no tables here.');
});

test('no name, description or scope can bring markup into the page', () => {
  const known = shape(page());
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '</style><script>alert(1)</script>',
      '" onload="alert(1)',
      "' x='",
      '<!--',
      '&lt;',
      '`<b>`',
      ']]>',
      '</html>',
    ),
  );
  const entry: fc.Arbitrary<CatalogueEntry> = fc
    .tuple(hostile, hostile, hostile, hostile)
    .map(([name, title, description, scope]) => ({
      ...PLANS,
      name: name.toWellFormed(),
      title,
      description,
      columns: [column(title, 'text', description)],
      parameters: [{ name: title, type: scope, description, isList: true }],
      withheld: [{ name: title, scopes: [scope] }],
    }));
  fc.assert(
    fc.property(entry, hostile, (table, refused) => {
      const root = page({ tables: [table, CLIENTS], refused });
      expect(shape(root)).toEqual(known);
      const shown = (text: string): string => text.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}]/gu, '\uFFFD');
      expect(elements(root, 'h3').map((heading) => textOf(heading))).toContain(
        `${shown(table.title)} ${shown(table.name)}`,
      );
      expect(elements(root, 'p').map((paragraph) => textOf(paragraph))).toContain(shown(refused));
    }),
    { seed: 20_261_121, numRuns: 80 },
  );
});

/** The kinds of elements that a page has, each with the attributes that any of them has. */
function shape(root: Element): string[] {
  const optional = new Set(['role', 'class']);
  return [
    ...new Set(
      elements(root).flatMap(({ name, attributes }) => [
        name,
        ...Object.keys(attributes)
          .filter((attribute) => !optional.has(attribute))
          .map((attribute) => `${name}.${attribute}`),
      ]),
    ),
  ].sort();
}

test('the policy allows the one style of the page by its hash, and nothing else', () => {
  const root = page();
  const [style] = elements(root, 'style');
  const hash = createHash('sha256')
    .update(textOf(style as Element))
    .digest('base64');
  expect(contentSecurityPolicy()).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(elements(root, 'style')).toHaveLength(1);
  expect(elements(root, 'script')).toEqual([]);
  expect(elements(root).filter(({ attributes }) => 'style' in attributes)).toEqual([]);
  expect(textOf(style as Element)).not.toMatch(/url\(|@import/);
});
