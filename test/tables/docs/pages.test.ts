import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { readDataset } from '../../../src/tables/dataset/dataset.ts';
import { TOOLS } from '../../../src/tables/page/tools.ts';

const FOLDER = join(import.meta.dirname, '../../../docs/tables');
const PAGES = readdirSync(FOLDER).filter((name) => name.endsWith('.md'));
const textOf = (path: string): string => readFileSync(path, 'utf8');

/** Headings of a document as GitHub makes anchors of them. */
function anchors(path: string): string[] {
  return [...textOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(PAGES)('%s leads to files and headings that are there', (page) => {
  const links = [...textOf(join(FOLDER, page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  for (const link of links.filter((target) => !target.startsWith('https://'))) {
    const [file = '', anchor] = link.split('#');
    const path = file === '' ? join(FOLDER, page) : resolve(dirname(join(FOLDER, page)), file);
    expect(existsSync(path), link).toBe(true);
    if (anchor !== undefined) expect(anchors(path), link).toContain(anchor);
  }
});

test('each tool of the page has a document, whose last section says what was tried', () => {
  const documents = TOOLS.map(({ anchor }) => `${anchor}.md`);
  expect(PAGES.toSorted()).toEqual(['README.md', 'odata.md', ...documents].toSorted());
  for (const document of documents) {
    const sections = [...textOf(join(FOLDER, document)).matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(sections.at(-1), document).toBe('What was tried');
    expect(textOf(join(FOLDER, 'README.md')), document).toContain(`](${document})`);
  }
});

test('what is said to be run by tests names tests that are there', () => {
  const named = PAGES.flatMap((page) =>
    [...textOf(join(FOLDER, page)).matchAll(/`(test\/[\w/.-]+)`/g)].map(([, path = '']) => path),
  );
  expect(named.length).toBeGreaterThan(3);
  for (const path of named) {
    const full = join(FOLDER, '../..', path);
    expect(existsSync(full) || existsSync(`${full}.test.ts`), path).toBe(true);
  }
});

test('the table that is written out as an example is one', () => {
  const schema = buildSchema(textOf(join(FOLDER, '../../schema/schema.graphql')));
  const [, example = ''] = /^```graphql\n(.*?)^```/ms.exec(textOf(join(FOLDER, 'README.md'))) ?? [];
  const { table, parameters } = readDataset(schema, 'pensions', example);
  expect(table.columns.map(({ name }) => name)).toEqual([
    'client_id',
    'client_display_name',
    'id',
    'name',
    'current_value_pence',
    'current_value',
    'current_value_currency',
  ]);
  expect(parameters.map(({ name }) => name)).toEqual(['adviserIds']);
});

test('every table that is shipped stands in the overview', () => {
  const shipped = readdirSync(join(FOLDER, '../../src/tables/datasets')).map((file) => file.replace(/\.graphql$/, ''));
  for (const name of shipped) expect(textOf(join(FOLDER, 'README.md'))).toContain(`\`${name}\``);
});
