import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';
import { allOf, type Entity, type ODataReply, odata, pagesOf } from './odata-caller.ts';

const SETS = [
  ...['Clients', 'Relationships', 'Plans', 'Owners', 'Valuations', 'Holdings', 'Cashflows', 'RiskLevels', 'Employees'],
  'OrganisationUnits',
];

/** Without what the service says of entities. */
const PLAIN = { accept: 'application/json;odata.metadata=none' };

let house: House;
const all = new Map<string, Entity[]>();
const rows = (set: string): Entity[] => all.get(set) ?? [];
const get = (path: string, headers: Record<string, string> = {}): Promise<ODataReply> => odata(house, path, headers);
beforeAll(async () => {
  // More people than a page of the graph holds.
  house = await startHouse({ sandbox: { clients: 230 }, env: { CACHE: 'entities', COST_PER_MINUTE: '1000000000' } });
  for (const set of SETS) all.set(set, await allOf(house, `/${set}`, { prefer: 'odata.maxpagesize=5000' }));
});
afterAll(() => house?.stop());

describe.each(SETS)('%s', (set) => {
  const key = (entity: Entity): string => JSON.stringify(entity);

  test('are each there once', () => {
    expect(rows(set).length).toBeGreaterThan(0);
    expect(new Set(rows(set).map(key)).size).toBe(rows(set).length);
  });

  test('come in pages of the size asked for, none twice', async () => {
    const size = Math.max(2, Math.ceil(rows(set).length / 4));
    const pages = await pagesOf(house, `/${set}`, { prefer: `odata.maxpagesize=${size}` });
    expect(pages.flat()).toEqual(rows(set));
    expect(pages.slice(0, -1).every((page) => page.length === size)).toBe(true);
  });

  test('are counted, with and without a filter', async () => {
    expect((await get(`/${set}/$count`)).text).toBe(String(rows(set).length));
    const property = Object.keys(rows(set)[0]).at(-1) ?? '';
    const passing = rows(set).filter((entity) => entity[property] !== null);
    expect((await get(`/${set}/$count?$filter=${property} ne null`)).text).toBe(String(passing.length));
    const { body } = await get(`/${set}?$filter=${property} ne null&$count=true&$top=0`);
    expect(body).toMatchObject({ '@odata.count': passing.length, value: [] });
  });

  test('can be selected and put in order', async () => {
    const [first = '', second = ''] = Object.keys(rows(set)[0]);
    const { body } = await get(`/${set}?$select=${second}&$top=3`, PLAIN);
    expect(body.value).toEqual(
      rows(set)
        .slice(0, 3)
        .map((entity) => ({ [second]: entity[second] })),
    );
    const ordered = await allOf(house, `/${set}?$orderby=${second} desc,${first}&$select=${first},${second}`, PLAIN);
    expect(ordered.map((entity) => entity[second])).toEqual(
      rows(set)
        .map((entity) => entity[second])
        .toSorted(descending),
    );
    expect(ordered.map(key).toSorted()).toEqual(
      rows(set)
        .map((entity) => key({ [first]: entity[first], [second]: entity[second] }))
        .toSorted(),
    );
  });
});

