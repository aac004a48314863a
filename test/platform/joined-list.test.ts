import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadInput } from '../../src/platform/errors.ts';
import type { Connection } from '../../src/platform/relay/connection.ts';
import { JoinedList, type Section } from '../../src/platform/relay/sections.ts';
import type { PageArguments } from '../../src/platform/relay/window.ts';
import type { System } from '../../src/platform/system.ts';
import { outage } from './helpers.ts';

/** A platform's part: which of its positions belong to the list. */
interface Part {
  readonly belongs: readonly boolean[];
  readonly exact: boolean;
}

const name = (section: number, position: number): string => `${section}/${position}`;

function sectionOf({ belongs, exact }: Part, index: number): Section<string> {
  return {
    exact,
    read: async (offset, count) => ({
      items: belongs
        .slice(offset, offset + count)
        .flatMap((does, at) => (does ? [{ position: offset + at, node: name(index, offset + at) }] : [])),
      more: offset + count < belongs.length,
    }),
    length: async () => belongs.length,
    total: async () => belongs.filter(Boolean).length,
  };
}

function failing(system: System): Section<string> & { calls: number } {
  const section = {
    exact: true,
    calls: 0,
    read: () => fail(),
    length: () => fail(),
    total: () => fail(),
  };
  const fail = async (): Promise<never> => {
    section.calls += 1;
    throw outage(system);
  };
  return section;
}

const LIST = { name: 'things', filter: null };
const pageOf = (sections: readonly Section<string>[], args: PageArguments): Promise<Connection<string>> =>
  new JoinedList(LIST, sections).page(args);

const PART: fc.Arbitrary<Part> = fc.oneof(
  fc.nat(25).map((length) => ({ belongs: Array.from({ length }, () => true), exact: true })),
  fc.array(fc.boolean(), { maxLength: 25 }).map((belongs) => ({ belongs, exact: false })),
);
const PARTS = fc.array(PART, { minLength: 1, maxLength: 3 });
const SIZES = fc.integer({ min: 1, max: 12 });
const allOf = (parts: readonly Part[]): string[] =>
  parts.flatMap(({ belongs }, index) => belongs.flatMap((does, at) => (does ? [name(index, at)] : [])));

