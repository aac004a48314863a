import type { FastifyInstance } from 'fastify';

/** Levels of lists and objects within each other. No request comes near: variables may have 20. */
const DEEPEST = 100;

/** Values beside each other, all lists and objects together. The longest list of variables may have 4,000, of four values each. */
const MOST = 20_000;

/** The code of the error for such a body. */
export const TOO_MUCH = 'TOO_MUCH';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Reads bodies as JSON. What has levels or values beyond all measure is refused unread: to parse it takes ten times as long as to count. */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (isTooMuch(body)) return done(Object.assign(new Error(TOO_MUCH), { statusCode: 400, code: TOO_MUCH }));
    return parse(request, body, done);
  });
}

/** Whether a text has more brackets within brackets, or more commas, than allowed; those in strings do not count. It need not be JSON. */
export function isTooMuch(text: string): boolean {
  return exceeds(text, MOST);
}

/** Whether a text has more brackets within brackets than allowed. */
export function isTooDeep(text: string): boolean {
  return exceeds(text, Number.POSITIVE_INFINITY);
}

function exceeds(text: string, mostCommas: number): boolean {
  // Too short to be deep enough to matter.
  if (text.length < 20 * DEEPEST) return false;
  let depth = 0;
  let commas = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COMMA) commas += 1;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
    if (depth > DEEPEST || commas > mostCommas) return true;
  }
  return false;
}

/** Where the string that begins here ends: at a quote with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}
