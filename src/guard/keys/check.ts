import { readFile } from 'node:fs/promises';
import { parseKeys } from './file.ts';
import { reasonOf } from './watch.ts';
import { ifMissing } from './write.ts';

/** What is to be said of a keys file before the start: faults forbid it, warnings do not. No line holds anything of the file. */
export async function checkKeysFile(file: string): Promise<{ readonly faults: string[]; readonly warnings: string[] }> {
  try {
    const text = await readFile(file, 'utf8').catch(ifMissing(null));
    if (text !== null) parseKeys(text);
    return { faults: [], warnings: text === null ? [MISSING] : [] };
  } catch (error) {
    return {
      faults: [`API_KEYS_FILE: ${reasonOf(error)}: correct the file, or put back a good copy of it.`],
      warnings: [],
    };
  }
}

const MISSING =
  'API_KEYS_FILE names a file that does not exist yet, so no API key is accepted: `npm run api-key -- create` makes it.';
