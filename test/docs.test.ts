import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const text = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

const TESTS = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' });

/** Whether a file is a test that a path stands for: `guard/limits-*` for several, `platform/http` for all of a folder. */
function isOf(path: string): (file: string) => boolean {
  const pattern = new RegExp(`^${path.replaceAll('*', '[^/]*')}(/[^/]*)?\\.test\\.ts$`);
  return (file) => pattern.test(file.replaceAll('\\', '/'));
}

/** Rows of the first table that has this heading for its last column, each as its cells. */
function rows(document: string, last: string): string[][] {
  const lines = document.split('\n');
  const start = lines.findIndex((line) => line.endsWith(`| ${last} |`));
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) => line.split('|').slice(1, -1));
}

test('every row of the threat model names tests that are there', () => {
  const threats = rows(text('SECURITY.md'), 'Shown by');
  expect(threats.length).toBeGreaterThan(10);
  for (const cells of threats) {
    const tests = [...(cells.at(-1) ?? '').matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? '');
    expect(tests, cells[0]).not.toEqual([]);
    for (const path of tests) expect(TESTS.filter(isOf(path)), path).not.toEqual([]);
  }
});

test('every command of package.json that people call stands in the table of commands', () => {
  const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
  const called = Object.keys(scripts).filter((name) => !/^(pre|post)/.test(name) && !INNER.includes(name));
  const contributing = text('CONTRIBUTING.md');
  for (const name of called) expect(contributing, name).toMatch(new RegExp(`^\\|.*\`npm (run )?${name}\`.*\\|`, 'm'));
});

/** What other commands call. */
const INNER = ['build', 'check:settings'];
