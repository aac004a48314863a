import type { Catalogue } from '../catalogue.ts';
import { connectionLink, feedLink, pageLink } from '../links.ts';
import { html, type Markup } from './markup.ts';
import { styleElement } from './style.ts';
import { counted, tableAnchor, tableSection } from './table.ts';
import { TOOLS } from './tools.ts';

/** The page of tables, whole. It loads nothing and runs no script. */
export function catalogueHtml(catalogue: Catalogue): string {
  const { publicUrl, version, tables } = catalogue;
  return `<!DOCTYPE html>\n${
    html`<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Tables – Wealthgraph</title>
<link rel="icon" href="${ICON}">
<link rel="alternate" type="application/json" href="${pageLink(publicUrl)}">
${styleElement}
</head>
<body>
<a class="skip" href="#content">Skip to the tables</a>
<header class="top">
  <p class="brand">Wealthgraph</p>
  <h1>The graph, as tables</h1>
  <p class="lead">Clients, plans and valuations of Dynamic Planner and Plannr, for the tools you have: no query to write, nothing to install.</p>
  <dl class="doors">
    <div><dt>OData feed</dt><dd><code class="address">${feedLink(publicUrl)}</code></dd></div>
    <div><dt>Power BI</dt><dd><a href="${connectionLink(publicUrl, 'pbids')}" download>wealthgraph.pbids</a></dd></div>
    <div><dt>Excel</dt><dd><a href="${connectionLink(publicUrl, 'odc')}" download>wealthgraph.odc</a></dd></div>
  </dl>
</header>
<div class="columns">
<nav aria-label="On this page">
  <h2><a href="#tables">Tables</a></h2>
  <ul>${tables.map(
    (table) => html`<li><a href="#${tableAnchor(table)}">${table.title}</a> <small>${counted(table)}</small></li>`,
  )}</ul>
  <h2><a href="#connect">Connect</a></h2>
  <ul>${TOOLS.map(({ anchor, name }) => html`<li><a href="#${anchor}">${name}</a></li>`)}</ul>
  <h2><a href="#to-know">Good to know</a></h2>
</nav>
<main id="content">
  ${tablesOf(catalogue)}
  <section aria-labelledby="connect">
    <h2 id="connect">Connect</h2>
    ${TOOLS.map(
      ({ anchor, name, steps }) => html`<article class="tool" aria-labelledby="${anchor}">
      <h3 id="${anchor}"><a href="#${anchor}">${name}</a></h3>
      <ol>${steps(catalogue).map((step) => html`<li>${step}</li>`)}</ol>
    </article>`,
    )}
  </section>
  ${toKnow(catalogue)}
</main>
</div>
<footer><p>Wealthgraph ${version}. Programs get this page as JSON: ask for <code>application/json</code>.</p></footer>
</body>
</html>`.text
  }\n`;
}

function tablesOf(catalogue: Catalogue): Markup {
  const { refused, tables } = catalogue;
  return html`<section aria-labelledby="tables">
    <h2 id="tables">Tables</h2>
    ${refused === undefined ? null : html`<p class="note" role="status">${refused}</p>`}
    ${refused === undefined && tables.length === 0 ? html`<p>There are no tables here.</p>` : null}
    ${tables.map((table) => tableSection(catalogue, table))}
  </section>`;
}

function toKnow({ needsKey }: Catalogue): Markup {
  return html`<section aria-labelledby="to-know">
    <h2 id="to-know">Good to know</h2>
    <dl class="notes">
      <div><dt>Who you are</dt><dd>${
        needsKey
          ? html`Programs send an API key, which whoever runs this gateway makes for you: as the password of HTTP Basic, as
            <code>X-API-Key</code>, or as a Bearer token. Never put it into an address.`
          : html`This is the sandbox: nobody has to sign in, and all people in it are invented.`
      } You see what you may see in the graph: your organisation units, and the fields that your scopes give.</dd></div>
      <div><dt>Money is exact</dt><dd>Each amount has three columns: <code>x_pence</code> is a whole number, <code>x</code> is a
        decimal of pounds and pence, <code>x_currency</code> is what it is in. Add up pence; nothing is converted.</dd></div>
      <div><dt>Whole or broken</dt><dd>A download that meets an error breaks off, so that it fails in your tool. It never ends as if it
        were whole.</dd></div>
      <div><dt>Safe in a spreadsheet</dt><dd>No cell of a CSV file is run as a formula. Parquet and NDJSON have the text as it is.</dd></div>
      <div><dt>Fresh</dt><dd>Each download reads the graph, which keeps what the platforms sent for a short while. A file that has not
        changed is not sent again to a tool that asks with its <code>ETag</code>.</dd></div>
      <div><dt>What it costs</dt><dd>A table is read page by page, and each page spends points of your minute, as a query would. Ask for the
        rows and columns that you need.</dd></div>
    </dl>
  </section>`;
}

// Three lines: rows.
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1f5b48"/><path d="M4 5h8M4 8h8M4 11h5" stroke="#fff" stroke-width="1.4"/></svg>',
)}`;
