import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import type { UpstreamError } from '../platform/errors.ts';

/** Failures that did not take the data along: reported beside it. */
export class Problems {
  readonly #errors = new Map<string, GraphQLError>();

  /** Adds a failure, at a field where it is known; the same one at the same place once. */
  add(problem: UpstreamError, info?: GraphQLResolveInfo): void {
    const path = info === undefined ? undefined : pathOf(info);
    const key = `${problem.code} ${problem.message} ${path?.join('.') ?? ''}`;
    if (this.#errors.has(key)) return;
    this.#errors.set(key, new GraphQLError(problem.message, { ...(path && { path }), originalError: problem }));
  }

  get errors(): readonly GraphQLError[] {
    return [...this.#errors.values()];
  }
}

function pathOf(info: GraphQLResolveInfo): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: GraphQLResolveInfo['path'] | undefined = info.path; at !== undefined; at = at.prev) path.unshift(at.key);
  return path;
}
