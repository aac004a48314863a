import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDataset } from '../../../src/tables/dataset/dataset.ts';
import { loadDatasets } from '../../../src/tables/dataset/folder.ts';
import { valueOfParameter } from '../../../src/tables/dataset/parameters.ts';
import { schema } from '../graph/library.ts';

const GOOD =
  '# title: Books\n# rows: books.nodes\n# key: id\nquery books($named: String) { books(named: $named) { nodes { id title } } }';
const read = (text: string, name = 'books') => readDataset(schema, name, text);

describe('a dataset', () => {
  test('is a query and what its first lines say', () => {
    const dataset = read(GOOD);
    expect(dataset).toMatchObject({ name: 'books', title: 'Books', key: ['id'] });
    expect(dataset.table.columns.map(({ name }) => name)).toEqual(['id', 'title']);
    expect(dataset.parameters).toEqual([
      {
        name: 'named',
        type: 'String',
        isList: false,
        isRequired: false,
        description: '',
        values: null,
        kind: 'String',
      },
    ]);
  });

  test.each([
    ['Books', GOOD, 'name the file in lower case letters, digits and underscores: `my_plans.graphql`'],
    ['1books', GOOD, 'name the file in lower case'],
    ['books', GOOD.replace('title }', 'name }'), 'Cannot query field "name" on type "Book".'],
    ['books', GOOD.replace('query', 'querry'), 'Syntax Error: Unexpected Name "querry".'],
    ['books', `${GOOD} query other { count }`, 'a dataset is one query: put others into files of their own'],
    ['books', `${GOOD.split('query')[0]}fragment B on Book { id }`, 'Fragment "B" is never used.'],
    [
      'books',
      GOOD.replace('books.nodes', 'books.edges'),
      'its innermost list is `books.nodes`, and its first lines say `books.edges`',
    ],
    [
      'books',
      GOOD.replace('title }', 'editors { name } }'),
      'its innermost list is `books.nodes.editors`, and its first lines say `books.nodes`',
    ],
    [
      'books',
      GOOD.replace('title }', 'editors { name } pages { nodes { text } } }'),
      '`editors` and `pages.nodes` are lists beside each other',
    ],
    ['books', GOOD.replace('key: id', 'key: id, isbn'), 'its key names `isbn`, which is no column of it'],
    ['books', GOOD.replace('title }', 'columns: title }'), '`columns` is a parameter of every table: use an alias'],
    ['books', GOOD.replaceAll('$named', '$incomplete'), '`incomplete` is a parameter of every table: use an alias'],
    ['books', GOOD.replace('title }', 'id: title }'), 'Fields "id" conflict'],
    ...['$title: String!', '$title: String = "A"'].map((variable): [string, string, string] => [
      'books',
      GOOD.replaceAll('$named', '$title').replace('$title: String', variable),
      '`$title` is called as a column is, and so filters it: take its `!` or its default value away, or call it otherwise',
    ]),
    ...['_first', '_after', '_id'].map((name) => [
      'books',
      GOOD.replaceAll('$named', `$${name}`),
      `\`$${name}\` is no variable that a table can have: choose another name`,
    ]),
    ['books', GOOD.replace('nodes {', '_page: nodes {').replace('books.nodes', 'books._page'), '`_page` is no alias'],
    ['books', GOOD.replace('title }', '_: title }'), 'The field `title` would be a column without a name'],
    [
      'books',
      GOOD.replace('$named: String', '$of: BookFilter').replace('named: $named', 'filter: $of'),
      '`$of` is an object (`BookFilter`), which no address can hold: take a variable for each of its fields',
    ],
    ...['Int', '[DateTime!]'].map((type) => [
      'books',
      GOOD.replace('$named: String', `$updatedSince: ${type}`).replace(
        'named: $named',
        type === 'Int' ? 'most: $updatedSince' : 'filter: { soldOn: $updatedSince }',
      ),
      '`updatedSince` is a DateTime in every table: call the variable otherwise',
    ]),
    ...[
      '(named: $named, first: 3)',
      '(named: $named, last: 3)',
      '(named: $named, after: "4")',
      '(named: $named, before: "4")',
    ].map((list) => [
      'books',
      GOOD.replace('# key', '# counted: yes\n# key').replace('(named: $named)', list),
      'only a whole list can be counted',
    ]),
    [
      'books',
      GOOD.replace('# key', '# counted: yes\n# key')
        .replace('$named: String', '$n: Int = 3')
        .replace('named: $named', 'first: $n'),
      'only a whole list can be counted',
    ],
    [
      'books',
      GOOD.replace('($named: String)', '($named: String, $no: Boolean!)').replace('title }', 'title @skip(if: $no) }'),
      'its columns are always the same: take the variable out of @skip',
    ],
  ])('%s that is wrong is refused with why: %s', (name, text, message) => {
    expect(() => read(text, name)).toThrow(new RegExp(message.replace(/[.*+?^${}()[\]\\]/g, '\\$&')));
  });

  test('is counted as it is read where nobody says how many', () => {
    const text = GOOD.replace('# key', '# counted: yes\n# key').replace('$named: String', '$n: Int, $a: String');
    expect(read(text.replace('named: $named', 'first: $n, after: $a')).isCounted).toBe(true);
  });

  test('may not be a mutation or a subscription', () => {
    expect(() => read(GOOD.replace('query', 'subscription'))).toThrow();
  });
});

