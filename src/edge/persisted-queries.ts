import { KeyvAdapter } from '@apollo/utils.keyvadapter';
import { Keyv } from 'keyv';
import QuickLRU from 'quick-lru';

/** How many automatic persisted queries are kept; a client sends the text again for one that was let go. */
const MOST = 1_000;

/** A bounded store in memory. Each node has its own: a query that another node knows is registered here with the next request. */
export function persistedQueryStore() {
  const store = new Keyv<string>({ store: new QuickLRU({ maxSize: MOST }), namespace: 'apq' });
  // The adapter is typed by keyv's CommonJS build, which TypeScript tells apart from the same class in its ES module build.
  return new KeyvAdapter<string>(store as unknown as ConstructorParameters<typeof KeyvAdapter<string>>[0], {
    // keyv reads many keys at once from a map of its own only.
    disableBatchReads: true,
  });
}
