import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { type Dataset, readDataset } from './dataset.ts';

/**
 * The datasets of some folders: each `*.graphql` in them is one. One that stands in a later folder takes the place of its namesake.
 * @throws TypeError that names every file that is wrong, and says why
 */
export async function loadDatasets(schema: GraphQLSchema, folders: readonly string[]): Promise<readonly Dataset[]> {
  const datasets = new Map<string, Dataset>();
  const faults: string[] = [];
  for (const folder of folders) {
    const files = (await filesOf(folder)).filter((file) => file.endsWith('.graphql')).sort();
    for (const file of files) {
      const name = basename(file, '.graphql');
      try {
        datasets.set(name, readDataset(schema, name, await readFile(join(folder, file), 'utf8')));
      } catch (error) {
        faults.push(`${join(folder, file)}: ${error instanceof Error ? error.message : 'can not be read'}`);
      }
    }
  }
  if (faults.length > 0) throw new TypeError(`datasets that are not right: ${faults.join('; ')}`);
  return [...datasets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function filesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    throw new TypeError(`DATASETS_DIR: the folder ${folder} can't be read.`);
  }
}
