/** What a token or an API key can allow. Nothing else may stand in `@requiresScopes`, and no other scope can be given to a key. */
export const SCOPES = [
  'clients:read',
  'clients:write',
  'personal:read',
  'plans:read',
  'plans:write',
  'events:read',
  'tables:read',
  'documents:read',
  'documents:write',
  'metrics:read',
  'explain:read',
] as const;

/** The name of a scope. */
export type Scope = (typeof SCOPES)[number];

const KNOWN: ReadonlySet<string> = new Set(SCOPES);

/** Whether a text is the name of a scope, to the letter. */
export function isScope(text: string): text is Scope {
  return KNOWN.has(text);
}

/**
 * Scopes by their names and shorthands: `read` is every `…:read`, `write` is all there are.
 * @returns each once, in the order of `SCOPES`
 * @throws TypeError naming what is no scope
 */
export function scopesNamed(words: readonly string[]): Scope[] {
  const wanted = new Set(words.flatMap(expand));
  return SCOPES.filter((scope) => wanted.has(scope));
}

function expand(word: string): readonly Scope[] {
  if (word === 'write') return SCOPES;
  if (word === 'read') return SCOPES.filter((scope) => scope.endsWith(':read'));
  if (!isScope(word)) throw new TypeError(`"${word}" is no scope: choose from ${SCOPES.join(', ')}, read and write`);
  return [word];
}