describe('an entity whose key is not selected', () => {
  const root = () => `${house.gateway.url}/odata/v4`;

  test.each(SETS)('of %s says by its URL which it is, as nobody asked for its key', async (set) => {
    const { body } = await get(`/${set}?$top=1`);
    const [{ '@odata.id': none, ...whole }] = body.value;
    expect(none).toBeUndefined();
    const { Wealthgraph } = (await get('/$metadata?$format=json')).body;
    const type = Wealthgraph.Container[set].$Type.split('.').at(-1);
    const key: string[] = Wealthgraph[type].$Key;
    const other = Object.keys(whole).find((property) => !key.includes(property)) ?? '';
    for (const select of [other, [other, ...key.slice(1)].join(',')]) {
      const [found] = (await get(`/${set}?$top=1&$select=${select}`)).body.value;
      // Before everything else, as JSON in a stream has it.
      expect(Object.keys(found)[0]).toBe('@odata.id');
      const { '@odata.context': _, ...again } = (await (await fetch(found['@odata.id'])).json()) as Entity;
      expect(again).toEqual(whole);
    }
    const [keyed] = (await get(`/${set}?$top=1&$select=${[other, ...key].join(',')}`)).body.value;
    expect(keyed).not.toHaveProperty(['@odata.id']);
  });

  test('alone, behind a link and expanded, too, but not without metadata', async () => {
    const client = rows('Clients').find(({ adviserId }) => adviserId !== null);
    const own = `${root()}/Clients('${client.id}')`;
    const adviser = `${root()}/Employees('${client.adviserId}')`;
    const expand = '$expand=Adviser($select=displayName),Relationships($select=type)';
    const { body } = await get(`/Clients('${client.id}')?$select=displayName&${expand}`);
    expect(Object.keys(body).slice(0, 2)).toEqual(['@odata.context', '@odata.id']);
    expect([body['@odata.id'], body.Adviser['@odata.id']]).toEqual([own, adviser]);
    const { body: related } = await get(`/Clients('${client.id}')/Adviser?$select=displayName`);
    expect(related).toMatchObject({ '@odata.id': adviser, displayName: client.adviserDisplayName });
    for (const { '@odata.id': id, type } of body.Relationships)
      expect(await (await fetch(id)).json()).toMatchObject({ clientId: client.id, type });
    expect((await get(`/Clients('${client.id}')?$select=displayName&${expand}`, PLAIN)).text).not.toContain('@odata');
  });
});

