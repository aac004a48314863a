import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  changeKeys,
  checkKeysFile,
  createKeyStore,
  expiryOf,
  idOfKey,
  issueKey,
  type KeyEntry,
  readKeys,
  revoked,
} from '../../src/guard/keys/index.ts';
import { newKeyText } from '../../src/guard/keys/text.ts';

const NOW = new Date('2026-10-31T12:00:00Z');
const DAY = 86_400_000;

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
  file = join(folder, 'keys.json');
});
afterEach(() => rm(folder, { recursive: true }));

/** A new key in the file. */
async function issued(order: { days?: number; units?: string[]; scopes?: string[] } = {}) {
  const { text, entry } = issueKey({
    name: 'Power BI',
    organisationUnitIds: order.units ?? ['ou-1'],
    scopes: order.scopes ?? ['clients:read'],
    expiresAt: new Date(NOW.getTime() + (order.days ?? 90) * DAY),
    now: NOW,
  });
  await changeKeys(file, (keys) => [...keys, entry]);
  return { text, id: entry.id };
}

/** A store whose clock is turned by hand. */
function storeOf() {
  const clock = { time: NOW.getTime() };
  const problems: string[] = [];
  const store = createKeyStore(file, { now: () => clock.time, onProblem: (reason) => problems.push(reason) });
  const says = (key: string): Promise<string> =>
    store.identify(key).then(
      ({ subject }) => subject,
      (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
    );
  return { clock, problems, store, says, later: (ms: number) => (clock.time += ms) };
}

const INVALID = 'UNAUTHENTICATED: The API key is not valid.';
const MISTYPED = 'UNAUTHENTICATED: The API key was mistyped or cut off: copy it again.';

describe('the text of a key', () => {
  it('has an id, 256 bits and a sum, and tells its id', () => {
    const texts = Array.from({ length: 200 }, () => newKeyText());
    for (const { id, text } of texts) {
      expect(text).toMatch(/^wg_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
      expect(idOfKey(text)).toBe(id);
    }
    expect(new Set(texts.map(({ text }) => text)).size).toBe(200);
    expect(62 ** 43).toBeGreaterThan(2 ** 256);
  });
});

describe('a key', () => {
  it('stands for its caller', async () => {
    const { text, id } = await issued({ units: ['ou-1', 'ou-2'], scopes: ['clients:read', 'plans:read'] });
    expect(await storeOf().store.identify(text)).toEqual({
      subject: `key:${id}`,
      unrestricted: false,
      organisationUnitIds: ['ou-1', 'ou-2'],
      employeeId: null,
      roles: [],
      scopes: ['clients:read', 'plans:read'],
    });
  });

  it('is refused however it is mangled', async () => {
    const { text } = await issued();
    const { store } = storeOf();
    const place = fc.integer({ min: 0, max: text.length - 1 });
    const mangled = fc.oneof(
      fc
        .tuple(place, fc.string({ minLength: 1, maxLength: 1 }))
        .map(([at, c]) => text.slice(0, at) + c + text.slice(at + 1)),
      place.map((at) => text.slice(0, at)),
      place.map((at) => text.slice(0, at) + text.slice(at + 1)),
      fc.tuple(place, fc.string({ minLength: 1 })).map(([at, more]) => text.slice(0, at) + more + text.slice(at)),
      fc.string({ minLength: 1 }).map((more) => text + more),
      place.map((at) => text.slice(at) + text.slice(0, at)),
      fc.constantFrom(text.toLowerCase(), text.toUpperCase(), ` ${text}`, `${text}\n`, text + text, `${text}\0`),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(
        mangled.filter((each) => each !== text),
        async (each) => {
          await expect(store.identify(each)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
        },
      ),
      { numRuns: 1_000 },
    );
    await expect(store.identify(text)).resolves.toBeDefined();
  });

  it('that nobody knows is refused in the same words as a wrong secret; one mistyped is told apart', async () => {
    const { text } = await issued();
    const unknown = newKeyText().text;
    const { says } = storeOf();
    expect(await says(unknown)).toBe(INVALID);
    // The id of a key that is there, with a secret and a sum of its own.
    const file2 = JSON.parse(await readFile(file, 'utf8')) as KeyEntry[];
    await writeFile(file, JSON.stringify(file2.map((key) => ({ ...key, id: idOfKey(unknown) }))));
    expect(await storeOf().says(unknown)).toBe(INVALID);
    expect(await says(`${text.slice(0, -1)}${text.endsWith('x') ? 'y' : 'x'}`)).toBe(MISTYPED);
    expect(await says('secret')).toContain('begins with `wg_`');
  });

  it('ends when it expires, to the millisecond; only its holder is told', async () => {
    const { text } = await issued({ days: 1 });
    const { says, later } = storeOf();
    later(DAY - 1);
    expect(await says(text)).toMatch(/^key:/);
    later(1);
    expect(await says(text)).toBe('UNAUTHENTICATED: The API key has expired: ask for a new one.');
  });

  it('is never written down', async () => {
    const { text } = await issued();
    const kept = await readFile(file, 'utf8');
    expect(kept).not.toContain(text.slice(16, 40));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

describe('the file', () => {
  it('is looked at again: a revocation holds a second later, without a restart', async () => {
    const { text, id } = await issued();
    const { says, later } = storeOf();
    expect(await says(text)).toBe(`key:${id}`);
    await changeKeys(file, (keys) => revoked(keys, id, NOW));
    expect(await says(text)).toBe(`key:${id}`);
    later(1_000);
    expect(await says(text)).toBe('UNAUTHENTICATED: The API key was revoked: ask for a new one.');
  });

  it('may appear later, and may go', async () => {
    const { says, later, problems } = storeOf();
    const early = newKeyText().text;
    expect(await says(early)).toBe(INVALID);
    const { text, id } = await issued();
    later(1_000);
    expect(await says(text)).toBe(`key:${id}`);
    await rm(file);
    later(1_000);
    expect(await says(text)).toBe(INVALID);
    expect(problems).toEqual([]);
  });

  it.each([
    ['no JSON', '[{"id": "secret', 'it is not JSON'],
    ['no list', '{}', 'entry list: '],
    ['a misspelt field', null, 'entry 0: has a field that is not known'],
  ])('that breaks (%s) leaves the last good keys, and is reported once', async (_name, broken, reason) => {
    const { text, id } = await issued();
    const { says, later, problems } = storeOf();
    expect(await says(text)).toBe(`key:${id}`);
    const good = await readFile(file, 'utf8');
    await writeFile(file, broken ?? good.replace('"hash"', '"revokdAt": "2026-01-01T00:00:00Z", "hash"'));
    for (let round = 0; round < 3; round += 1) {
      later(1_000);
      expect(await says(text)).toBe(`key:${id}`);
    }
    expect(problems).toEqual([expect.stringContaining(reason)]);
    expect(problems.join()).not.toContain('secret');
    await writeFile(file, good);
    later(1_000);
    expect(await says(text)).toBe(`key:${id}`);
    await writeFile(file, 'broken again');
    later(1_000);
    await says(text);
    expect(problems).toHaveLength(2);
  });

  it('that breaks before anyone came with a key leaves those that it had at the start', async () => {
    const { text, id } = await issued();
    const { store, says, later } = storeOf();
    await store.load();
    await writeFile(file, 'x');
    later(1_000);
    expect(await says(text)).toBe(`key:${id}`);
  });

  it('that is broken from the start has no keys, and nobody gets in', async () => {
    await writeFile(file, 'x');
    const { says, problems } = storeOf();
    expect(await says(newKeyText().text)).toBe(INVALID);
    expect(problems).toEqual(['it is not JSON']);
  });

  it('that is not readable as a file is reported once', async () => {
    const store = storeOf();
    await rm(file, { force: true });
    await symlink(folder, file);
    for (let round = 0; round < 3; round += 1) {
      expect(await store.says(newKeyText().text)).toBe(INVALID);
      store.later(1_000);
    }
    expect(store.problems).toEqual([expect.stringContaining('EISDIR')]);
  });

  it('is read again even where its time and size say that nothing changed', async () => {
    const { text, id } = await issued();
    const other = newKeyText().id;
    const { says, later } = storeOf();
    const longAgo = new Date(NOW.getTime() - DAY);
    await utimes(file, longAgo, longAgo);
    expect(await says(text)).toBe(`key:${id}`);
    await writeFile(file, (await readFile(file, 'utf8')).replace(id, other));
    await utimes(file, longAgo, longAgo);
    later(1_000);
    expect(await says(text)).toBe(INVALID);
  });

  it('that others may write is reported', async () => {
    const { text } = await issued();
    await chmod(file, 0o666);
    const { says, problems } = storeOf();
    expect(await says(text)).toMatch(/^key:/);
    expect(problems).toEqual(['others than its owner may write it']);
  });

  it('serves many at once while it changes', async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => issued()));
    expect(new Set((await readKeys(file)).map(({ id }) => id)).size).toBe(5);
    const { says, later } = storeOf();
    const asks = Array.from({ length: 500 }, async (_, at) => {
      if (at % 50 === 0) later(1_000);
      const key = keys[at % 5];
      return key !== undefined && (await says(key.text)) === `key:${key.id}`;
    });
    const changes = Array.from({ length: 5 }, () => issued());
    expect((await Promise.all(asks)).every(Boolean)).toBe(true);
    await Promise.all(changes);
    expect(await readKeys(file)).toHaveLength(10);
  });

  it('is replaced whole: nothing is left beside it, and a link to it stays one', async () => {
    const link = join(folder, 'link.json');
    await issued();
    await symlink(file, link);
    await changeKeys(link, (keys) => [...keys, ...keys].slice(0, 1));
    expect((await readdir(folder)).sort()).toEqual(['keys.json', 'link.json']);
    expect((await stat(link)).isFile()).toBe(true);
    await writeFile(file, 'broken');
    await expect(changeKeys(file, () => [])).rejects.toThrow('it is not JSON');
    expect(await readFile(file, 'utf8')).toBe('broken');
    expect((await readdir(folder)).sort()).toEqual(['keys.json', 'link.json']);
  });
});

describe('before the start', () => {
  it('a good file is as it should be, and one that does not exist yet is worth a word', async () => {
    expect(await checkKeysFile(file)).toEqual({
      faults: [],
      warnings: [expect.stringMatching(/^API_KEYS_FILE .*npm run api-key -- create/)],
    });
    await issued();
    expect(await checkKeysFile(file)).toEqual({ faults: [], warnings: [] });
  });

  it.each([
    ['is no JSON', '[{"id": "secret', 'it is not JSON'],
    ['is no list', '{"secret": 1}', 'entry list: '],
    ['is empty', '', 'it is not JSON'],
    ['has a broken entry', '[{"id": "secret"}]', 'entry 0'],
  ])('a file that %s is a fault, which does not quote it', async (_what, text, reason) => {
    await writeFile(file, text);
    const { faults, warnings } = await checkKeysFile(file);
    expect(warnings).toEqual([]);
    expect(faults).toEqual([expect.stringMatching(new RegExp(`^API_KEYS_FILE: ${reason}.*correct the file`))]);
    expect(faults.join()).not.toContain('secret');
  });

  it('a folder is a fault', async () => {
    expect((await checkKeysFile(folder)).faults).toEqual([expect.stringContaining('EISDIR')]);
  });
});

describe('an expiry', () => {
  it('is a number of days or a day', () => {
    expect(expiryOf('90d', NOW)).toEqual(new Date(NOW.getTime() + 90 * DAY));
    expect(expiryOf('366d', NOW)).toEqual(new Date(NOW.getTime() + 366 * DAY));
    expect(expiryOf('2026-10-31', NOW)).toEqual(new Date('2026-11-01T00:00:00Z'));
  });

  it.each(['', '0d', '367d', '9999d', '-1d', '1.5d', '90', '2026-02-31', '2026-10-30', '2028-01-01', 'never'])(
    'is refused as %j',
    (text) => {
      expect(() => expiryOf(text, NOW)).toThrow(TypeError);
    },
  );
});
