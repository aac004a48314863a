import { badRequest, notImplemented } from '../errors.ts';
import type { Comparison, Expression, Literal } from './expression.ts';
import { literalIn, literalOf } from './literal.ts';
import type { Arithmetic } from './rational.ts';
import { type Token, tokensOf } from './tokens.ts';

/** What an expression may have at most, so that no request takes long to read. */
export const FILTER_LIMITS = { characters: 100_000, depth: 50, values: 1_000, parts: 5_000 } as const;

/** How tightly each operator binds (OData 4.01 URL Conventions, section 5.1.1.17). */
const BINDING: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  eq: 3,
  ne: 3,
  gt: 4,
  ge: 4,
  lt: 4,
  le: 4,
  add: 5,
  sub: 5,
  mul: 6,
  div: 6,
  divby: 6,
  mod: 6,
  in: 8,
  has: 8,
};
/** More than arithmetic, but less than "in" and "has": `not a in (1)` is `not (a in (1))`. */
const UNARY = 7;

/**
 * Reads the text of an expression.
 * @param aliases texts of parameter aliases, by `@name`; one that is not there is null (section 5.3)
 * @throws ODataError 400 where it is malformed or too large, 501 where it has what is not supported
 */
export function parse(text: string, aliases: ReadonlyMap<string, string> = new Map()): Expression {
  if (text.length > FILTER_LIMITS.characters)
    throw badRequest(`An expression may have ${FILTER_LIMITS.characters} characters; this one has ${text.length}.`);
  const parser = new Parser(tokensOf(text), aliases);
  const expression = parser.expression(0, 0);
  parser.assertEnd();
  return expression;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #aliases: ReadonlyMap<string, string>;
  #next = 0;
  #parts = 0;

  constructor(tokens: readonly Token[], aliases: ReadonlyMap<string, string>) {
    this.#tokens = tokens;
    this.#aliases = aliases;
  }

  /** Reads on while operators bind more tightly than what stands before. */
  expression(least: number, depth: number): Expression {
    if (depth > FILTER_LIMITS.depth)
      throw badRequest(`An expression may be nested ${FILTER_LIMITS.depth} deep at most.`);
    this.#parts += 1;
    if (this.#parts > FILTER_LIMITS.parts)
      throw badRequest(`An expression may have ${FILTER_LIMITS.parts} parts. Use "in" with a list for many values.`);
    let left = this.#operand(depth);
    for (let chained = depth; ; ) {
      const operator = this.#operator();
      if (operator === null || (BINDING[operator] ?? 0) <= least) return left;
      if (operator === 'and' || operator === 'or') {
        left = this.#parted(operator, left, depth);
      } else {
        this.#next += 1;
        chained += 1;
        left = this.#infix(operator, left, chained);
      }
    }
  }

  assertEnd(): void {
    if (this.#peek().kind !== 'end') throw this.#unexpected('an operator such as "and", or the end');
  }

  /** `a and b and c` is one conjunction, however long, and not one within another. */
  #parted(kind: 'and' | 'or', first: Expression, depth: number): Expression {
    const parts = [first];
    while (this.#operator() === kind) {
      this.#next += 1;
      parts.push(this.expression(BINDING[kind] ?? 0, depth + 1));
    }
    return { kind, parts };
  }

  #infix(operator: string, left: Expression, depth: number): Expression {
    if (operator === 'has') throw notImplemented('has', 'No property has flags.', null);
    if (operator === 'in') return { kind: 'in', operand: left, values: this.#list() };
    const right = this.expression(BINDING[operator] ?? 0, depth + 1);
    if ((BINDING[operator] ?? 0) >= (BINDING.add ?? 0))
      return { kind: 'arithmetic', operator: operator as Arithmetic, left, right };
    return { kind: 'compare', operator: operator as Comparison, left, right };
  }

  #list(): readonly Literal[] {
    if (!this.#accept('(')) throw notImplemented('"in" without a list in brackets', "Write in ('A', 'B').", null);
    const values: Literal[] = [];
    do {
      const token = this.#take();
      if (token.kind === 'alias')
        throw notImplemented('A parameter alias in the list of "in"', 'Write the value.', null);
      const value = literalOf(token);
      if (value === null) throw this.#unexpected('a value, such as \'ACTIVE\' or 5, in the list of "in"', -1);
      if (values.push(value) > FILTER_LIMITS.values)
        throw badRequest(`"in" may have ${FILTER_LIMITS.values} values. Ask in several requests.`);
    } while (this.#accept(','));
    this.#expect(')', '"," or ")" in the list of "in"');
    return values;
  }

  #operand(depth: number): Expression {
    const token = this.#take();
    const literal = literalOf(token);
    if (literal !== null) return literal;
    if (token.kind === 'alias') return this.#alias(token.text);
    if (token.kind === 'word') return this.#named(token, depth);
    if (token.kind === 'symbol' && token.text === '-')
      return { kind: 'negate', operand: this.expression(UNARY, depth + 1) };
    if (token.kind === 'symbol' && token.text === '(') {
      const inner = this.expression(0, depth + 1);
      this.#expect(')', 'an operator or ")"');
      return inner;
    }
    throw this.#unexpected('a property, a value, a function or "("', -1);
  }

  #named(token: Token, depth: number): Expression {
    const { text } = token;
    if (text.toLowerCase() === 'not') return { kind: 'not', operand: this.expression(UNARY, depth + 1) };
    if (text.startsWith('$')) throw notImplemented(text, 'Name a property of the entity set.', null);
    if (this.#is('/')) throw this.#path(text);
    if (!this.#accept('(')) return { kind: 'property', name: text };
    const values: Expression[] = [];
    if (!this.#accept(')')) {
      do values.push(this.expression(0, depth + 1));
      while (this.#accept(','));
      this.#expect(')', `"," or ")" in ${text}(…)`);
    }
    return { kind: 'call', name: text.toLowerCase(), values };
  }

  /** Says what is not supported of a path of several segments. */
  #path(first: string): Error {
    const segments = [first];
    while (this.#accept('/')) segments.push(this.#take().text);
    const path = segments.join('/');
    const last = segments.at(-1)?.toLowerCase();
    if ((last === 'any' || last === 'all') && this.#is('('))
      return notImplemented(
        `The lambda operator ${last}`,
        `Filter the other entity set itself, not by "${path}".`,
        null,
      );
    const advice =
      'Only properties of the entity set itself can be filtered by; filter the other entity set, or use $expand.';
    return notImplemented(`The path ${path} in an expression`, advice, null);
  }

  #alias(name: string): Literal {
    const text = this.#aliases.get(name);
    const literal = literalIn(text ?? 'null');
    if (literal === null)
      throw notImplemented(
        `Anything but one value for ${name}`,
        "Give it one such as 'ACTIVE', in quotes, or 5.",
        null,
      );
    return literal;
  }

  #operator(): string | null {
    const { kind, text } = this.#peek();
    if (kind !== 'word') return null;
    const name = text.toLowerCase();
    return Object.hasOwn(BINDING, name) ? name : null;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #is(symbol: string): boolean {
    const { kind, text } = this.#peek();
    return kind === 'symbol' && text === symbol;
  }

  #accept(symbol: string): boolean {
    if (!this.#is(symbol)) return false;
    this.#next += 1;
    return true;
  }

  #expect(symbol: string, wanted: string): void {
    if (!this.#accept(symbol)) throw this.#unexpected(wanted);
  }

  /** @param back -1 where the piece was taken already */
  #unexpected(wanted: string, back: 0 | -1 = 0): Error {
    const token = this.#tokens[this.#next + back] ?? this.#tokens.at(-1);
    // A text may be about a person, and errors are no place for that.
    const shown = token?.kind === 'string' || token?.kind === 'typed' ? 'a text' : `"${token?.text}"`;
    const place =
      !token || token.kind === 'end' ? 'The expression ends' : `At character ${token.at + 1} there is ${shown}`;
    return badRequest(`${place} where ${wanted} should be.`);
  }
}
