import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileNotes, redisNotes } from '../../src/platform/notes.ts';
import { connectRedis, type Redis } from '../../src/platform/redis.ts';
import { startRedis } from '../redis.ts';

const folder = await mkdtemp(join(tmpdir(), 'notes-'));
const server: { url: string; own: ChildProcess | null } | null = await startRedis();
const connections: Redis[] = [];
const KEY = `notes-test:${process.pid}`;

afterAll(async () => {
  await rm(folder, { recursive: true });
  await connections[0]?.del(KEY);
  for (const connection of connections) connection.destroy();
  server?.own?.kill();
});

async function connected(url: string): Promise<Redis> {
  const connection = connectRedis(url, () => {});
  connections.push(connection);
  await expect.poll(() => connection.isReady, { timeout: 60_000 }).toBe(true);
  return connection;
}

describe('notes in a file', () => {
  const file = join(folder, 'notes.json');

  it('are there after a restart, and one leaves the others', async () => {
    expect(await fileNotes(file).read()).toEqual({});
    await fileNotes(file).write({ a: '1', b: '2' });
    await fileNotes(file).write({ b: '3' });
    expect(await fileNotes(file).read()).toEqual({ a: '1', b: '3' });
    await fileNotes(file).write({ a: null, nothing: null });
    expect(await fileNotes(file).read()).toEqual({ b: '3' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['notes.json']);
  });

  it('that are written at one time are all kept', async () => {
    const notes = fileNotes(file);
    const names = Array.from({ length: 30 }, (_, index) => `n${index}`);
    await Promise.all(names.map((name) => notes.write({ [name]: name })));
    expect(await notes.read()).toMatchObject(Object.fromEntries(names.map((name) => [name, name])));
  });

  it.each(['', '{"a":', '[1]', 'null', '{"a":1}'])('that are damaged are none: %s', async (text) => {
    await writeFile(file, text);
    expect(await fileNotes(file).read()).toEqual({});
    await fileNotes(file).write({ c: '4' });
    expect(await fileNotes(file).read()).toEqual({ c: '4' });
  });
});

describe.skipIf(server === null)('notes in Redis', () => {
  it("are every gateway's", async () => {
    const url = server?.url ?? '';
    const [one, other] = [redisNotes(await connected(url), KEY), redisNotes(await connected(url), KEY)];
    expect(await one.read()).toEqual({});
    await one.write({ a: '1', b: '2' });
    await other.write({ b: '3' });
    await other.write({});
    expect(await one.read()).toEqual({ a: '1', b: '3' });
    await other.write({ a: null, c: '5' });
    expect(await one.read()).toEqual({ b: '3', c: '5' });
  });
});
