/**
 * Cuts a text at a character, but neither within quotes nor within brackets. A doubled quote within a text opens and closes
 * nothing that matters. A text without that character is one piece.
 */
export function splitOutside(text: string, separator: string): readonly string[] {
  const pieces: string[] = [];
  let [start, depth, isQuoted] = [0, 0, false];
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (character === "'") isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === separator && depth === 0) {
      pieces.push(text.slice(start, i));
      start = i + 1;
    }
  }
  pieces.push(text.slice(start));
  return pieces;
}