describe('a list of sections', () => {
  it('is walked forward over each item once, in order, with any page size', async () => {
    await fc.assert(
      fc.asyncProperty(PARTS, SIZES, async (parts, first) => {
        const sections = parts.map(sectionOf);
        const seen: string[] = [];
        let page = await pageOf(sections, { first });
        for (seen.push(...page.nodes); await page.pageInfo.hasNextPage(); seen.push(...page.nodes)) {
          page = await pageOf(sections, { first, after: page.pageInfo.endCursor });
          expect(page.nodes.length).toBeGreaterThan(0);
          expect(await page.pageInfo.hasPreviousPage()).toBe(true);
        }
        expect(seen).toEqual(allOf(parts));
        expect(await page.totalCount()).toBe(seen.length);
      }),
    );
  });

  it('is walked backward over each item once, in order, with any page size', async () => {
    await fc.assert(
      fc.asyncProperty(PARTS, SIZES, async (parts, last) => {
        const sections = parts.map(sectionOf);
        const seen: string[] = [];
        let page = await pageOf(sections, { last });
        for (seen.unshift(...page.nodes); await page.pageInfo.hasPreviousPage(); seen.unshift(...page.nodes)) {
          page = await pageOf(sections, { last, before: page.pageInfo.startCursor });
          expect(page.nodes.length).toBeGreaterThan(0);
          expect(await page.pageInfo.hasNextPage()).toBe(true);
        }
        expect(seen).toEqual(allOf(parts));
      }),
    );
  });

  it('has the page before and after any cursor tell what lies around it', async () => {
    await fc.assert(
      fc.asyncProperty(PARTS, SIZES, fc.nat(80), async (parts, size, pick) => {
        const sections = parts.map(sectionOf);
        const all = allOf(parts);
        const { edges } = await pageOf(sections, { first: 200 });
        const at = pick % Math.max(1, all.length);
        const cursor = edges[at]?.cursor;
        if (cursor === undefined) return;
        const after = await pageOf(sections, { first: size, after: cursor });
        expect(after.nodes).toEqual(all.slice(at + 1, at + 1 + size));
        if (after.nodes.length > 0) expect(await after.pageInfo.hasPreviousPage()).toBe(true);
        expect(await after.pageInfo.hasNextPage()).toBe(at + 1 + size < all.length);
        const before = await pageOf(sections, { last: size, before: cursor });
        expect(before.nodes).toEqual(all.slice(Math.max(0, at - size), at));
        if (before.nodes.length > 0) expect(await before.pageInfo.hasNextPage()).toBe(true);
        expect(await before.pageInfo.hasPreviousPage()).toBe(at - size > 0);
      }),
    );
  });

  it.each([true, false])('knows of the item that an empty page was asked from (exact: %s)', async (exact) => {
    const sections = [sectionOf({ belongs: [true], exact }, 0)];
    const cursor = (await pageOf(sections, {})).pageInfo.endCursor;
    expect(await (await pageOf(sections, { first: 1, after: cursor })).pageInfo.hasPreviousPage()).toBe(true);
    expect(await (await pageOf(sections, { last: 1, before: cursor })).pageInfo.hasNextPage()).toBe(true);
  });

  it('goes on from a place, that place included', async () => {
    const list = new JoinedList(
      LIST,
      [
        { belongs: [true, true], exact: true },
        { belongs: [true], exact: true },
      ].map(sectionOf),
    );
    expect((await list.from(null, 2)).map(({ node }) => node)).toEqual(['0/0', '0/1']);
    expect((await list.from({ section: 0, position: 1 }, 5)).map(({ node }) => node)).toEqual(['0/1', '1/0']);
  });

  it('refuses the cursor of another filter', async () => {
    const sections = [sectionOf({ belongs: [true], exact: true }, 0)];
    const other = await new JoinedList({ name: 'things', filter: { status: 'ACTIVE' } }, sections).page({});
    await expect(pageOf(sections, { after: other.pageInfo.endCursor })).rejects.toBeInstanceOf(BadInput);
  });
});

describe('a section whose platform fails', () => {
  const people = { belongs: [true, true, true], exact: true };

  it('is left out of the page, reported once, and makes the total unknown', async () => {
    const page = await pageOf([failing('DYNAMIC_PLANNER'), sectionOf(people, 1), failing('DYNAMIC_PLANNER')], {
      first: 10,
    });
    expect(page.nodes).toEqual(['1/0', '1/1', '1/2']);
    expect(await page.pageInfo.hasNextPage()).toBe(false);
    expect(page.problems.map(({ system }) => system)).toEqual(['DYNAMIC_PLANNER']);
    expect(page.missing).toEqual(['DYNAMIC_PLANNER']);
    expect(await page.totalCount()).toBeNull();
  });

  it('is left out backward as well', async () => {
    const page = await pageOf([sectionOf(people, 0), failing('PLANNR')], { last: 2 });
    expect(page.nodes).toEqual(['0/1', '0/2']);
    expect(page.missing).toEqual(['PLANNR']);
  });

  it('is not asked while the page is full without it', async () => {
    const broken = failing('PLANNR');
    expect((await pageOf([sectionOf(people, 0), broken], { first: 2 })).nodes).toHaveLength(2);
    expect(broken.calls).toBe(0);
  });

  it('does not pass for the end of the list in silence where only `hasNextPage` meets it', async () => {
    const page = await pageOf([sectionOf(people, 0), failing('PLANNR')], { first: 3 });
    let ended: boolean | 'told' = 'told';
    try {
      ended = await page.pageInfo.hasNextPage();
    } catch {
      // An error at the field says so too.
    }
    expect(ended === false && page.missing.length === 0).toBe(false);
  });

  it('does not hide a defect: what is no failure of a platform is thrown on', async () => {
    const broken: Section<string> = { ...failing('PLANNR'), read: () => Promise.reject(new TypeError('defect')) };
    await expect(pageOf([broken], { first: 1 })).rejects.toBeInstanceOf(TypeError);
  });
});
