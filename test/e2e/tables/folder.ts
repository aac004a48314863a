import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of datasets of one's own. */
export interface Folder {
  readonly path: string;
  remove(): Promise<void>;
}

/** @param files texts by the names of the files */
export async function folderOf(files: Readonly<Record<string, string>>): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'datasets-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return { path, remove: () => rm(path, { recursive: true }) };
}

/** Columns of a wide table, and characters of the name of each: in JSON the names stand in every row. */
const WIDE = 10;
const NAME = 4_000;

/** Clients whose rows are about 40 KB as NDJSON: two hundred of them are more than sockets and pipes hold on the way. */
export const WIDE_CLIENTS = `# title: Wide
# rows: clients.nodes
query wide {
  clients {
    nodes {
      id
      ${Array.from({ length: WIDE }, (_, index) => `${String.fromCharCode(97 + index).repeat(NAME)}: displayName`).join('\n      ')}
    }
  }
}
`;
