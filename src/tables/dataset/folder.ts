import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { type Dataset, readDataset } from './dataset.ts';

/** The tables that there are. */
export interface Datasets {
  /** The gateway's own. */
  readonly shipped: readonly Dataset[];
  /** These, with those of a folder besides, which take the places of their namesakes. */
  readonly offered: readonly Dataset[];
}

/**
 * Reads the datasets of two folders: each `*.graphql` in them is one.
 * @param own a folder of one's own, where there is one
 * @throws TypeError that names every file that is wrong, and says why
 */
export async function loadDatasets(schema: GraphQLSchema, shipped: string, own?: string): Promise<Datasets> {
  const datasets = await datasetsIn(schema, shipped);
  const owned = own === undefined ? [] : await datasetsIn(schema, own);
  const offered = new Map([...datasets, ...owned].map((dataset) => [dataset.name, dataset]));
  return { shipped: datasets, offered: [...offered.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

async function datasetsIn(schema: GraphQLSchema, folder: string): Promise<readonly Dataset[]> {
  const datasets: Dataset[] = [];
  const faults: string[] = [];
  for (const file of (await filesOf(folder)).filter((name) => name.endsWith('.graphql')).sort()) {
    try {
      datasets.push(readDataset(schema, basename(file, '.graphql'), await textOf(join(folder, file))));
    } catch (error) {
      faults.push(`${join(folder, file)}: ${error instanceof Error ? error.message : 'can not be read'}`);
    }
  }
  if (faults.length > 0) throw new TypeError(`datasets that are not right: ${faults.join('; ')}`);
  return datasets;
}

/** What stands in a file. @throws TypeError that says why it can't be read */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TypeError(UNREADABLE[code ?? ''] ?? `it can't be read (${code})`);
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  EISDIR: 'this is a folder, and a dataset is a file',
  // It stood in the list of the folder.
  ENOENT: 'this is a link to a file that is not there',
};

async function filesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    throw new TypeError(`DATASETS_DIR: the folder ${folder} can't be read.`);
  }
}