describe('a folder of datasets', () => {
  let folders: string[];
  beforeAll(async () => {
    folders = await Promise.all([0, 1].map(() => mkdtemp(join(tmpdir(), 'datasets-'))));
  });
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });
  const write = (folder: number, name: string, text: string) => writeFile(join(folders[folder] ?? '', name), text);

  test('gives them in order, those of later folders in place of their namesakes, and every fault at once', async () => {
    await write(0, 'books.graphql', GOOD);
    await write(0, 'all.graphql', GOOD);
    await write(0, 'notes.txt', 'nothing');
    await write(1, 'books.graphql', GOOD.replace('Books', 'Mine'));
    const loaded = (await loadDatasets(schema, folders[0] ?? '', folders[1])).offered;
    expect(loaded.map(({ name, title }) => [name, title])).toEqual([
      ['all', 'Books'],
      ['books', 'Mine'],
    ]);
    await write(1, 'wrong.graphql', GOOD.replace('title }', 'name }'));
    await write(1, 'worse.graphql', 'nothing');
    await expect(loadDatasets(schema, folders[0] ?? '', folders[1])).rejects.toThrow(
      new RegExp(
        `^datasets that are not right: ${folders[1]}/worse\\.graphql: say in the first lines .*; ${folders[1]}/wrong\\.graphql: Cannot query field "name" on type "Book"\\.$`,
      ),
    );
  });

  test('takes a file as editors write it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'datasets-'));
    folders.push(folder);
    await writeFile(join(folder, 'marked.graphql'), `\uFEFF${GOOD}`);
    await writeFile(join(folder, 'spaced.graphql'), `\r\n${GOOD.replaceAll('\n', '\r\n')}`);
    const { offered } = await loadDatasets(schema, folder);
    expect(offered.map(({ name, title, key }) => [name, title, key])).toEqual([
      ['marked', 'Books', ['id']],
      ['spaced', 'Books', ['id']],
    ]);
  });

  test('says of what is no file that can be read why it is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'datasets-'));
    folders.push(folder);
    await mkdir(join(folder, 'folder.graphql'));
    await symlink(join(folder, 'nothing'), join(folder, 'link.graphql'));
    await symlink(join(folder, 'loop.graphql'), join(folder, 'loop.graphql'));
    await expect(loadDatasets(schema, folder)).rejects.toThrow(
      new TypeError(
        `datasets that are not right: ${folder}/folder.graphql: this is a folder, and a dataset is a file; ${folder}/link.graphql: this is a link to a file that is not there; ${folder}/loop.graphql: it can't be read (ELOOP)`,
      ),
    );
  });

  test('that is not there is said to be', async () => {
    await expect(loadDatasets(schema, '/nowhere')).rejects.toThrow("DATASETS_DIR: the folder /nowhere can't be read.");
  });
});

describe('parameters', () => {
  const parameters = new Map(
    read(
      '# title: Books\n# rows: books.nodes\nquery b($named: String, $tags: [String!]!, $most: Int, $since: DateTime, $first: Int! = 3) { books(named: $named, tags: $tags, most: $most, since: $since, first: $first) { nodes { id } } }',
    ).parameters.map((parameter) => [parameter.name, parameter]),
  );
  const value = (name: string, ...words: string[]) => {
    const parameter = parameters.get(name);
    if (parameter === undefined) throw new Error(name);
    return valueOfParameter(parameter, words);
  };

  test('have the types of the variables', () => {
    expect(
      [...parameters.values()].map(({ name, type, isList, isRequired }) => [name, type, isList, isRequired]),
    ).toEqual([
      ['named', 'String', false, false],
      ['tags', '[String!]!', true, true],
      ['most', 'Int', false, false],
      ['since', 'DateTime', false, false],
      ['first', 'Int!', false, false],
    ]);
  });

  test.each([
    ['named', ['a,b'], 'a,b'],
    ['named', [''], ''],
    ['tags', ['a, b', 'c'], ['a', 'b', 'c']],
    ['most', ['12'], 12],
    ['since', ['2026-01-31'], '2026-01-31T00:00:00.000Z'],
    ['since', ['2026-01-31T02:00:00+01:00'], '2026-01-31T01:00:00.000Z'],
  ])('%s of %j is %j', (name, words, expected) => {
    expect(value(name, ...words)).toEqual(expected);
  });

  test.each([
    ['named', ['a', 'b'], 'Give `named` once.'],
    ['most', ['1.5'], '`most` is a whole number.'],
    ['most', [''], '`most` is a whole number.'],
    ['most', ['3000000000'], '`most` is a whole number of 32 bits.'],
    ['since', ['now'], '`since` is a moment such as 2026-01-31T00:00:00Z.'],
    ['since', ['2026-02-30T00:00:00Z'], '`since` is a moment such as 2026-01-31T00:00:00Z.'],
  ])('%s of %j is refused', (name, words, message) => {
    expect(() => value(name, ...words)).toThrow(message);
  });
});
