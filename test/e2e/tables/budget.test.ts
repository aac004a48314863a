import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type House, startHouse } from '../harness.ts';
import { type Folder, folderOf } from './folder.ts';

const MINUTE = 60_000;
/** Wide enough for the first page to be sent before the next one is asked for. */
const FIELDS = `id ${[...'abcdefghij'].map((alias) => `${alias}: displayName`).join(' ')}`;
/** Six pages. */
const NAMES = `# title: Names
# rows: clients.nodes
query names { clients { nodes { ${FIELDS} } } }
`;

const PAGE = `{ clients(first: 200) { nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } } }`;

let rich: House;
let folder: Folder;
/** What a page costs. */
let page = 0;
beforeAll(async () => {
  folder = await folderOf({ 'names.graphql': NAMES });
  rich = await startHouse({
    sandbox: { clients: 1_100 },
    env: { DATASETS_DIR: folder.path, COST_PER_MINUTE: '1000000000' },
  });
  page = Number(((await rich.ask(PAGE)).extensions.cost as { requested: number }).requested);
});
afterAll(async () => {
  await rich.stop();
  await folder.remove();
});
// The clock goes on when it is told to, for the budget as well as for who waits for it.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const realTimeout = setTimeout;
/** Waits until no more calls are made. */
async function still(): Promise<number> {
  let before = -1;
  for (let same = 0; same < 50; ) {
    await new Promise((resolve) => realTimeout(resolve, 10));
    const now = rich.calls().length;
    same = now === before ? same + 1 : 0;
    before = now;
  }
  return before;
}

/** A gateway whose callers may spend so much in a minute, over the same platforms. */
const withBudget = (points: number): Promise<House> =>
  startHouse({
    beside: rich,
    env: { DATASETS_DIR: folder.path, COST_PER_MINUTE: String(Math.ceil(points)) },
  });

const TABLES = ['/tables/names.csv', '/tables/names.ndjson', '/odata/v4/Clients?$select=id,displayName'];

describe('a budget that is used up', () => {
  test.each(TABLES)('in the middle of a table is waited for, and the table is whole: %s', async (path) => {
    const whole = await (await fetch(rich.gateway.url + path)).text();
    const poor = await withBudget(2.5 * page);
    rich.clear();
    const reply = await fetch(poor.gateway.url + path);
    expect(reply.status).toBe(200);
    let hasEnded = false;
    const text = reply.text().finally(() => {
      hasEnded = true;
    });
    text.catch(() => {});
    const counts = [await still()];
    for (; !hasEnded && counts.length < 20; counts.push(await still())) vi.advanceTimersByTime(MINUTE);
    expect((await text).replaceAll(poor.gateway.url, rich.gateway.url)).toBe(whole);
    // Each minute brought something, and none of them all.
    expect(new Set(counts).size).toBe(counts.length);
    expect(counts.length).toBeGreaterThan(2);
    await poor.stop();
  });

  test('is told before anything is sent, and at once', async () => {
    const poor = await withBudget(1.5 * page);
    expect((await poor.ask(PAGE)).errors).toBeUndefined();
    rich.clear();
    // No time passes meanwhile: who waited for the budget would wait for ever.
    for (const path of TABLES) {
      const reply = await fetch(poor.gateway.url + path);
      expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '60']);
      const told = await reply.text();
      expect(told).toContain('"code":"BUDGET_EXCEEDED"');
      // What Apollo Server takes for its own answer is none of the caller's.
      expect(told).not.toContain('"http"');
    }
    expect(rich.calls()).toEqual([]);
    await poor.stop();
  });
});
