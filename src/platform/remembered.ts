/**
 * The same work, done once for each key however many ask, and failing once as well. For as long as an operation: nothing is ever dropped.
 * @param keyOf what tells one call from another
 */
export function remembered<A extends readonly unknown[], T>(
  keyOf: (...args: A) => string,
  work: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  const begun = new Map<string, Promise<T>>();
  return (...args) => {
    const key = keyOf(...args);
    const known = begun.get(key) ?? work(...args);
    begun.set(key, known);
    return known;
  };
}
