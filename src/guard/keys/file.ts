import { z } from 'zod';

const instant = z.iso.datetime();
const line = z
  .string()
  .regex(/^[^\p{Cc}]{1,100}$/u, 'is empty, longer than 100 characters, or holds a control character');

/** Fields that are not known are a fault: a misspelt `revokedAt` must not leave a key alive. */
const entry = z.strictObject({
  id: z.string().regex(/^[0-9A-Za-z]{12}$/, 'is not 12 letters and digits'),
  name: line,
  hash: z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in hexadecimal'),
  organisationUnitIds: z.array(line),
  scopes: z.array(line),
  createdAt: instant,
  expiresAt: instant,
  revokedAt: instant.optional(),
});

const entries = z.array(entry);

/** One key as the file keeps it: instants in RFC 3339, the hash in hexadecimal, never the key itself. */
export type KeyEntry = Readonly<z.output<typeof entry>>;

/**
 * Reads the text of a keys file.
 * @throws TypeError that says which entry is wrong, without quoting it
 */
export function parseKeys(text: string): KeyEntry[] {
  const result = entries.safeParse(jsonOf(text));
  if (!result.success) {
    const [fault] = result.error.issues;
    throw new TypeError(`entry ${fault?.path.join('.') || 'list'}: ${faultOf(fault)}`);
  }
  const ids = new Set(result.data.map(({ id }) => id));
  if (ids.size < result.data.length) throw new TypeError('an id stands there twice');
  return result.data;
}

/** The text of a keys file. */
export function printKeys(keys: readonly KeyEntry[]): string {
  return `${JSON.stringify(keys, null, 2)}\n`;
}

function faultOf(fault: z.core.$ZodIssue | undefined): string {
  return fault?.code === 'unrecognized_keys' ? 'has a field that is not known' : (fault?.message ?? 'is not allowed');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new TypeError('it is not JSON');
  }
}
