import { describe, expect, it } from 'vitest';
import { stack, type Wrapper } from '../../src/platform/http/send.ts';
import { createPool } from '../../src/platform/http/transport.ts';
import { withErrors } from '../../src/platform/http/withErrors.ts';
import { PlannrAccount } from '../../src/sources/plannr/account-header.ts';
import { accounts } from '../../src/sources/plannr/accounts.ts';
import { createPlannr } from '../../src/sources/plannr/index.ts';
import { plans } from '../../src/sources/plannr/plans.ts';
import { PlannrReader } from '../../src/sources/plannr/reader.ts';
import { listen } from '../platform/helpers.ts';
import { answer, callScope, failureOf, plainStack, recorder, uuids } from './helpers.ts';

const ACCOUNT = 'a0c00000-0000-4000-8000-000000000001';
const EMPTY = { data: [], links: { next: null }, meta: { current_page: 1, last_page: 1, per_page: 500, total: 0 } };

function reading(body: (url: URL, index: number) => unknown = () => EMPTY, ...wrappers: Wrapper[]) {
  const { send, calls, paths } = recorder((call, index) => body(new URL(call.url), index));
  return { reader: new PlannrReader('https://plannr.test/', stack(send, ...wrappers)), calls, paths };
}

const pageNumber = (url: URL): number => Number(url.searchParams.get('page'));
const named = (...ids: string[]) => ids.map((uuid) => ({ uuid }));

describe('lists of Plannr', () => {
  it('are asked for by filters, includes and the largest page', async () => {
    const { reader, paths } = reading();
    await accounts(reader).byIds(callScope(), ['a', 'b']);
    await accounts(reader).allClients(callScope());
    await plans(reader).ofAccounts(callScope(), ['a', 'b'], []);
    await plans(reader).byIds(callScope(), ['a'], ['latest_valuations']);
    await plans(reader).valuations(callScope(), 'a', { from: '2026-01-01' });
    expect(paths().map(decodeURIComponent)).toEqual([
      '/api/v1/account?filter[uuid]=a,b&include=external_references&per_page=500&page=1',
      '/api/v1/account?filter[type]=client&include=external_references&per_page=500&page=1',
      '/api/v1/plans?filter[client]=a,b&include=client,accounts&per_page=500&page=1',
      '/api/v1/plans?filter[uuid]=a&include=client,accounts,latest_valuations&per_page=500&page=1',
      '/api/v1/plans/a/valuations?filter[valued_at_after]=2026-01-01&per_page=500&page=1',
    ]);
    for (const path of paths()) expect(path).not.toMatch(/%2C/i);
  });

  it('are read to the end once the first page told the total', async () => {
    const ids = uuids(1_200);
    const { reader, calls } = reading((url) => ({
      data: named(...ids.slice((pageNumber(url) - 1) * 500, pageNumber(url) * 500)),
      links: {},
      meta: { per_page: '500', total: 1_200 },
    }));
    expect((await accounts(reader).allClients(callScope())).map(({ item }) => item.uuid)).toEqual(ids);
    expect(calls).toHaveLength(3);
  });

  it('are read in chunks of 100 ids, and what comes with two is there once', async () => {
    const { reader, calls } = reading((_url, index) => ({
      ...EMPTY,
      data: named('joint', `own-${index}`),
      meta: { total: 2 },
    }));
    const found = await plans(reader).ofAccounts(callScope(), uuids(150), []);
    expect(found.items.map(({ item }) => item.uuid).sort()).toEqual(['joint', 'own-0', 'own-1']);
    expect(calls.map(({ url }) => new URL(url).searchParams.get('filter[client]')?.split(',').length)).toEqual([
      100, 50,
    ]);
    expect(calls.every(({ url }) => url.length <= 8_000)).toBe(true);
  });

  it('name no id in the template that logs show', async () => {
    const { reader, calls } = reading();
    await plans(reader).valuations(callScope(), ACCOUNT, {});
    expect(calls[0]?.template).toBe('/api/v1/plans/{uuid}/valuations');
  });

  it.each([[null], [[]], [{ items: [] }], [{ data: {} }]])('that hold no data are a coded error: %j', async (body) => {
    const error = await failureOf(accounts(reading(() => body).reader).allClients(callScope()));
    expect(error).toMatchObject({ code: 'UPSTREAM_INVALID_DATA', system: 'PLANNR' });
  });
});

