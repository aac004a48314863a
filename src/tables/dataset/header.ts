/** What the lines before a dataset's document say of it. */
export interface Header {
  readonly title: string;
  readonly description: string;
  /** The keys that lead to the list whose things are the rows: `plans.nodes.owners`. */
  readonly rows: readonly string[];
  /** The columns that tell a row from every other one. */
  readonly key: readonly string[];
  /** Whether a column tells each row's place in its list. */
  readonly isNumbered: boolean;
  /** Whether the graph tells at little cost how many rows there are. */
  readonly isCounted: boolean;
}

/** What may stand there. */
const LINES = ['title', 'description', 'rows', 'key', 'numbered', 'counted'] as const;

type Line = (typeof LINES)[number];

/**
 * Reads the comments that a dataset's file begins with: `# rows: plans.nodes.owners`. A line that begins with two blanks continues the one
 * before it. A byte order mark and blank lines may stand before them all: editors write such.
 * @throws TypeError that says what is wrong
 */
export function readHeader(text: string): Header {
  const lines = new Map<Line, string>();
  let last: Line | undefined;
  for (const line of text.trimStart().split(/\r?\n/)) {
    const comment = /^#(.*)$/.exec(line)?.[1];
    if (comment === undefined) break;
    const [, key, value] = /^ ?([a-zA-Z]+): *(.*)$/.exec(comment) ?? [];
    if (key !== undefined && !/^ {2}/.test(comment)) {
      if (!isLine(key)) throw new TypeError(`"${key}" is nothing that a dataset says: choose from ${LINES.join(', ')}`);
      lines.set(key, value ?? '');
      last = key;
    } else if (last !== undefined && comment.trim() !== '')
      lines.set(last, `${lines.get(last)} ${comment.trim()}`.trim());
  }
  const rows = lines.get('rows');
  const title = lines.get('title');
  if (rows === undefined || rows === '')
    throw new TypeError('say in the first lines which list makes the rows: `# rows: plans.nodes`');
  if (title === undefined || title === '') throw new TypeError('give it a title in the first lines: `# title: Plans`');
  return {
    title,
    description: lines.get('description') ?? '',
    rows: rows.split('.').map((key) => key.trim()),
    key: (lines.get('key') ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])),
    isNumbered: isYes('numbered', lines.get('numbered')),
    isCounted: isYes('counted', lines.get('counted')),
  };
}

function isYes(key: Line, value = 'no'): boolean {
  if (value !== 'yes' && value !== 'no') throw new TypeError(`"${key}" is yes or no`);
  return value === 'yes';
}

function isLine(key: string): key is Line {
  return (LINES as readonly string[]).includes(key);
}
