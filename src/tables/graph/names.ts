/** The words of a name in camelCase: `currentValue` is `current` and `value`. Enum values are one word: `DYNAMIC_PLANNER` is `dynamic_planner`. `_` has no words. */
export function wordsOf(name: string): string[] {
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return [wordsOf(name.toLowerCase()).join('_')];
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[ _]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

/** The name that the words make in files: `current_value`. */
export function snakeCase(words: readonly string[]): string {
  return words.join('_');
}

/** The name that the same words make in OData: `currentValue`. */
export function camelCase(words: readonly string[]): string {
  const all = words.flatMap((word) => word.split('_'));
  return all.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
}
