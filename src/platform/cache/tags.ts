import type { System } from '../system.ts';

/** What an entry is about, whoever's view it is: `PLANNR/plan:<uuid>`. When that changes, everything with the tag is dropped. */
export type Tag = `${System}/${string}` | typeof EVERYTHING;

/** Dropping it empties the cache. */
export const EVERYTHING = '*';

/** A thing of a platform, by kind and id. */
export function tagOf(system: System, kind: string, id: string): Tag {
  return `${system}/${kind}:${id}`;
}

/** Every list of a kind of things: what is new, or is moved, stands in none that could name it. */
export function listTag(system: System, kind: string): Tag {
  return `${system}/${kind}`;
}

/** The kind of thing that a tag is of: as a tag, that of all lists of the kind. */
export function kindOf(tag: Tag): Tag {
  const colon = tag.indexOf(':');
  return colon === -1 ? tag : (tag.slice(0, colon) as Tag);
}
