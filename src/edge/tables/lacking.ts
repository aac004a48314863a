import { missingScopes, type ScopeRules } from '../../guard/scopes/index.ts';
import type { Caller } from '../../platform/caller.ts';
import type { Lacking } from '../../tables/request.ts';

/** The scopes that a caller lacks for a field of the graph. */
export function lackingOf(rules: ScopeRules, caller: Caller): Lacking {
  return (coordinate) => {
    const [type = '', field = ''] = coordinate.split('.');
    return missingScopes(caller, rules.ofField(type, field));
  };
}
