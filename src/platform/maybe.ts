/** Something that may be there already: what waits costs more than what is at hand. */
export type MaybePromise<T> = T | Promise<T>;
