import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheKey, upstreamScope } from '../../../src/platform/cache/scope.ts';
import { SourceCache } from '../../../src/sources/caching.ts';
import { callScope } from '../helpers.ts';
import { kindOf, LIFETIMES, Platform, things, thingTag } from './made-up.ts';
import { emptyDatabase, LONG, type Node, one, startNode, withRedis } from './nodes.ts';

const database = await emptyDatabase(13);
afterAll(() => database?.stop());

describe.skipIf(database === null)('an entry in Redis', () => {
  let nodes: Node[] = [];
  const at = (index: number): Node => nodes[index] as Node;

  beforeEach(async () => {
    await withRedis(database?.url ?? '', (redis) => redis.flushDb());
    nodes = [await startNode({ redisUrl: database?.url }), await startNode({ redisUrl: database?.url })];
  });
  afterEach(() => {
    for (const node of nodes) node.stop();
  });

  /** A read that brings this, whatever it is. */
  const bringing = (value: unknown, calls: unknown[] = []) => ({
    ...things(new Platform()),
    read: async (ids: readonly string[]) => {
      calls.push(ids);
      return { values: new Map(ids.map((id) => [id, { value, tags: [thingTag(id)], bytes: 10 }])) };
    },
  });

  test('is read as it was written, whatever a platform sent', async () => {
    // What can be sent, and what writers of JSON have been known to take for something else.
    const field = fc.constantFrom('toJSON', '__proto__', 'constructor', 'then', 'length', ':base64:eA==', 'id');
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(':', '::a', ':base64:eA==', ':base64:::'));
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        tie('list'),
        tie('item'),
      ),
      list: fc.array(tie('any')),
      item: fc.dictionary(fc.oneof(field, text), tie('any')),
    })).any;
    let id = 0;
    await fc.assert(
      fc.asyncProperty(value, async (some) => {
        // As it comes from a platform.
        const sent = JSON.parse(JSON.stringify(some)) as unknown;
        id += 1;
        const calls: unknown[] = [];
        const read = bringing(sent, calls);
        await one(at(0), read, `id-${id}`);
        expect(JSON.stringify(await one(at(1), read, `id-${id}`))).toBe(JSON.stringify(sent));
        expect(calls).toHaveLength(1);
        expect([...at(0).errors, ...at(1).errors]).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('tells nobody a token, a secret or an address, but only what was read', async () => {
    const secrets = ['https://platform.example/v1', 'client-id-4711', 'subscription-key-0815', 'callers-own-token'];
    const [token = '', ...identity] = secrets.toReversed();
    const use = { cache: at(0).cache, lifetimes: { clients: LIFETIMES } as never };
    const source = new SourceCache('DYNAMIC_PLANNER', use, identity);
    const { read, tagsOf, kind } = things(new Platform());
    const reading = { read, tagsOf, kind, resource: 'clients', pace: 'clients' } as const;
    await source.many({ ...callScope(), upstreamToken: token }, reading, ['an-id']);
    await source.many(callScope(), reading, ['an-id']);
    await at(0).cache.drop([thingTag('an-id')]);
    await one(at(0), things(new Platform()), 'an-id');
    const redis = at(0).redis as NonNullable<Node['redis']>;
    const keys = await redis.keys('*');
    expect(keys.map((key) => key.replace(/:[\w-]{32}:/, ':<hash>:')).sort()).toEqual([
      'wealthgraph:cache::1:DYNAMIC_PLANNER:<hash>:clients:an-id',
      'wealthgraph:cache::1:DYNAMIC_PLANNER:<hash>:clients:an-id',
      'wealthgraph:cache::1:DYNAMIC_PLANNER:<hash>:things:an-id',
      'wealthgraph:drops',
      'wealthgraph:drops:position',
    ]);
    const entries = await redis.mGet(keys.filter((key) => key.includes('cache')));
    const drops = [
      await redis.xRange('wealthgraph:drops', '-', '+'),
      await redis.hGetAll('wealthgraph:drops:position'),
    ];
    const all = JSON.stringify([keys, entries, drops]);
    expect(all).toContain('an-id');
    for (const secret of secrets) expect(all).not.toContain(secret);
    // The hash of a token alone would tell who holds the token.
    for (const hash of ['hex', 'base64', 'base64url'] as const)
      expect(all).not.toContain(createHash('sha256').update(token).digest(hash).slice(0, 20));
  });

  test('ends by itself when it is good for nothing any more', async () => {
    const lifetimes = { freshMs: 1_000, staleMs: 2_000, staleIfErrorMs: 3_000, absentMs: 500 };
    const platform = new Platform();
    platform.absent.add('b');
    await one(at(0), things(platform, 'own', lifetimes), 'a');
    await one(at(0), things(platform, 'own', lifetimes), 'b');
    const ttl = async (id: string) => {
      const [key = ''] = (await at(1).redis?.keys(`*things:${id}`)) ?? [];
      return key === '' ? 0 : Number(await at(1).redis?.pTTL(key));
    };
    expect(await ttl('a')).toBeLessThanOrEqual(4_000);
    expect(await ttl('b')).toBeLessThanOrEqual(500);
    await expect.poll(() => at(1).redis?.keys('wealthgraph:cache*'), LONG).toEqual([]);
  });

  test('that is broken is as good as none', async () => {
    const platform = new Platform();
    const key = `wealthgraph:cache::1:${cacheKey(kindOf('own').scope, 'things', 'a')}`;
    for (const broken of ['', 'nonsense', '{"value":', 'null', '{}', '[]', '{"value":null}']) {
      await at(0).redis?.set(key, broken);
      expect(await one(at(0), things(platform), 'a')).toMatchObject({ id: 'a' });
      await withRedis(database?.url ?? '', (redis) => redis.flushDb());
    }
  });
});

describe('the key of an entry', () => {
  // Few of each, so that two of them are often alike in part.
  const text = fc.constantFrom('', 'a', 'b', 'ab', 'a:b', '","', 'x'.repeat(200), 'x'.repeat(201), 'x'.repeat(300));
  test('is another one for each scope, resource and id', () => {
    const parts = fc.tuple(fc.array(text, { maxLength: 2 }), fc.constantFrom('plan', 'plans', 'plans[]'), text);
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const [one, other] = [a, b].map(([identity, resource, id]) =>
          cacheKey(upstreamScope('PLANNR', ...identity), resource, id),
        );
        expect(one === other).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 1_000 },
    );
  });

  test('tells identities apart that read the same when they are joined', () => {
    const scopes = [['a', 'b'], ['ab'], ['a', 'b', ''], ['', 'a', 'b'], ['a,b'], ['a","b']];
    expect(new Set(scopes.map((identity) => upstreamScope('PLANNR', ...identity))).size).toBe(scopes.length);
    expect(upstreamScope('PLANNR', 'a')).not.toBe(upstreamScope('DYNAMIC_PLANNER', 'a'));
  });

  test('of a long list is no longer than it need be', () => {
    const long = 'x'.repeat(100_000);
    const key = cacheKey(upstreamScope('PLANNR', 'a'), 'plans', long);
    expect(key.length).toBeLessThan(300);
    expect(key).not.toBe(cacheKey(upstreamScope('PLANNR', 'a'), 'plans', `${long}y`));
  });
});
