import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isEntry, say } from './entry.ts';
import { loadSchema, PRINTED, printStable } from './schema-files.ts';

// Prints the whole schema into schema/schema.graphql. `--check` writes nothing and exits 1 where that file is out of date.

function main(check: boolean): number {
  const text = printStable(loadSchema());
  if (!check) {
    writeFileSync(PRINTED, text);
    return 0;
  }
  const fresh = existsSync(PRINTED) && readFileSync(PRINTED, 'utf8') === text;
  if (!fresh) say(`${PRINTED} is out of date: run npm run schema`);
  return fresh ? 0 : 1;
}

if (isEntry(import.meta.url)) process.exitCode = main(process.argv.includes('--check'));
