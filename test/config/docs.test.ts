import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTINGS, type Setting } from '../../src/config/table.ts';
import { envExample, replaceBlock, settingsTable } from '../../src/tools/settings-docs.ts';
import { read } from './reading.ts';

describe('the documentation of the settings', () => {
  it('is what the table says', () => {
    expect(readFileSync('.env.example', 'utf8')).toBe(envExample());
  });

  it('stands in the README', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(replaceBlock(readme, settingsTable())).toBe(readme);
  });

  it('names every setting once, and each default is one that the setting accepts', () => {
    const names = SETTINGS.map((row) => row.name);
    expect(new Set(names).size).toBe(names.length);
    for (const row of SETTINGS as readonly Setting[]) {
      expect(settingsTable()).toContain(`| \`${row.name}\` |`);
      for (const value of [row.default, row.productionDefault]) {
        if (value !== undefined) expect(row.kind.safeParse(value).success, row.name).toBe(true);
      }
    }
  });

  it('gives an example file that changes nothing when its defaults are uncommented', () => {
    const lines = envExample().match(/^# [A-Z_]+=.+$/gm) ?? [];
    const pairs = lines.map((line) => line.slice(2).split(/=(.*)/s).slice(0, 2));
    const { DP_BASE_URL, DP_TOKEN_URL, PLANNR_BASE_URL, PLANNR_RATE_PER_MINUTE, ...rest } = Object.fromEntries(
      pairs,
    ) as Record<string, string>;
    expect([DP_BASE_URL, DP_TOKEN_URL, PLANNR_BASE_URL, PLANNR_RATE_PER_MINUTE]).not.toContain(undefined);
    expect(read(rest)).toEqual(read({}));
  });

  it('refuses a README without the markers', () => {
    expect(() => replaceBlock('# Wealthgraph', '')).toThrow('README.md needs the lines');
    expect(replaceBlock('a\n<!-- settings -->\nold\n<!-- /settings -->\nb', 'new')).toBe(
      'a\n<!-- settings -->\n\nnew\n\n<!-- /settings -->\nb',
    );
  });
});
