import { hash as digest } from 'node:crypto';
import type { Caller } from '../caller.ts';
import type { System } from '../system.ts';

declare const upstream: unique symbol;
declare const narrowed: unique symbol;
declare const key: unique symbol;

/**
 * Whose view of a platform something is: what the platform decides visibility by. Every key of the cache is made with one, so that nothing
 * read for one can be found by another.
 */
export type UpstreamScope = string & { readonly [upstream]: true };

/** Who sees something that was narrowed to what they may see. */
export type CallerScope = string & { readonly [narrowed]: true };

/** The key of an entry; there is no way to one but through a scope. */
export type CacheKey = string & { readonly [key]: true };

/** Longer keys are stored by their hash, in characters. */
const LONGEST = 200;

/**
 * The scope of calls to a platform.
 * @param identity all that its answers depend on: address, account, contract, and whose token it is. Only its hash is kept
 */
export function upstreamScope(system: System, ...identity: readonly string[]): UpstreamScope {
  return `${system}:${hash(JSON.stringify(identity))}` as UpstreamScope;
}

/** @param resource the kind of thing, with what it was asked to come with @param id which of them: an id, or a list's parameters */
export function cacheKey(scope: UpstreamScope, resource: string, id: string): CacheKey {
  return `${scope}:${resource}:${id.length > LONGEST ? hash(id) : id}` as CacheKey;
}

/** @param upstreamToken the caller's own token, where the platform decides by it what is visible */
export function callerScope(caller: Caller, upstreamToken?: string): CallerScope {
  return hash(JSON.stringify([caller, upstreamToken])) as CallerScope;
}

/** The key of a whole answer. @param question everything that it depends on besides the caller */
export function responseKey(scope: CallerScope, question: string): CacheKey {
  return `${scope}:${question}` as CacheKey;
}

function hash(text: string): string {
  return digest('sha256', text, 'base64url').slice(0, 32);
}
