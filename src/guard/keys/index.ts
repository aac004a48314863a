export { checkKeysFile } from './check.ts';
export { type CredentialHeaders, type Credentials, credentialsOf } from './credentials.ts';
export type { KeyEntry } from './file.ts';
export { expiryOf, issueKey, LONGEST_DAYS, revoked } from './issue.ts';
export { createKeyStore, type KeyStore, type KeyStoreOptions } from './store.ts';
export { idOfKey } from './text.ts';
export { changeKeys, readKeys } from './write.ts';
