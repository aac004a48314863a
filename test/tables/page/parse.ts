/** An element: its children are elements and texts, decoded. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (Element | string)[];
}

/** Elements of HTML that have no end (WHATWG HTML, section 13.1.2). */
export const HTML_VOID: ReadonlySet<string> = new Set(['meta', 'link', 'br', 'hr', 'img', 'input']);

const TAG = /<(?<end>\/)?(?<name>[A-Za-z][\w:-]*)(?<attributes>(?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(?<empty>\/)?>/y;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/**
 * Reads a document more strictly than a browser: whatever is open is closed in order, a `<` or `&` that is not markup is an error, and an
 * attribute stands in double quotes, once.
 */
export function parse(text: string, empty: ReadonlySet<string> = new Set()): Element {
  const root: Element = { name: '', attributes: {}, children: [] };
  const open = [root];
  let at = /^<!DOCTYPE html>/.exec(text)?.[0].length ?? 0;
  while (at < text.length) {
    const inner = open.at(-1) ?? root;
    TAG.lastIndex = at;
    const tag = text[at] === '<' ? TAG.exec(text) : null;
    if (tag?.groups === undefined) {
      if (text[at] === '<') throw new Error(`No tag: ${text.slice(at, at + 60)}`);
      const next = text.indexOf(inner.name === 'style' ? '</style' : '<', at);
      const end = next === -1 ? text.length : next;
      inner.children.push(inner.name === 'style' ? text.slice(at, end) : decoded(text.slice(at, end)));
      at = end;
      continue;
    }
    at = TAG.lastIndex;
    const { name = '', attributes = '' } = tag.groups;
    if (tag.groups.end !== undefined) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes <${inner.name}>`);
      continue;
    }
    const element: Element = { name, attributes: attributesOf(attributes), children: [] };
    inner.children.push(element);
    if (tag.groups.empty === undefined && !empty.has(name)) open.push(element);
  }
  if (open.length > 1) throw new Error(`<${open.at(-1)?.name}> stays open`);
  return root;
}

/** All elements below one, with that name where it is given. */
export function elements(of: Element, name?: string): Element[] {
  return of.children.flatMap((child) => {
    if (typeof child === 'string') return [];
    return [...(name === undefined || child.name === name ? [child] : []), ...elements(child, name)];
  });
}

/** All text below an element. */
export function textOf(element: Element): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new Error(`An attribute stands twice: ${text}`);
  return Object.fromEntries(pairs.map(([name, value]) => [name, decoded(value)]));
}

function decoded(text: string): string {
  return text.replace(/&(?:([\w#]+);)?/g, (_, entity: string | undefined) => {
    const character = ENTITIES[entity ?? ''];
    if (character === undefined) throw new Error(`No entity: ${text}`);
    return character;
  });
}
