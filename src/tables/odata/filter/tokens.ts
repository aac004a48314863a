import { badRequest } from '../errors.ts';

/** What a piece of an expression is. */
export type TokenKind =
  | 'string'
  | 'timestamp'
  | 'date'
  | 'guid'
  | 'time'
  | 'number'
  | 'typed'
  | 'word'
  | 'alias'
  | 'symbol'
  | 'end';

/** A piece of an expression. */
export interface Token {
  readonly kind: TokenKind;
  /** As it stands there; a string without its quotes, and with each doubled quote single. */
  readonly text: string;
  /** Where it begins, from 0. */
  readonly at: number;
}

// In the order in which they are tried: a GUID may begin like a number, and a date is no subtraction.
const KINDS: readonly (readonly [kind: TokenKind, pattern: RegExp])[] = [
  ['string', /'([^']*(?:''[^']*)*)'/y],
  ['guid', /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?![\w-])/iy],
  ['timestamp', /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,12})?)?(?:Z|[+-]\d{2}:\d{2})(?![\w:])/iy],
  ['date', /\d{4}-\d{2}-\d{2}(?![\w:])/y],
  ['time', /\d{2}:\d{2}(?::\d{2}(?:\.\d{1,12})?)?(?![\w:])/y],
  ['number', /(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|-INF)(?![\w.])/iy],
  ['typed', /[A-Za-z_][\w.]*'[^']*(?:''[^']*)*'/y],
  ['word', /[$\p{L}_][\p{L}\p{Nl}\p{Nd}_.]*/uy],
  ['alias', /@[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['symbol', /[-(),/:;=*[\]{}]/y],
];

/** A time that leaves open where: the specification has none such. */
const LOCAL_TIME = /\d{4}-\d{2}-\d{2}T[\d:.]*/iy;
const SPACE = /[ \t]+/y;

/**
 * Cuts an expression into its pieces; the last is `end`.
 * @throws ODataError 400 at what begins none
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    SPACE.lastIndex = at;
    if (SPACE.test(text)) at = SPACE.lastIndex;
    if (at >= text.length) break;
    const token = tokenAt(text, at);
    tokens.push(token.token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

function tokenAt(text: string, at: number): { readonly token: Token; readonly end: number } {
  for (const [kind, pattern] of KINDS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) continue;
    if (kind === 'number') assertNoLocalTime(text, at);
    const value = kind === 'string' ? (found[1] ?? '').replaceAll("''", "'") : found[0];
    return { token: { kind, text: value, at }, end: pattern.lastIndex };
  }
  if (text[at] === "'") throw badRequest(`The text that begins at character ${at + 1} has no closing quote.`);
  throw badRequest(`Character ${at + 1} begins nothing that an expression may have.`);
}

function assertNoLocalTime(text: string, at: number): void {
  LOCAL_TIME.lastIndex = at;
  const [local] = LOCAL_TIME.exec(text) ?? [];
  if (local === undefined) return;
  throw badRequest(
    `${local} has no offset from UTC. Write it as 2026-04-30T12:00:00Z, or with +01:00, its "+" as %2B.`,
  );
}
