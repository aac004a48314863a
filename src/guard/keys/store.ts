import { timingSafeEqual } from 'node:crypto';
import type { Caller } from '../../platform/caller.ts';
import { CodedError } from '../../platform/errors.ts';
import type { KeyEntry } from './file.ts';
import { hashOfKey, idOfKey, looksLikeKey } from './text.ts';
import { watchKeys } from './watch.ts';

/** Compared with where no key has the id, so that it takes as long. No key has this hash. */
const NOBODY = Buffer.alloc(32);

/** Tells who holds a key. */
export interface KeyStore {
  /** Looks at the file now, so that the keys of today hold where it breaks before anyone comes with one. */
  load(): Promise<void>;
  /** @throws CodedError UNAUTHENTICATED. Only who has the whole key is told that it is revoked or has expired */
  identify(key: string): Promise<Caller>;
}

/** What a key store may be given. */
export interface KeyStoreOptions {
  /** The time, in milliseconds since 1970. */
  readonly now?: () => number;
  /** Takes what is wrong with the file; the last good keys hold meanwhile. */
  readonly onProblem?: (reason: string) => void;
  /** The least time between two looks at the file, in milliseconds; a revocation holds after that. */
  readonly checkEveryMs?: number;
}

/** The keys of a file, as they are now. A missing file has no keys. */
export function createKeyStore(
  file: string,
  { now = Date.now, onProblem = () => {}, checkEveryMs = 1_000 }: KeyStoreOptions = {},
): KeyStore {
  const current = watchKeys({ file, checkEveryMs, now, onProblem });
  return {
    async load() {
      await current();
    },
    async identify(key) {
      const id = idOfKey(key);
      if (id === null)
        throw refused(
          looksLikeKey(key)
            ? 'The API key was mistyped or cut off: copy it again.'
            : 'This is not an API key of this gateway, which begins with `wg_`.',
        );
      const entry = (await current()).get(id);
      const isHeld = timingSafeEqual(hashOfKey(key), entry === undefined ? NOBODY : Buffer.from(entry.hash, 'hex'));
      if (entry === undefined || !isHeld) throw refused('The API key is not valid.');
      if (entry.revokedAt !== undefined) throw refused('The API key was revoked: ask for a new one.');
      // Not "is it past": a date that can't be read is never before.
      if (!(now() < Date.parse(entry.expiresAt))) throw refused('The API key has expired: ask for a new one.');
      return callerOf(entry);
    },
  };
}

function callerOf({ id, organisationUnitIds, scopes }: KeyEntry): Caller {
  return { subject: `key:${id}`, unrestricted: false, organisationUnitIds, employeeId: null, roles: [], scopes };
}

function refused(message: string): CodedError {
  return new CodedError('UNAUTHENTICATED', message);
}
