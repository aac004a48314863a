import { createHash } from 'node:crypto';
import { Markup } from './markup.ts';

// How the page looks: type and space, one accent, light and dark. No font and no picture is loaded.

const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf6; --raised: #ffffff; --ink: #1c2321; --soft: #56605c; --line: #dedcd2; --accent: #1f5b48; --tint: #eef2ea;
  --warn: #8a5a00; --warn-tint: #fbf3de;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Georgia, serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181a; --raised: #1b2123; --ink: #e6e8e3; --soft: #9fa9a5; --line: #313a3c; --accent: #8fd0b6; --tint: #1f2a28;
    --warn: #e6bf72; --warn-tint: #2b2617;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0 auto; max-width: 74rem; padding: 0 clamp(1rem, 4vw, 2.5rem); background: var(--paper); color: var(--ink);
  font: 1rem/1.6 var(--sans); overflow-wrap: break-word; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .2em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--raised); }
h1, h2, h3 { font-family: var(--serif); font-weight: 600; line-height: 1.2; text-wrap: balance; }
h2 { font-size: 1.75rem; margin: 0 0 1.5rem; }
h3 { font-size: 1.3rem; margin: 0 0 .35rem; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover { text-decoration: underline; }
h3 code { display: inline-block; max-width: 100%; font-size: .8rem; font-weight: 400; color: var(--soft); margin-left: .4rem; }
p { margin: 0 0 .75rem; max-width: 42rem; }
code { font-family: var(--mono); font-size: .86em; overflow-wrap: anywhere; }
small { color: var(--soft); font-size: .8rem; font-variant-numeric: tabular-nums; }

.top { padding: clamp(2rem, 6vw, 4.5rem) 0 2rem; border-bottom: 1px solid var(--line); }
.brand { margin: 0 0 1.25rem; font-size: .82rem; letter-spacing: .14em; text-transform: uppercase; color: var(--accent); font-weight: 600; }
h1 { font-size: clamp(2.1rem, 6vw, 3.4rem); margin: 0 0 .75rem; letter-spacing: -.01em; }
.lead { font-size: 1.15rem; color: var(--soft); margin: 0 0 2rem; }
.doors { display: flex; flex-wrap: wrap; gap: 1rem 3rem; margin: 0; }
.doors dt { font-size: .8rem; color: var(--soft); margin-bottom: .2rem; }
.doors dd { margin: 0; }

.columns { display: grid; grid-template-columns: 13rem minmax(0, 1fr); gap: 4rem; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 2.5rem 0; font-size: .92rem; }
nav h2 { font: 600 .8rem/1.4 var(--sans); margin: 0 0 .5rem; }
nav h2 a { color: var(--soft); text-decoration: none; }
nav ul { list-style: none; margin: 0 0 1.5rem; padding: 0; }
nav li { display: flex; justify-content: space-between; align-items: baseline; gap: .75rem; padding: .16rem 0; }
nav li a { color: var(--ink); text-decoration: none; }
nav li a:hover, nav h2 a:hover { color: var(--accent); text-decoration: underline; }
nav small { white-space: nowrap; }
main { padding: 2.5rem 0 1rem; }
main > section { margin-bottom: 4rem; }

.table { padding: 1.5rem 0; border-top: 1px solid var(--line); }
h2 + .table { border-top: 0; padding-top: 0; }
.files { display: flex; flex-wrap: wrap; align-items: baseline; gap: .4rem 1.1rem; list-style: none; margin: 0 0 .75rem; padding: 0; font-size: .92rem; }
.files .count { color: var(--soft); font-variant-numeric: tabular-nums; }
details { margin: .25rem 0; }
summary { cursor: pointer; width: fit-content; color: var(--soft); font-size: .92rem; padding: .15rem 0; }
summary:hover { color: var(--accent); }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; font-size: .9rem; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
thead th { font-weight: 500; font-size: .8rem; color: var(--soft); }
th, td { text-align: left; vertical-align: top; padding: .45rem 1.25rem .45rem 0; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 400; width: 30%; }
tbody td:nth-child(2) { color: var(--soft); white-space: nowrap; }

.tool { padding: 0 0 1.75rem; }
ol { margin: 0; padding-left: 1.4rem; max-width: 46rem; }
li::marker { color: var(--soft); font-variant-numeric: tabular-nums; }
ol > li { padding: .2rem 0 .2rem .25rem; }
.address { user-select: all; -webkit-user-select: all; background: var(--tint); border-radius: 4px; padding: .15em .45em; }
pre { margin: .5rem 0; padding: .85rem 1rem; background: var(--tint); border-radius: 6px; overflow-x: auto; line-height: 1.5; }
pre code { overflow-wrap: normal; user-select: all; -webkit-user-select: all; }
.notes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 1.75rem 2.5rem; margin: 0; }
.notes dt { font-family: var(--serif); font-weight: 600; font-size: 1.1rem; margin-bottom: .25rem; }
.notes dd { margin: 0; color: var(--soft); }
.note { max-width: 42rem; margin: 0 0 .75rem; padding: .7rem 1rem; border-left: 3px solid var(--warn); background: var(--warn-tint); font-size: .92rem; }
.note p { margin: 0; }
.note ul { margin: .25rem 0 0; padding-left: 1.1rem; }
footer { border-top: 1px solid var(--line); padding: 1.5rem 0 3rem; color: var(--soft); font-size: .88rem; }

@media (max-width: 52rem) {
  .columns { display: block; }
  nav { position: static; max-height: none; padding: 1.5rem 0; border-bottom: 1px solid var(--line); }
  nav ul { display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin-bottom: 1rem; }
  nav li small { display: none; }
}
@media (max-width: 36rem) {
  table, tbody, tr, tbody th, tbody td { display: block; width: auto; }
  thead { display: none; }
  tr { padding: .55rem 0; border-bottom: 1px solid var(--line); }
  tbody th, tbody td { border: 0; padding: 0; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --raised: #fff; --ink: #000; --soft: #444; --line: #bbb; --accent: #000; --tint: #f2f2f2; }
  body { font-size: 10pt; max-width: none; }
  nav, .skip { display: none; }
  .columns { display: block; }
  .top { padding-top: 0; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .files, summary, .tool li, .notes > div, tr, pre { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
}
`;

/** The style, as the page has it. */
export const styleElement = new Markup(`<style>${STYLE}</style>`);

/**
 * The page's `Content-Security-Policy`: nothing is loaded, run, framed or sent, and of styles this one alone is taken, by its SHA-256 (CSP 3,
 * section 2.3.1). `data:` is for the icon.
 */
export function contentSecurityPolicy(): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return Object.entries({
    'default-src': "'none'",
    'style-src': `'sha256-${hash}'`,
    'img-src': 'data:',
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}
