import { beforeAll, describe, expect, it } from 'vitest';
import { CLOSING, houseOf, RIGHT, WRONG } from './architecture/cases.ts';
import { judge, rooms, rules, violations, withFiles } from './architecture/cruise.ts';

describe('the house', () => {
  let found: string[] = [];
  let files: string[] = [];

  beforeAll(async () => {
    const result = await judge(process.cwd());
    found = violations(result);
    files = result.modules.map((module) => module.source).filter((source) => /^(src|resolvers)\//.test(source));
  });

  it('keeps its import rules', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(found).toEqual([]);
  });

  it('has a room for every file', () => {
    const above = /^src\/((main|gateway|welcome)\.ts$|assembly\/|tools\/)/;
    const homeless = files.filter(
      (file) => !above.test(file) && !rooms.some((room) => new RegExp(room.from).test(file)),
    );
    expect(homeless).toEqual([]);
  });

  it.each(rooms)('$name is about files that are there', ({ from }) => {
    const folder = from.match(/^\^((?:[a-z-]+\/)+)/)?.[1];
    expect(folder).toBeDefined();
    const built = files.some((file) => file.startsWith(folder ?? ''));
    if (built) expect(files.filter((file) => new RegExp(from).test(file))).not.toEqual([]);
  });
});

describe('the rules', () => {
  it('bite: each finds what breaks it', async () => {
    const house = houseOf([...WRONG.map(([, ...edge]) => edge), ...CLOSING]);
    const found = await withFiles(house, async (folder) => violations(await judge(folder)));
    for (const [rule, from, to] of WRONG)
      expect(found, `${rule}: ${from} → ${to}`).toContainEqual(lineOf(rule, from, to));
  });

  it('are all among those tried', () => {
    expect([...new Set(WRONG.map(([rule]) => rule))].sort()).toEqual(rules.map((rule) => rule.name).sort());
  });

  it('let pass what is right', async () => {
    expect(await withFiles(houseOf(RIGHT), async (folder) => violations(await judge(folder)))).toEqual([]);
  });

  it('see through the #src alias', async () => {
    const house = houseOf([['src/guard/a.ts', 'src/context/b.ts']]);
    house.set('src/guard/a.ts', "import { v } from '#src/context/b.ts';\nv;");
    const found = await withFiles(house, async (folder) => violations(await judge(folder)));
    expect(found).toEqual(['room-guard: src/guard/a.ts → src/context/b.ts']);
  });
});

function lineOf(rule: string, from: string, to: string): unknown {
  const target = to.endsWith('.ts') ? to : `(node_modules/)?${to}(/.*)?`;
  return expect.stringMatching(new RegExp(`^${rule}: ${from} → ${target}$`));
}