describe('pages without `meta`', () => {
  /** Pages that only `links` joins. */
  const linked =
    (...pages: string[][]) =>
    (url: URL) => ({
      data: named(...(pages[pageNumber(url) - 1] ?? [])),
      links: { next: pageNumber(url) < pages.length ? `https://plannr.test/next?page=${pageNumber(url) + 1}` : null },
    });
  const read = async (...pages: string[][]) => {
    const { reader, calls } = reading(linked(...pages));
    const found = await accounts(reader).allClients(callScope());
    return { ids: found.map(({ item }) => item.uuid), calls: calls.length };
  };

  it('go on while `links.next` says so', async () => {
    expect(await read(['a', 'b'], ['c', 'd'], ['e'])).toEqual({ ids: ['a', 'b', 'c', 'd', 'e'], calls: 3 });
    expect(await read(['a'])).toEqual({ ids: ['a'], calls: 1 });
    expect(await read([])).toEqual({ ids: [], calls: 1 });
  });

  it('go on behind a short page that has a next one', async () => {
    expect((await read(['a', 'b', 'c'], ['d'], ['e'])).ids).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('end where there is no next one, also when the last is as long as the others', async () => {
    expect(await read(['a', 'b'], ['c', 'd'])).toEqual({ ids: ['a', 'b', 'c', 'd'], calls: 2 });
  });
});

describe('one thing', () => {
  it('stands under `data`, and is null where Plannr has none', async () => {
    const { reader, paths } = reading(
      (_url, index) => (index === 0 ? { data: { level: 420 } } : answer(404, null)),
      withErrors,
    );
    expect(await accounts(reader).risk(callScope(), 'a')).toEqual({ level: 420 });
    expect(await accounts(reader).risk(callScope(), 'b')).toBeNull();
    expect(paths()).toEqual(['/api/v1/client/a/risk', '/api/v1/client/b/risk']);
  });

  it('that fails otherwise is an error', async () => {
    const { reader } = reading(() => answer(500, null), withErrors);
    expect(await failureOf(accounts(reader).risk(callScope(), 'a'))).toMatchObject({ status: 500 });
  });
});

describe('the account header', () => {
  const logins = (body: unknown) => {
    const { send, paths } = recorder(() => body);
    return { account: (uuid?: string) => new PlannrAccount(send, 'https://plannr.test', uuid), paths };
  };
  const login = (uuid: string) => ({ uuid: 'login', account: { uuid, name: 'Hart Advisers' } });

  it('is the one that was set, without asking', async () => {
    const { account, paths } = logins({});
    expect(await account(ACCOUNT).uuid(callScope())).toBe(ACCOUNT);
    expect(paths()).toEqual([]);
  });

  it('is the preferred account of the login, else its first, asked for once', async () => {
    const preferred = logins({ data: [login('first'), login(ACCOUNT)], preferred_account_uuid: ACCOUNT });
    const account = preferred.account();
    expect(await Promise.all([1, 2, 3].map(() => account.uuid(callScope())))).toEqual([ACCOUNT, ACCOUNT, ACCOUNT]);
    expect(await account.uuid(callScope())).toBe(ACCOUNT);
    expect(preferred.paths()).toEqual(['/api/v1/logins']);
    expect(
      await logins({ data: [login('first'), login('second')] })
        .account()
        .uuid(callScope()),
    ).toBe('first');
    expect(
      await logins({ data: [login('first')], preferred_account_uuid: null })
        .account()
        .uuid(callScope()),
    ).toBe('first');
  });

  it.each([[null], [{ data: [] }], [{ data: [{ account: null }] }], [{ data: [login('a\r\nb')] }]])(
    'is a coded error where the login has no account: %j',
    async (body) => {
      const error = await failureOf(logins(body).account().uuid(callScope()));
      expect(error).toMatchObject({ code: 'UPSTREAM_REJECTED', system: 'PLANNR' });
    },
  );

  it('goes with every call but the one for logins, beside the token', async () => {
    const seen: (string | string[] | undefined)[][] = [];
    const pool = createPool();
    const way = plainStack({ system: 'PLANNR', pool });
    const server = await listen((request, response) => {
      seen.push([request.url?.split('?')[0], request.headers['x-plannr-account-uuid'], request.headers.authorization]);
      response.end(JSON.stringify(request.url === '/api/v1/logins' ? { data: [login(ACCOUNT)] } : EMPTY));
    });
    const plannr = createPlannr({ baseUrl: server.url, accessToken: () => 't0ken', stack: way });
    await Promise.all([plannr.accounts.allClients(callScope()), plannr.plans.byIds(callScope(), ['a'], [])]);
    await pool.destroy();
    await server.stop();
    expect(seen.sort()).toEqual([
      ['/api/v1/account', ACCOUNT, 'Bearer t0ken'],
      ['/api/v1/logins', undefined, 'Bearer t0ken'],
      ['/api/v1/plans', ACCOUNT, 'Bearer t0ken'],
    ]);
  });
});
