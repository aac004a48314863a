import { CodedError } from '../../platform/errors.ts';

/** Brackets within brackets. The parser and much behind it call themselves for each level; no real operation comes near. */
const MOST = 200;

/**
 * Refuses a document that is nested too deeply to be parsed safely; strings and comments do not count. One pass, however it is written.
 * @throws CodedError QUERY_TOO_COMPLEX
 */
export function checkNesting(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charAt(at)) {
      case '"':
        at = endOfString(text, at);
        break;
      case '#':
        at = endOfLine(text, at);
        break;
      case '{':
      case '[':
      case '(':
        depth += 1;
        if (depth > MOST) throw tooDeep();
        break;
      case '}':
      case ']':
      case ')':
        depth -= 1;
    }
  }
}

function tooDeep(): CodedError {
  const message = `The document has more than ${MOST} brackets within each other.`;
  return new CodedError('QUERY_TOO_COMPLEX', message, { limit: MOST });
}

/** Where the string that begins here ends (GraphQL specification, String Value); one that does not ends with the line, or the text. */
function endOfString(text: string, start: number): number {
  const isBlock = text.startsWith('"""', start);
  for (let at = start + (isBlock ? 3 : 1); at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += isBlock ? (text.startsWith('"""', at + 1) ? 3 : 0) : 1;
    else if (isBlock && text.startsWith('"""', at)) return at + 2;
    else if (!isBlock && (character === '"' || isLineEnd(character))) return at;
  }
  return text.length;
}

function endOfLine(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) if (isLineEnd(text.charAt(at))) return at;
  return text.length;
}

/** GraphQL specification, Line Terminators. */
function isLineEnd(character: string): boolean {
  return character === '\n' || character === '\r';
}
