import type { Catalogue } from '../catalogue.ts';
import { connectionLink, feedLink, fileLink } from '../links.ts';
import { html, type Markup } from './markup.ts';

/** A program that tables are read with. */
export interface Tool {
  /** Its part of the page. */
  readonly anchor: string;
  readonly name: string;
  /** Steps, each to go into an item of a list. */
  readonly steps: (catalogue: Catalogue) => readonly Markup[];
}

/** The programs that the page has steps for. `docs/tables` has a longer text for each. */
export const TOOLS: readonly Tool[] = [
  {
    anchor: 'excel',
    name: 'Excel',
    steps: ({ publicUrl, needsKey }) => [
      html`Choose <b>Data → Get Data → From Other Sources → From OData Feed</b>.`,
      html`Give this address: ${address(feedLink(publicUrl))}`,
      signIn(needsKey),
      html`Tick the tables that you need, then <b>Load</b>. <b>Data → Refresh All</b> reads them again.`,
      html`Or open a connection file: <a href="${connectionLink(publicUrl, 'odc')}" download>wealthgraph.odc</a> for the feed, or the
        one beside each table above, which reads that table alone.`,
    ],
  },
  {
    anchor: 'power-bi',
    name: 'Power BI',
    steps: ({ publicUrl, needsKey }) => [
      html`Open <a href="${connectionLink(publicUrl, 'pbids')}" download>wealthgraph.pbids</a> with Power BI Desktop, or choose
        <b>Get data → OData feed</b> and give this address: ${address(feedLink(publicUrl))}`,
      signIn(needsKey),
      html`Tick the tables, then <b>Load</b>, or <b>Transform Data</b> to filter first: filters and chosen columns are sent here.`,
    ],
  },
  {
    anchor: 'tableau',
    name: 'Tableau',
    steps: ({ publicUrl, needsKey }) => [
      html`Under <b>To a Server</b> choose <b>More… → OData</b>, and give this address: ${address(feedLink(publicUrl))}`,
      needsKey
        ? html`As <b>Authentication</b> choose <b>Username and Password</b>. Any user name will do; the password is your API key.`
        : html`As <b>Authentication</b> choose <b>No Authentication</b>.`,
      html`Tableau makes an extract. For tables that the feed does not have, download the CSV or Parquet file and open that.`,
    ],
  },
  {
    anchor: 'grafana',
    name: 'Grafana',
    steps: (catalogue) => [
      html`Add the data source <b>Infinity</b>.${
        catalogue.needsKey
          ? html` Under <b>Authentication</b> choose <b>Basic</b>, with your API key as the password, and allow this
        host: ${address(new URL(catalogue.publicUrl).origin)}`
          : null
      }`,
      html`In a panel choose type <b>JSON</b>, parser <b>JSONata</b>, source <b>URL</b>, method <b>GET</b>:
        ${address(example(catalogue, 'json'))}`,
      html`Give numbers and times their format under <b>Columns</b>: numbers of decimal columns are text in JSON, to stay exact.`,
    ],
  },
  {
    anchor: 'python',
    name: 'Python',
    steps: (catalogue) => [
      html`With pandas:
        ${code(`import ${catalogue.needsKey ? 'os\nimport ' : ''}pandas as pd

table = pd.read_json(
    "${example(catalogue, 'ndjson')}",
    lines=True,
    dtype=False,${catalogue.needsKey ? '\n    storage_options={"X-API-Key": os.environ["WEALTHGRAPH_KEY"]},' : ''}
)`)}`,
      html`With DuckDB, over a Parquet file that you download:
        ${code(`curl --fail --remote-name ${catalogue.needsKey ? '--header "X-API-Key: $WEALTHGRAPH_KEY" ' : ''}\\
  "${example(catalogue, 'parquet')}"
duckdb -c "select count(*) from '${example(catalogue, 'parquet').split('/').at(-1) ?? ''}'"`)}`,
    ],
  },
  {
    anchor: 'r',
    name: 'R',
    steps: (catalogue) => [
      html`In R alone, without a package; every column as text, so that a policy number keeps its zeros:
        ${code(`table <- read.csv(
  url("${example(catalogue, 'csv')}"${
    catalogue.needsKey ? ',\n    headers = c("X-API-Key" = Sys.getenv("WEALTHGRAPH_KEY"))' : ''
  }),
  colClasses = "character", na.strings = ""
)`)}`,
    ],
  },
];

/** The address of the first table, so that an example can be run as it stands. */
function example({ publicUrl, tables }: Catalogue, extension: string): string {
  return fileLink(publicUrl, tables[0]?.name ?? 'clients', extension);
}

function signIn(needsKey: boolean): Markup {
  return needsKey
    ? html`When asked, choose <b>Basic</b>. Any user name will do; the password is your API key.`
    : html`When asked, choose <b>Anonymous</b>: this is the sandbox.`;
}

function address(url: string): Markup {
  return html`<code class="address">${url}</code>`;
}

function code(text: string): Markup {
  return html`<pre tabindex="0"><code>${text}</code></pre>`;
}
