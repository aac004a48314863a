import { describe, expect, test } from 'vitest';
import { readHeader } from '../../../src/tables/dataset/header.ts';

const HEAD = '# title: Plans\n# rows: plans.nodes\n';

describe('the first lines', () => {
  test('say what there is to say', () => {
    const text =
      '# title: Plans: all of them\n# description: One row a plan,\n#   in two lines.\n#\n# rows: plans. nodes\n#key:id ,  position\n# numbered: yes\n# counted: yes\nquery { x }\n# key: other';
    expect(readHeader(text)).toEqual({
      title: 'Plans: all of them',
      description: 'One row a plan, in two lines.',
      rows: ['plans', 'nodes'],
      key: ['id', 'position'],
      isNumbered: true,
      isCounted: true,
    });
  });

  test('say little where little is to be said, whatever ends lines', () => {
    const plain = {
      title: 'Plans',
      description: '',
      rows: ['plans', 'nodes'],
      key: [],
      isNumbered: false,
      isCounted: false,
    };
    expect(readHeader(HEAD)).toEqual(plain);
    expect(readHeader(HEAD.replaceAll('\n', '\r\n'))).toEqual(plain);
    for (const before of ['\uFEFF', '\n', '\r\n \t\r\n', '\uFEFF\n']) expect(readHeader(before + HEAD)).toEqual(plain);
    expect(readHeader(`${HEAD}# numbered: no\n# counted: no\n`)).toEqual(plain);
  });

  test.each([
    [
      '# titel: Plans\n# rows: plans.nodes',
      '"titel" is nothing that a dataset says: choose from title, description, rows, key, numbered, counted',
    ],
    ['# title: Plans', 'say in the first lines which list makes the rows: `# rows: plans.nodes`'],
    ['# title: Plans\n# rows:', 'say in the first lines which list makes the rows: `# rows: plans.nodes`'],
    ['# rows: plans.nodes', 'give it a title in the first lines: `# title: Plans`'],
    ['', 'say in the first lines which list makes the rows: `# rows: plans.nodes`'],
    [
      `# title: Plans\n\n# rows: plans.nodes`,
      'say in the first lines which list makes the rows: `# rows: plans.nodes`',
    ],
  ])('are refused where they say something else: %j', (text, message) => {
    expect(() => readHeader(text)).toThrow(new TypeError(message));
  });
});
