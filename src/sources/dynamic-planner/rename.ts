import { isItem } from '../../platform/wire.ts';

/** Gives an item the field names that this gateway uses. */
export type Rename = (item: unknown) => unknown;

/**
 * Makes the renaming that a contract tells.
 * @param fields this gateway's name to the platform's, dotted inside nested items; both paths have the same depth
 */
export function renaming(fields: Readonly<Record<string, string>> | undefined): Rename {
  return renamed(Object.entries(fields ?? {}).map(([own, theirs]) => [theirs, lastOf(own)]));
}

/** The other way round: gives what is to be sent the field names that the platform uses. */
export function renamingBack(fields: Readonly<Record<string, string>> | undefined): Rename {
  return renamed(Object.entries(fields ?? {}).map(([own, theirs]) => [own, lastOf(theirs)]));
}

/** The path of a field as a platform names it, in this gateway's names; indexes stay as they are. */
export function renamedPath(
  fields: Readonly<Record<string, string>> | undefined,
  path: readonly string[],
): readonly string[] {
  const names = new Map(Object.entries(fields ?? {}).map(([own, theirs]) => [theirs, lastOf(own)]));
  let at = '';
  return path.map((part) => {
    if (/^\d+$/.test(part)) return part;
    at = at === '' ? part : `${at}.${part}`;
    return names.get(at) ?? part;
  });
}

/** @param pairs dotted paths as they are, and the last part as it is to be */
function renamed(pairs: readonly (readonly [string, string])[]): Rename {
  if (pairs.length === 0) return (item) => item;
  const names = new Map(pairs);
  const walk = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((entry) => walk(entry, path));
    if (!isItem(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => {
        const at = path === '' ? name : `${path}.${name}`;
        return [names.get(at) ?? name, walk(entry, at)];
      }),
    );
  };
  return (item) => walk(item, '');
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
