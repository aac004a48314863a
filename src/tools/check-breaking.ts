import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { type Change, CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';
import { isEntry, say } from './entry.ts';
import { PRINTED, RELEASED } from './schema-files.ts';

// Compares the printed schema with the last release. Breaking changes are listed and the tool exits 1; dangerous ones are
// listed only.

interface Release {
  readonly name: string;
  readonly sdl: string;
}

/** What changed between two schemas (SDL) that can break a query, and what may surprise one. */
export async function risks(before: string, after: string): Promise<{ breaking: string[]; dangerous: string[] }> {
  const changes = await diff(buildSchema(before), buildSchema(after));
  const of = (level: CriticalityLevel) => changes.filter((change) => change.criticality.level === level).map(lineOf);
  return { breaking: of(CriticalityLevel.Breaking), dangerous: of(CriticalityLevel.Dangerous) };
}

function lineOf(change: Change): string {
  return change.path === undefined ? change.message : `${change.path}: ${change.message}`;
}

/** The newest `v*` tag's schema; without git, or without such a tag, the released schema that is kept in the repository. */
function lastRelease(): Release | undefined {
  const [tag] = git('-c', 'versionsort.suffix=-', 'tag', '--list', 'v*', '--sort=-v:refname').split('\n');
  const tagged = tag === undefined || tag === '' ? '' : git('show', `${tag}:schema/schema.graphql`);
  if (tag !== undefined && tagged !== '') return { name: tag, sdl: tagged };
  return existsSync(RELEASED) ? { name: RELEASED, sdl: readFileSync(RELEASED, 'utf8') } : undefined;
}

/** What git prints; nothing where it fails or is not there. */
function git(...args: string[]): string {
  try {
    return execFileSync('git', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 2 ** 20,
    });
  } catch {
    return '';
  }
}

async function main(): Promise<number> {
  const release = lastRelease();
  if (release === undefined) {
    say('no release yet');
    return 0;
  }
  const { breaking, dangerous } = await risks(release.sdl, readFileSync(PRINTED, 'utf8'));
  for (const line of dangerous) say(`dangerous since ${release.name}: ${line}`);
  for (const line of breaking) say(`breaking since ${release.name}: ${line}`);
  if (breaking.length === 0) say(`nothing breaking since ${release.name}`);
  return breaking.length === 0 ? 0 : 1;
}

if (isEntry(import.meta.url)) process.exitCode = await main();
