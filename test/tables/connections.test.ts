import fc from 'fast-check';
import { expect, test } from 'vitest';
import { odc, pbids } from '../../src/tables/connections.ts';
import { type Element, elements, parse, textOf } from './page/parse.ts';
import { catalogue, column, PLANS } from './page/sample.ts';

/** Text of the one element of a name. */
function only(root: Element, name: string): string {
  const found = elements(root, name);
  expect(found).toHaveLength(1);
  return textOf(found[0] as Element);
}

/** The query within an Office Data Connection. */
const queryOf = (text: string): Element => parse(only(parse(text), 'odc:PowerQueryMashupData'));

test('Power BI is led to the feed, without credentials', () => {
  const file = pbids(catalogue());
  expect(file.name).toBe('wealthgraph.pbids');
  expect(JSON.parse(file.text)).toEqual({
    version: '0.1',
    connections: [{ details: { protocol: 'odata', address: { url: 'https://graph.example/wealth/odata/v4/' } } }],
  });
});

test('Excel is led to the feed', () => {
  const file = odc(catalogue());
  expect(file).toMatchObject({ name: 'wealthgraph.odc', mediaType: 'text/x-ms-odc; charset=utf-8' });
  const query = queryOf(file.text);
  expect(only(query, 'Formula')).toContain('OData.Feed("https://graph.example/wealth/odata/v4/", null,');
  expect(elements(query, 'Query').map(({ attributes }) => attributes.Name)).toEqual(['wealthgraph']);
});

test('Excel is led to a table, with the type of each column that the caller has', () => {
  const plans = only(queryOf(odc(catalogue(), 'plans').text), 'Formula');
  expect(plans).toContain('Web.Contents("https://graph.example/wealth/tables/plans.csv")');
  expect(plans).toContain(
    '{{"id", type text}, {"name", type text}, {"current_value_pence", Int64.Type}, {"current_value", Currency.Type}, ' +
      '{"risk_level", Int64.Type}, {"is_joint", type logical}, {"growth", type number}, {"rate", type number}}',
  );
  const clients = only(queryOf(odc(catalogue(), 'clients').text), 'Formula');
  expect(clients).toContain('{"updated_at", type datetimezone}');
  expect(clients).not.toContain('date_of_birth');
});

test('there is no connection file for a table that is not there', () => {
  expect(() => odc(catalogue(), 'cars')).toThrow(RangeError);
});

test('no name or description breaks out of a connection file', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
    fc.constantFrom(']]>', '</Formula>', '"; Location="x', '#(lf)', 'a"b', '&quot;', ']; drop'),
  );
  fc.assert(
    fc.property(hostile, hostile, (name, description) => {
      const table = { ...PLANS, name, description, columns: [column(name, 'text', description)] };
      const root = parse(odc(catalogue({ tables: [table] }), name).text);
      const query = parse(only(root, 'odc:PowerQueryMashupData'));
      const shown = (text: string): string => text.replace(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
      expect(elements(query, 'Query').map(({ attributes }) => attributes.Name)).toEqual([shown(shown(name))]);
      expect(only(root, 'o:Description')).toBe(shown(description));
      // Of the formula's texts, the last but one is the column's name: reading it back gives the name.
      const texts = [...only(query, 'Formula').matchAll(/"((?:[^"]|"")*)"/g)].map(([, text]) => text ?? '');
      expect(fromM(texts.at(-2) ?? '')).toBe(shown(name));
    }),
    { seed: 20_261_121, numRuns: 150 },
  );
});

const M_ESCAPES: Record<string, string> = { '""': '"', '#(#)': '#', '#(lf)': '\n', '#(cr)': '\r' };

/** What a text literal of M stands for. */
function fromM(literal: string): string {
  return literal.replace(/""|#\((?:#|lf|cr)\)/g, (written) => M_ESCAPES[written] ?? written);
}
