export { scopesOf } from './directive.ts';
export { guardScopes, type ScopeGuardOptions } from './enforce.ts';
export { greedyFields } from './greedy.ts';
export { isScope, SCOPES, type Scope, scopesNamed } from './known.ts';
export { refusalsOnce } from './once.ts';
export { assertScopes, missingScopes, type Requirement } from './requirement.ts';
export { mayAsk, type ScopeRules, scopeRules } from './rules.ts';
export { OPEN_FIELDS, unguardedFields } from './unguarded.ts';
