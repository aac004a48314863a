/** The same, whose first part has been read: what fails by then can still be told. */
export async function begun<T>(source: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  let next = await source.next();
  return (async function* () {
    try {
      for (; next.done !== true; next = await source.next()) yield next.value;
    } finally {
      await source.return(undefined);
    }
  })();
}
