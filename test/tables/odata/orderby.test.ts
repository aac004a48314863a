import { describe, expect, it } from 'vitest';
import type { Cell, ColumnType } from '../../../src/tables/column.ts';
import { orderByOf } from '../../../src/tables/odata/orderby.ts';
import { column } from './example.ts';

function sorted(type: ColumnType, cells: readonly Cell[], direction = ''): readonly Cell[] {
  const { compare } = orderByOf(`x ${direction}`.trim(), [column('x', type)]);
  return cells
    .map((cell) => [cell])
    .sort(compare)
    .map(([cell]) => cell ?? null);
}

describe('an order', () => {
  it.each<[ColumnType, readonly Cell[], readonly Cell[]]>([
    ['text', ['b', null, 'B', '😀', '\uff61', ''], [null, '', 'B', 'b', '\uff61', '😀']],
    ['integer', [10, 9, null, -1], [null, -1, 9, 10]],
    [
      'decimal',
      ['10.00', '9.5', '-0.01', '12345678901234567890.02', '12345678901234567890.01'],
      ['-0.01', '9.5', '10.00', '12345678901234567890.01', '12345678901234567890.02'],
    ],
    [
      'timestamp',
      ['2026-01-01T00:00:00Z', '2026-01-01T00:30:00+01:00', '2025-12-31T23:15:00.000Z'],
      ['2025-12-31T23:15:00.000Z', '2026-01-01T00:30:00+01:00', '2026-01-01T00:00:00Z'],
    ],
    ['boolean', [true, null, false], [null, false, true]],
    ['date', ['2026-01-02', '2025-12-31'], ['2025-12-31', '2026-01-02']],
  ])('of %s has null first, and last where it is descending', (type, cells, expected) => {
    expect(sorted(type, cells)).toEqual(expected);
    expect(sorted(type, cells, 'asc')).toEqual(expected);
    expect(sorted(type, cells, 'desc')).toEqual([...expected].reverse());
  });

  it('takes the second property where the first is the same', () => {
    const { terms, compare } = orderByOf('a desc , b', [column('b', 'integer'), column('a', 'decimal')]);
    expect(terms).toEqual([
      { property: 'a', isDescending: true },
      { property: 'b', isDescending: false },
    ]);
    const rows: Cell[][] = [
      [2, '1.0'],
      [1, '1.00'],
      [3, '7'],
    ];
    expect(rows.sort(compare).map(([b]) => b)).toEqual([3, 1, 2]);
  });
});
