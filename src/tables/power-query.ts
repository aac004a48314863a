import type { Column, ColumnType } from './column.ts';

// Formulas of Power Query ("M"), which Excel and Power BI run. The language: https://learn.microsoft.com/powerquery-m/.

/**
 * Types of M. Money has two digits after the point, and M's currency is exact to four; other decimals have as many as they have,
 * and M has no wider exact type.
 */
const M_TYPES: Record<ColumnType, string> = {
  id: 'type text',
  text: 'type text',
  integer: 'Int64.Type',
  long: 'Int64.Type',
  float: 'type number',
  decimal: 'type number',
  boolean: 'type logical',
  date: 'type date',
  timestamp: 'type datetimezone',
};

const CURRENCY_DIGITS = 4;

function mType({ type, scale }: Column): string {
  return type === 'decimal' && scale !== null && scale <= CURRENCY_DIGITS ? 'Currency.Type' : M_TYPES[type];
}

/** A text literal. A quote is doubled, and `#(` begins an escape (specification of M, "Text literals"). */
function mText(text: string): string {
  const escaped = text
    .replaceAll('#(', '#(#)(')
    .replaceAll('"', '""')
    .replaceAll('\r', '#(cr)')
    .replaceAll('\n', '#(lf)');
  return `"${escaped}"`;
}

/** A formula that gives the list of an OData service's entity sets. */
export function feedFormula(url: string): string {
  return `let
    Source = OData.Feed(${mText(url)}, null, [Implementation="2.0"])
in
    Source`;
}

/** A formula that reads a CSV file, gives null for empty cells, and each column its type. */
export function csvFormula(url: string, columns: readonly Column[]): string {
  const types = columns.map((column) => `{${mText(column.name)}, ${mType(column)}}`).join(', ');
  return `let
    Source = Csv.Document(Web.Contents(${mText(url)}), [Delimiter=",", Encoding=65001, QuoteStyle=QuoteStyle.Csv]),
    Named = Table.PromoteHeaders(Source, [PromoteAllScalars=true]),
    Emptied = Table.ReplaceValue(Named, "", null, Replacer.ReplaceValue, Table.ColumnNames(Named)),
    Typed = Table.TransformColumnTypes(Emptied, {${types}}, "en-GB")
in
    Typed`;
}
