import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lockFolder } from '../../../src/platform/events/folder-lock.ts';
import { LogUnavailable, openEmbeddedLog } from '../../../src/platform/events/index.ts';
import { failureOf } from '../helpers.ts';
import { compliance } from './compliance.ts';
import { all, embedded } from './logs.ts';
import { OPTIONS } from './open.ts';
import { write } from './processes.ts';

compliance('the embedded log', embedded);

let root: string;
let count = 0;
function newFolder(): string {
  count += 1;
  return join(root, String(count), 'events');
}
const entries = (number: number, length = 10) =>
  Array.from({ length: number }, (_, i) => ({ key: `key-${i}`, value: 'x'.repeat(length) }));

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wealthgraph-embedded-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A folder with a log that was closed. */
async function written(number = 50, length = 20_000): Promise<string> {
  const folder = newFolder();
  const log = await openEmbeddedLog(folder, OPTIONS);
  await log.append(entries(number, length));
  await log.stop();
  return folder;
}

test('folder and files are for the owner alone', async () => {
  const folder = newFolder();
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const log = await openEmbeddedLog(folder, OPTIONS);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const file of await readdir(folder)) expect((await stat(join(folder, file))).mode & 0o077, file).toBe(0);
  await log.stop();
});

describe('one process at a time', () => {
  test('a second one is told who has the folder and what to do; when the first ends, it may', async () => {
    const folder = newFolder();
    const log = await openEmbeddedLog(folder, OPTIONS);
    const { lines } = await write([folder, 'second']);
    expect(lines.join()).toContain(`failed LogUnavailable: DATA_DIR: ${folder} is in use by process ${process.pid} `);
    expect(lines.join()).toContain('REDIS_URL');
    expect(await failureOf(openEmbeddedLog(folder, OPTIONS))).toBeInstanceOf(LogUnavailable);
    await log.append(entries(1));
    await log.stop();
    const again = await openEmbeddedLog(folder, OPTIONS);
    expect(await all(again)).toHaveLength(1);
    await again.stop();
  });

  const lockOf = async (folder: string, holder: string): Promise<string> => {
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'owner.lock');
    await writeFile(file, holder);
    return file;
  };
  const own = async (): Promise<{ pid: number; started: string; place: string }> => {
    const folder = newFolder();
    await mkdir(folder, { recursive: true });
    const lock = await lockFolder(folder);
    const text = await readFile(join(folder, 'owner.lock'), 'utf8');
    await lock.release();
    return JSON.parse(text);
  };

  test('what a killed process has left is not taken for a live one, also where its number is in use again', async () => {
    const me = await own();
    const gone = [
      { ...me, pid: 2 ** 30 },
      { ...me, pid: process.ppid, started: `${me.started}0` },
      { ...me, started: `${me.started}0` },
    ];
    for (const holder of gone) {
      const folder = newFolder();
      await lockOf(folder, JSON.stringify(holder));
      await (await lockFolder(folder)).release();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  test('one in another container counts as alive while it touches its lock', async () => {
    const elsewhere = JSON.stringify({ ...(await own()), place: 'elsewhere pid:[1]' });
    for (const left of [elsewhere, '', 'half a fi']) {
      const folder = newFolder();
      await lockOf(folder, left);
      await (await lockFolder(folder, 5)).release();
    }
    const folder = newFolder();
    const file = await lockOf(folder, elsewhere);
    let touches = 0;
    const timer = setInterval(() => {
      touches += 1;
      void utimes(file, 1, touches);
    }, 1);
    const error = await failureOf(lockFolder(folder, 500));
    clearInterval(timer);
    expect(error).toBeInstanceOf(LogUnavailable);
    expect((error as Error).message).toContain('(elsewhere)');
  });

  test('of many who want a folder at the same time, whose owner was killed, one gets it', async () => {
    const me = await own();
    const folder = newFolder();
    await lockOf(folder, JSON.stringify({ ...me, pid: 2 ** 30 }));
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('a file that is not whole is told of, and ends no process', () => {
  const damages: Record<string, (file: string) => Promise<unknown>> = {
    'another kind of file': (file) => writeFile(file, 'This is something else. '.repeat(1_000)),
    'a few bytes': (file) => writeFile(file, 'x'),
    'cut off behind its head': (file) => truncate(file, 8_192),
    'cut off in the middle': (file) => truncate(file, 400_000),
    'cut off near the end': async (file) => truncate(file, (await stat(file)).size - 70_000),
    'overwritten with nothing': async (file) => {
      const handle = await open(file, 'r+');
      await handle.write(Buffer.alloc(900_000), 0, 900_000, 8_192);
      await handle.close();
    },
  };
  for (const [name, damage] of Object.entries(damages))
    test(name, async () => {
      const folder = await written();
      await damage(join(folder, 'data.mdb'));
      // A process of its own: one that lmdb ends must not take the tests along.
      const { lines, code } = await write([folder, 'after']);
      expect(lines.join('\n')).toContain('failed LogUnavailable: DATA_DIR: the event log is damaged');
      expect(code).toBe(1);
    });

  test('an empty one is a new log', async () => {
    const folder = newFolder();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'data.mdb'), '');
    const log = await openEmbeddedLog(folder, OPTIONS);
    await log.append(entries(3));
    expect(await all(log)).toHaveLength(3);
    await log.stop();
  });

  test('a folder that can not be made', async () => {
    const file = join(root, 'a-file');
    await writeFile(file, '');
    const error = await failureOf(openEmbeddedLog(join(file, 'events'), OPTIONS));
    expect(error).toBeInstanceOf(LogUnavailable);
    expect((error as Error).message).toContain('DATA_DIR');
  });
});

test('where no more can be written appends are refused with the reason, and what was accepted is there', async () => {
  const folder = newFolder();
  const { lines, code } = await write([folder, 'full', '20000'], { limitKb: 1_000 });
  expect(lines.at(-1)).toContain('failed LogUnavailable');
  expect(lines.at(-1)).toContain('Look whether the disk under DATA_DIR is full');
  expect(code).toBe(1);
  const promised = lines.slice(0, -1).map((line) => line.split(' ')[0]);
  expect(promised.length).toBeGreaterThan(5);
  const log = await openEmbeddedLog(folder, OPTIONS);
  const keys = (await all(log)).map(({ key }) => key);
  for (const key of promised) expect(keys).toContain(key);
  expect((await log.append([{ key: 'more', value: 1 }]))[0]?.isNew).toBe(true);
  await log.stop();
});

test('room of what was trimmed is used again', async () => {
  const folder = newFolder();
  const log = await openEmbeddedLog(folder, { ...OPTIONS, retention: { maxAgeMs: 1e12, maxEntries: 50 } });
  const size = async () => (await stat(join(folder, 'data.mdb'))).size;
  const sizes: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    await log.append(entries(50, 4_000).map(({ key, value }) => ({ key: `${round}-${key}`, value })));
    await log.trim();
    sizes.push(await size());
  }
  expect(sizes.at(-1)).toBeLessThan(4 * (sizes[2] ?? 0));
  await log.stop();
});
