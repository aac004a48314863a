/** HTML that is safe to put into a page. Made by `html` alone. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, markup and lists of markup are not, and null is nothing. */
type Part = string | number | Markup | readonly Markup[] | null;

/** A template of HTML. What is put in as text is escaped, for elements and for attributes in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(
    strings.map((string, at) => string + (at < parts.length ? textOf(parts[at] ?? null) : '')).join(''),
  );
}

/** Text where words stand between backticks, as descriptions in the schema have them: those become code. */
export function prose(text: string): readonly Markup[] {
  return text.split(/`([^`]+)`/).map((words, at) => (at % 2 === 1 ? html`<code>${words}</code>` : html`${words}`));
}

function textOf(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return part.map(({ text }) => text).join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Control characters and halves of surrogate pairs have no place in HTML (WHATWG HTML, section 13.2.3.5) and become U+FFFD. */
function escaped(text: string): string {
  return text
    .replace(/(?![\t\n\r])[\p{Cc}\p{Cs}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
