/** How many names that nobody registered become labels; a label costs memory here and in whatever reads the metrics. */
const MOST_OTHERS = 100;

/** What a name must look like to be a label: GraphQL's own rule for names, but no endless ones. */
const NAME = /^[_A-Za-z]\w{0,79}$/;

/** An operation's name as a label of bounded variety. @param isRun whether the operation was run: one that was refused takes no place */
export type NameLabel = (name: string | null, isRun: boolean) => string;

/**
 * Labels for operations' names, which are the callers' words: those of registered operations, and of others the first hundred that were
 * run. The rest is `other`; no name at all, `anonymous`.
 * @param registered the names of registered operations
 */
export function operationNames(registered: Iterable<string>): NameLabel {
  const known = new Set(registered);
  const others = new Set<string>();
  return (name, isRun) => {
    if (name === null) return 'anonymous';
    if (known.has(name) || others.has(name)) return name;
    if (!isRun || others.size >= MOST_OTHERS || !NAME.test(name)) return 'other';
    others.add(name);
    return name;
  };
}
