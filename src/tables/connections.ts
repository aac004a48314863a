import type { Catalogue } from './catalogue.ts';
import { CONNECTION_NAME, feedLink, fileLink } from './links.ts';
import { csvFormula, feedFormula } from './power-query.ts';

// Files that open a connection in a program of Microsoft's. They hold addresses and no credentials: the program asks for those.

/** A file to download. */
export interface ConnectionFile {
  readonly name: string;
  readonly mediaType: string;
  readonly text: string;
}

/**
 * A Power BI data source file, for the OData feed. It names one source and no tables; Power BI Desktop asks which to load.
 * https://learn.microsoft.com/power-bi/connect-data/desktop-data-sources, "Using PBIDS files to get data".
 */
export function pbids({ publicUrl }: Catalogue): ConnectionFile {
  const details = { protocol: 'odata', address: { url: feedLink(publicUrl) } };
  return {
    name: `${CONNECTION_NAME}.pbids`,
    mediaType: 'application/json; charset=utf-8',
    text: `${JSON.stringify({ version: '0.1', connections: [{ details }] }, null, 2)}\n`,
  };
}

/**
 * An Office Data Connection file for Excel: for one table, typed; without a name, for the OData feed's list of entity sets.
 * A table is read from its CSV file, since not every table is an entity set.
 * [MS-ODCFF] section 2.7.1.1, with the query as [MS-QDEIF] has it: the older kind of OData connection ends with OData 3.
 *
 * @throws RangeError when the catalogue has no table of that name.
 */
export function odc(catalogue: Catalogue, tableName?: string): ConnectionFile {
  const { publicUrl } = catalogue;
  if (tableName === undefined) {
    return excel(CONNECTION_NAME, 'Tables of Wealthgraph', feedFormula(feedLink(publicUrl)));
  }
  const table = catalogue.tables.find(({ name }) => name === tableName);
  if (table === undefined) throw new RangeError('The catalogue has no such table.');
  return excel(table.name, table.description, csvFormula(fileLink(publicUrl, table.name, 'csv'), table.columns));
}

function excel(name: string, description: string, formula: string): ConnectionFile {
  // In a connection string a value in quotes has its own quotes doubled, and a name in brackets its closing one.
  const location = `"${name.replaceAll('"', '""')}"`;
  const connection = `Provider=Microsoft.Mashup.OleDb.1;Data Source=$Workbook$;Location=${location};Extended Properties=""`;
  return {
    name: `${name}.odc`,
    mediaType: 'text/x-ms-odc; charset=utf-8',
    text: `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">
<head>
<meta http-equiv="Content-Type" content="text/x-ms-odc; charset=utf-8" />
<meta name="ProgId" content="ODC.Database" />
<meta name="SourceType" content="OLEDB" />
<title>${xml(name)}</title>
<xml id="docprops"><o:DocumentProperties xmlns:o="urn:schemas-microsoft-com:office:office">
<o:Description>${xml(description)}</o:Description>
<o:Name>${xml(name)}</o:Name>
</o:DocumentProperties></xml>
<xml id="msodc"><odc:OfficeDataConnection xmlns:odc="urn:schemas-microsoft-com:office:odc">
<odc:PowerQueryConnection odc:Type="OLEDB">
<odc:ConnectionString>${xml(connection)}</odc:ConnectionString>
<odc:CommandType>SQL</odc:CommandType>
<odc:CommandText>${xml(`SELECT * FROM [${name.replaceAll(']', ']]')}]`)}</odc:CommandText>
</odc:PowerQueryConnection>
<odc:PowerQueryMashupData>${xml(mashup(name, formula))}</odc:PowerQueryMashupData>
</odc:OfficeDataConnection></xml>
</head>
<body></body>
</html>
`,
  };
}

/** The query as XML, which stands as text in the connection file. */
function mashup(name: string, formula: string): string {
  return [
    '<Mashup xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.microsoft.com/DataMashup">',
    '<Client>EXCEL</Client><Version>2.83.5894.761</Version><MinVersion>2.21.0.0</MinVersion><Culture>en-GB</Culture>',
    `<SafeCombine>true</SafeCombine><Items><Query Name="${xml(name)}"><Formula>${xml(formula)}</Formula>`,
    '<IsParameterQuery xsi:nil="true" /><IsDirectQuery xsi:nil="true" /></Query></Items></Mashup>',
  ].join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text of an element or an attribute. Characters that XML 1.0 (section 2.2) does not allow become U+FFFD. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
