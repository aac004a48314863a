import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';
import { allOf, type Entity, odata } from './odata-caller.ts';

// Requests as Power Query's OData.Feed, which Excel and Power BI share, makes them out of steps of a query: its options are named in Microsoft's
// "OData Feed" connector and the folding tutorial (learn.microsoft.com/power-query/samples/trippin/10-tableview1/readme); that it may ask for an
// expanded list entity by entity, in github.com/microsoft/DataConnectors/issues/250.

const HEADERS = {
  accept:
    'application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7',
  'accept-encoding': 'gzip, deflate',
  maxdataserviceversion: '3.0',
  'odata-maxversion': '4.0',
  prefer: 'odata.include-annotations="*"',
  'user-agent': 'Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)',
};

let house: House;
let clients: Entity[];
let plans: Entity[];
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 60 }, env: { CACHE: 'entities', COST_PER_MINUTE: '1000000000' } });
  clients = await allOf(house, '/Clients');
  plans = await allOf(house, '/Plans');
});
afterAll(() => house?.stop());

async function rows(path: string): Promise<Entity[]> {
  const { status, text, headers, body } = await odata(house, path, HEADERS);
  expect(status, text).toBe(200);
  expect(headers.get('odata-version')).toBe('4.0');
  expect(headers.get('content-type')).toContain('application/json;odata.metadata=minimal');
  expect(body['@odata.context']).toContain(`/odata/v4/$metadata#${path.split('?')[0]?.slice(1)}`);
  return body.value;
}

/** By what a query of Power Query compares text with. */
const descending = (a: Entity, b: Entity): number => Number(b.currentValuePence) - Number(a.currentValuePence);

test('the navigator: the service, then $metadata', async () => {
  const { body } = await odata(house, '/', HEADERS);
  expect(body.value.every(({ kind }: Entity) => kind === 'EntitySet')).toBe(true);
  const { status, headers, text } = await odata(house, '/$metadata', { ...HEADERS, accept: 'application/xml' });
  expect([status, headers.get('content-type'), headers.get('odata-version')]).toEqual([200, 'application/xml', '4.0']);
  expect(text).toMatch(/^<\?xml[^>]*>\s*<edmx:Edmx Version="4.0"/);
  // With the headers of data too, which accept JSON rather: in 4.0 there is none of it.
  const model = await odata(house, '/$metadata', HEADERS);
  expect([model.status, model.headers.get('content-type')]).toEqual([200, 'application/xml']);
});

test('the preview: $top=1000', async () => {
  expect(await rows('/Clients?$top=1000')).toEqual(clients);
});

test('kept columns, filtered and sorted rows: $select, $filter, $orderby, $top', async () => {
  const found = await rows(
    "/Plans?$filter=type eq 'PENSION' and updatedAt ge 2026-01-01T00:00:00Z&$orderby=currentValuePence desc,id&$select=id,type,currentValuePence,updatedAt&$top=1001",
  );
  const expected = plans
    .filter(({ type, updatedAt }) => type === 'PENSION' && updatedAt >= '2026-01-01')
    .toSorted((a, b) => descending(a, b) || (a.id < b.id ? -1 : 1))
    .map(({ id, type, currentValuePence, updatedAt }) => ({ id, type, currentValuePence, updatedAt }));
  expect(found).toEqual(expected);
  expect(found.length).toBeGreaterThan(1);
});

describe('a filter', () => {
  test.each<[string, string, (entity: Entity) => boolean]>([
    ['Clients', "contains(displayName, 'Thornton')", ({ displayName }) => displayName.includes('Thornton')],
    ['Clients', "contains(tolower(displayName),'smith')", ({ displayName }) => /smith/i.test(displayName)],
    ['Clients', "startswith(displayName,'A') eq true", ({ displayName }) => displayName.startsWith('A')],
    ['Clients', "endswith(displayName,'l')", ({ displayName }) => displayName.endsWith('l')],
    ['Clients', 'not (adviserId eq null)', ({ adviserId }) => adviserId !== null],
    ['Clients', 'adviserId ne null and dateOfBirth ne null', (c) => c.adviserId !== null && c.dateOfBirth !== null],
    ['Clients', "(status eq 'ACTIVE' or status eq 'PROSPECT')", ({ status }) => /^(ACTIVE|PROSPECT)$/.test(status)],
    ['Clients', 'year(dateOfBirth) ge 1970', ({ dateOfBirth }) => dateOfBirth !== null && dateOfBirth >= '1970'],
    [
      'Clients',
      'updatedAt ge 2026-01-01T00:00:00Z and updatedAt lt 2026-09-01T00:00:00Z',
      ({ updatedAt }) => updatedAt >= '2026-01-01' && updatedAt < '2026-09-01',
    ],
    ['Plans', "type in ('PENSION','INVESTMENT')", ({ type }) => ['PENSION', 'INVESTMENT'].includes(type)],
    [
      'Plans',
      "not (type eq 'PENSION' or type eq 'INVESTMENT')",
      ({ type }) => !['PENSION', 'INVESTMENT'].includes(type),
    ],
    [
      'Plans',
      'currentValue gt 100000 and currentValue le 250000.00',
      (p) => p.currentValue > 1e5 && p.currentValue <= 250_000,
    ],
    ['Plans', 'openedOn ge 2024-01-01', ({ openedOn }) => openedOn !== null && openedOn >= '2024'],
  ])('of %s: %s', async (set, filter, passes) => {
    const expected = (set === 'Clients' ? clients : plans).filter(passes);
    expect(await rows(`/${set}?$filter=${encodeURIComponent(filter)}`)).toEqual(expected);
    const { text, headers } = await odata(house, `/${set}/$count?$filter=${encodeURIComponent(filter)}`, HEADERS);
    expect([text, headers.get('content-type')]).toEqual([String(expected.length), 'text/plain; charset=utf-8']);
  });
});

test('counted rows: /$count, and $count=true with $top=0', async () => {
  expect((await odata(house, '/Plans/$count', { ...HEADERS, accept: 'text/plain' })).text).toBe(String(plans.length));
  const { body } = await odata(house, '/Plans?$count=true&$top=0', HEADERS);
  expect(body).toMatchObject({ '@odata.count': plans.length, value: [] });
});

test('removed and kept rows: $skip and $top', async () => {
  expect(await rows('/Plans?$skip=10&$top=5')).toEqual(plans.slice(10, 15));
});

test('a key in two rows of the navigator: the entity by its key', async () => {
  const [, plan] = plans;
  const { body } = await odata(house, `/Plans('${plan.id}')`, HEADERS);
  expect(body).toMatchObject(plan);
});

test('an expanded column: with $expand, or entity by entity', async () => {
  const expanded = (await odata(house, '/Clients?$expand=Plans($select=id,name;$top=50)&$select=id', HEADERS)).body
    .value;
  for (const { id, Plans } of expanded.slice(0, 10)) {
    const { body } = await odata(house, `/Clients('${id}')/Plans?$select=id,name`, HEADERS);
    expect(body.value).toEqual(Plans);
  }
  const { body } = await odata(house, '/Clients?$expand=Adviser($select=displayName)&$select=id&$top=1000', HEADERS);
  expect(body.value.map(({ Adviser }: Entity) => Adviser?.displayName ?? null)).toEqual(
    clients.map(({ adviserDisplayName }) => adviserDisplayName),
  );
});

test('all rows: page after page, with the links as they are', async () => {
  const headers = { ...HEADERS, prefer: 'odata.maxpagesize=50, odata.include-annotations="*"' };
  expect(await allOf(house, '/Plans?$select=id', headers)).toEqual(plans.map(({ id }) => ({ id })));
});
