/** Something that may be there already: what waits costs more than what is at hand. */
export type MaybePromise<T> = T | Promise<T>;

/** All of them, at once where each is at hand. */
export function allOf<T>(values: readonly MaybePromise<T>[]): MaybePromise<readonly T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as readonly T[]);
}