test('a link that is selected stands in the context, and brings no properties', async () => {
  const { body } = await get('/Clients?$select=Plans&$top=1');
  expect(body['@odata.context']).toMatch(/#Clients\(Plans\)$/);
  expect(Object.keys(body.value[0])).toEqual(['@odata.id']);
  const { body: both } = await get(`/Clients('${rows('Clients')[0].id}')?$select=Plans&$expand=Plans`);
  expect(both['@odata.context']).toMatch(/#Clients\(Plans,Plans\(\)\)\/\$entity$/);
  expect(Object.keys(both)).toEqual(['@odata.context', '@odata.id', 'Plans']);
});

/** By code points as the service compares texts; null is the smallest. */
function descending(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? 1 : -1;
}

describe('paging', () => {
  test('passes over $skip and ends at $top, across pages', async () => {
    const pages = await pagesOf(house, '/Plans?$skip=37&$top=101', { prefer: 'odata.maxpagesize=25' });
    expect(pages.map((page) => page.length)).toEqual([25, 25, 25, 25, 1]);
    expect(pages.flat()).toEqual(rows('Plans').slice(37, 138));
  });

  test('keeps an order, and what is skipped and left off in it', async () => {
    const headers = { prefer: 'odata.maxpagesize=30' };
    const ordered = rows('Clients').toSorted((a, b) => descending(b.displayName, a.displayName));
    const found = await pagesOf(house, '/Clients?$orderby=displayName&$skip=5&$top=100', headers);
    expect(found.map((page) => page.length)).toEqual([30, 30, 30, 10]);
    expect(found.flat().map(({ displayName }) => displayName)).toEqual(
      ordered.slice(5, 105).map(({ displayName }) => displayName),
    );
  });

  test('tells the total on every page, counted once', async () => {
    const passing = rows('Plans').filter(({ name }) => name.includes('a'));
    const path = "/Plans?$filter=contains(name,'a')&$count=true&$select=name";
    const { body, headers } = await get(path, { prefer: 'odata.maxpagesize=40' });
    expect(headers.get('preference-applied')).toBe('odata.maxpagesize=40');
    let [page, seen] = [body, 0];
    for (;;) {
      expect(page['@odata.count']).toBe(passing.length);
      seen += page.value.length;
      if (page['@odata.nextLink'] === undefined) break;
      page = await (await fetch(page['@odata.nextLink'], { headers: { prefer: 'odata.maxpagesize=40' } })).json();
    }
    expect(seen).toBe(passing.length);
  });

  test('goes on where another page size is preferred', async () => {
    const { body } = await get('/Owners', { prefer: 'maxpagesize=7' });
    const rest = await allOf(house, body['@odata.nextLink'].slice(`${house.gateway.url}/odata/v4`.length));
    expect([...body.value, ...rest]).toEqual(rows('Owners'));
  });

  /** The token of a link to the second page. */
  const tokenOf = async (path: string): Promise<string> => {
    const { body } = await get(path, { prefer: 'odata.maxpagesize=2' });
    return new URL(body['@odata.nextLink']).searchParams.get('$skiptoken') ?? '';
  };
  const withToken = (path: string, token: string): Promise<ODataReply> =>
    get(`${path}${path.includes('?') ? '&' : '?'}$skiptoken=${encodeURIComponent(token)}`);

  test('refuses a link of another collection, of other entities of it or of another order', async () => {
    const ownPlans = (position: number) => {
      const counted = rows('Clients').filter(
        ({ id }) => rows('Owners').filter(({ clientId }) => clientId === id).length > 4,
      );
      return `/Clients('${counted[position].id}')/Plans`;
    };
    const lists = [
      ...['/Clients', '/Clients?$orderby=displayName', '/Clients?$orderby=displayName desc', '/Clients?$search=a'],
      ...["/Clients?$filter=status eq 'ACTIVE'", "/Clients?$filter=status eq @p&@p='ACTIVE'"],
      ...["/Clients?$filter=status ne @p&@p='ACTIVE'", "/Clients?$filter=status ne @p&@p='NOTHING'"],
      ...['/Plans?$select=id', ownPlans(0), ownPlans(1), '/Owners'],
    ];
    for (const from of lists) {
      const token = await tokenOf(from);
      for (const to of lists) {
        const { status, body } = await withToken(to, token);
        expect([status, body.error?.target], `${from} ${to}`).toEqual(
          to === from ? [200, undefined] : [400, '$skiptoken'],
        );
      }
    }
    const whole = await get('/Clients', { prefer: 'odata.maxpagesize=210' });
    const token = new URL(whole.body['@odata.nextLink']).searchParams.get('$skiptoken') ?? '';
    expect((await withToken('/Plans', token)).body.error.target).toBe('$skiptoken');
  });

  test('takes a link whose options tell other things of the same entities, or are written otherwise', async () => {
    const token = await tokenOf("/Clients?$select=id&$filter=status eq 'ACTIVE'");
    const rest = rows('Clients').filter(({ status }) => status === 'ACTIVE');
    for (const options of [
      'filter=status+eq+%27ACTIVE%27',
      "$filter=%20status eq 'ACTIVE'&$expand=Adviser&$count=true",
    ])
      expect((await withToken(`/Clients?${options}&$select=id`, token)).body.value.map(({ id }: Entity) => id)).toEqual(
        rest.slice(2).map(({ id }) => id),
      );
  });
});

describe('$filter', () => {
  const contains = (text: string | null, part: string): boolean => text?.includes(part) === true;

  test.each<[string, string, (entity: Entity) => boolean]>([
    ['Plans', "type eq 'PENSION'", ({ type }) => type === 'PENSION'],
    ['Plans', "type in ('PENSION','INVESTMENT')", ({ type }) => ['PENSION', 'INVESTMENT'].includes(type)],
    ['Plans', "type eq 'PENSION' or type eq 'NOTHING'", ({ type }) => type === 'PENSION'],
    ['Plans', "type eq 'NOTHING'", () => false],
    ['Plans', "not (type eq 'PENSION')", ({ type }) => type !== 'PENSION'],
    ['Plans', 'currentValue gt 250000.50', ({ currentValue }) => currentValue > 250_000.5],
    ['Plans', 'currentValue eq null', ({ currentValue }) => currentValue === null],
    ['Plans', "startswith(name,'R') and riskLevel le 5", (p) => p.name.startsWith('R') && (p.riskLevel ?? 99) <= 5],
    ['Plans', "policyNumber eq '-'", ({ policyNumber }) => policyNumber === '-'],
    ['Plans', 'year(openedOn) eq 2024', ({ openedOn }) => contains(openedOn, '2024-')],
    ['Clients', "contains(displayName,'Thornton')", ({ displayName }) => contains(displayName, 'Thornton')],
    ['Clients', "contains(tolower(displayName),'THORN')", () => false],
    ['Clients', "status eq 'ACTIVE'", ({ status }) => status === 'ACTIVE'],
    ['Clients', 'status ne null', ({ status }) => status !== null],
    ['Clients', "adviserId eq 'garbage'", () => false],
    ['Clients', 'updatedAt ge 2026-09-01T00:00:00Z', ({ updatedAt }) => updatedAt >= '2026-09-01'],
    ['Clients', 'updatedAt gt 2026-09-01T02:00:00%2B02:00', ({ updatedAt }) => updatedAt > '2026-09-01T00:00:00.000Z'],
    ['Clients', 'updatedAt lt 2026-01-01T00:00:00Z', ({ updatedAt }) => updatedAt !== null && updatedAt < '2026'],
    ['Clients', 'dateOfBirth lt 1960-01-01', ({ dateOfBirth }) => dateOfBirth !== null && dateOfBirth < '1960'],
    ['Valuations', 'valuedOn ge 2026-06-01', ({ valuedOn }) => valuedOn >= '2026-06-01'],
    ['Valuations', 'valuedOn ge 0000-01-01 and valuedOn lt 2024-01-01', ({ valuedOn }) => valuedOn < '2024'],
    // The last and the first day there are: what stands for an open end.
    ['Valuations', 'valuedOn le 9999-12-31', () => true],
    ['Valuations', 'valuedOn ge 2026-06-01 and valuedOn lt 9999-12-31', ({ valuedOn }) => valuedOn >= '2026-06-01'],
    ['Valuations', 'valuedOn eq 9999-12-31', () => false],
    ['Valuations', 'valuedOn ge 0001-01-01', () => true],
    ['Valuations', 'valuedOn le 0001-01-01', () => false],
    ['Valuations', "planType eq 'PENSION'", ({ planType }) => planType === 'PENSION'],
    ['Owners', 'position gt 1', ({ position }) => position > 1],
    ['Relationships', "type eq 'Marriage'", ({ type }) => type === 'Marriage'],
    ['Employees', "role eq 'adviser'", ({ role }) => role === 'adviser'],
    ['OrganisationUnits', 'parentId eq null', ({ parentId }) => parentId === null],
  ])('%s: %s', async (set, filter, passes) => {
    expect(await allOf(house, `/${set}?$filter=${filter}`)).toEqual(rows(set).filter(passes));
  });

  test('by keys gives those that there are, and passes over ids that are nobody’s', async () => {
    const [first, , third] = rows('Clients');
    const ids = [third.id, 'garbage', 'Rm9vOmQ6eA', first.id, rows('Plans')[0].id];
    const filter = `id in (${ids.map((id) => `'${id}'`).join(',')})`;
    const found = await allOf(house, `/Clients?$filter=${filter}&$orderby=displayName`);
    expect(found).toEqual([first, third].toSorted((a, b) => descending(b.displayName, a.displayName)));
    const { planId } = rows('Owners')[4];
    const owners = rows('Owners').filter((owner) => owner.planId === planId);
    expect(await allOf(house, `/Owners?$filter=planId eq '${planId}'`)).toEqual(owners);
  });
});

describe('$search', () => {
  test('finds clients by words of their names, in any case', async () => {
    const found = await allOf(house, '/Clients?$search=thornton AND "marg"');
    const expected = rows('Clients').filter(
      ({ displayName }) => /thornton/i.test(displayName) && /marg/i.test(displayName),
    );
    expect(found).toEqual(expected);
    expect(found.length).toBeGreaterThan(0);
    expect((await get('/Clients/$count?$search=thornton')).text).toBe(
      String(rows('Clients').filter(({ displayName }) => /thornton/i.test(displayName)).length),
    );
  });
});
