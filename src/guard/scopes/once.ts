import type { GraphQLFormattedError } from 'graphql';

/**
 * Refusals for want of a scope, each told once: in a list of 200 the same field is refused 200 times, for the same reason. The first stands
 * for them all, and says in `occurrences` how many they are. Every other error stays as it is.
 */
export function refusalsOnce(errors: readonly GraphQLFormattedError[]): GraphQLFormattedError[] {
  const counts = new Map<string, number>();
  const first = errors.filter((error) => {
    const place = placeOf(error);
    if (place === undefined) return true;
    const count = (counts.get(place) ?? 0) + 1;
    counts.set(place, count);
    return count === 1;
  });
  return first.map((error) => {
    const occurrences = counts.get(placeOf(error) ?? '') ?? 1;
    return occurrences === 1 ? error : { ...error, extensions: { ...error.extensions, occurrences } };
  });
}

/** What is refused and where, whichever item of a list it is; undefined for what is no refusal for want of a scope. */
function placeOf({ path, message, extensions }: GraphQLFormattedError): string | undefined {
  if (extensions?.code !== 'FORBIDDEN' || !Array.isArray(extensions.missingScopes)) return undefined;
  return JSON.stringify([message, path?.map((key) => (typeof key === 'number' ? '*' : key))]);
}
