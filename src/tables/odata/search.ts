import { badRequest, notImplemented } from './errors.ts';

const PIECE = /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"()]+)|(\())/y;
/** More is no search that anybody types. */
const MOST_TERMS = 20;

/**
 * Reads a `$search`: words and "phrases in quotes" that all must be found, with or without AND between them (OData 4.01 URL
 * Conventions, section 5.1.8).
 * @returns the words and phrases, as they are written
 * @throws ODataError 400 where it is malformed, 501 on OR, NOT and brackets
 */
export function searchOf(text: string): readonly string[] {
  const terms: string[] = [];
  let joined = true;
  for (let at = 0; at < text.trimEnd().length; at = PIECE.lastIndex) {
    PIECE.lastIndex = at;
    const [, phrase, word, bracket] = PIECE.exec(text) ?? [];
    const term = phrase?.replace(/\\(.)/g, '$1') ?? word;
    if (bracket !== undefined || word === 'OR' || word === 'NOT')
      throw notImplemented(`${word ?? 'A bracket'} in $search`, 'Write words that all must be found.', '$search');
    if (!term || (word === 'AND' && joined))
      throw badRequest('$search needs words, or phrases in double quotes, with AND between them.', '$search');
    joined = word === 'AND';
    if (word !== 'AND') terms.push(term);
  }
  if (joined) throw badRequest('$search ends where a word should be.', '$search');
  if (terms.length > MOST_TERMS) throw badRequest(`$search may have ${MOST_TERMS} words.`, '$search');
  return terms;
}
