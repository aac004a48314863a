/**
 * The same, with the next one always under way while the one before it is worked on. Whoever stops early stops the source too, once what is
 * under way has ended.
 */
export async function* ahead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = begun(source);
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = begun(source);
      yield value;
    }
  } finally {
    // Not waited for: the reader has gone, and what is under way may take its time.
    source.return(undefined).catch(() => {});
  }
}

/** A failure belongs to whoever waits for it, and perhaps nobody ever does. */
function begun<T>(source: AsyncGenerator<T>): Promise<IteratorResult<T>> {
  const next = source.next();
  next.catch(() => {});
  return next;
}
