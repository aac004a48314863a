import { type IncomingHttpHeaders, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listHash } from '../../src/platform/relay/cursor.ts';
import { tokenText } from '../../src/tables/odata/source/token.ts';
import { type House, startHouse } from './harness.ts';
import { allOf, type Entity, isODataError, type ODataReply, odata } from './odata-caller.ts';

/** A token of `Clients` whose cursor is none of the graph. */
const BROKEN = tokenText(listHash('Clients', {}), { after: 'xxx', offset: 0, shown: 0, total: null });

let house: House;
let clients: Entity[];
let plans: Entity[];
let owners: Entity[];
const get = (path: string, headers: Record<string, string> = {}): Promise<ODataReply> => odata(house, path, headers);
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 30 } });
  [clients, plans, owners] = (await Promise.all(
    ['/Clients', '/Plans', '/Owners'].map((path) => allOf(house, path)),
  )) as [Entity[], Entity[], Entity[]];
});
afterAll(() => house?.stop());

/** What `fetch` sends otherwise, or not at all. */
function raw(method: string, path: string): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  return new Promise((done, failed) => {
    request(`${house.gateway.url}/odata/v4${path}`, { method }, (response) => {
      const { statusCode: status = 0, headers } = response;
      let text = '';
      response
        .setEncoding('utf8')
        .on('data', (part) => {
          text += part;
        })
        .on('end', () => done({ status, headers, text }));
    })
      .on('error', failed)
      .end();
  });
}

describe('the service', () => {
  test.each(['', '/'])('describes itself at its root%s', async (path) => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(200);
    expect(headers.get('odata-version')).toBe('4.0');
    expect(headers.get('content-type')).toContain('application/json;odata.metadata=minimal');
    expect(body['@odata.context']).toBe(`${house.gateway.url}/odata/v4/$metadata`);
    expect(body.value).toContainEqual({ name: 'Plans', kind: 'EntitySet', url: 'Plans' });
  });

  test('has $metadata as XML where nothing else is asked for, and as JSON where it is', async () => {
    for (const accept of [undefined, 'application/xml', '*/*', 'application/atomsvc+xml;q=0.8,application/xml;q=0.7']) {
      const { status, headers, text } = await get('/$metadata', accept === undefined ? {} : { accept });
      expect([status, headers.get('content-type'), headers.get('odata-version')]).toEqual([
        200,
        'application/xml',
        '4.0',
      ]);
      expect(text).toContain('<EntitySet Name="Clients" EntityType="Wealthgraph.Client">');
    }
    const { body } = await get('/$metadata', { accept: 'application/json' });
    expect(body.Wealthgraph.Container.Clients.$Type).toBe('Wealthgraph.Client');
    expect((await get('/$metadata?$format=json')).body).toEqual(body);
  });

  test('every property and link of $metadata is there to be read', async () => {
    const { body } = await get('/$metadata?$format=json');
    for (const [set, { $Type, $NavigationPropertyBinding = {} }] of Object.entries<Entity>(
      body.Wealthgraph.Container,
    )) {
      if (set.startsWith('$') || set.startsWith('@')) continue;
      const type = body.Wealthgraph[$Type.split('.').at(-1)];
      const properties = Object.keys(type).filter((name) => !/[$@]/.test(name) && type[name].$Kind === undefined);
      const links = Object.keys($NavigationPropertyBinding);
      const { body: page } = await get(`/${set}?$top=1${links.length > 0 ? `&$expand=${links.join(',')}` : ''}`);
      expect(Object.keys(page.value[0]), set).toEqual([...properties, ...links]);
    }
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('refuses %s with 405, whatever the body', async (method) => {
    for (const path of ['/Clients', `/Clients('${clients[0].id}')`, '', '/$metadata']) {
      const reply = await odata(house, path, { 'content-type': 'multipart/mixed; boundary=x' }, method);
      expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      expect(isODataError(reply)).toBe(true);
    }
  });

  test.each(['OPTIONS', 'TRACE', 'MERGE'])('refuses %s with 405 too, in its own words', async (method) => {
    const reply = await raw(method, '/Clients');
    expect([reply.status, reply.headers.allow, reply.headers['odata-version']]).toEqual([405, 'GET, HEAD', '4.0']);
    expect(JSON.parse(reply.text).error.code).toBe('MethodNotAllowed');
  });

  test.each([
    ['$batch', '/$batch'],
    ['$batch', '/%24batch'],
    ['$query', '/Clients/$query'],
  ])('names what it has not where that is sent with POST: %s at %s', async (name, path) => {
    const reply = await odata(house, path, { 'content-type': 'multipart/mixed; boundary=x' }, 'POST');
    expect([reply.status, reply.body.error.target, isODataError(reply)]).toEqual([501, name, true]);
    expect((await odata(house, path, {}, 'DELETE')).status).toBe(405);
  });

  test('says its version also where a path can not be read', async () => {
    const reply = await raw('GET', '/%ff');
    expect([reply.status, reply.headers['odata-version']]).toEqual([400, '4.0']);
    expect(reply.headers['content-type']).toContain('application/json;odata.metadata=minimal');
    expect(JSON.parse(reply.text).error.code).toBe('BadRequest');
  });

  test('has $metadata in JSON for nobody who knows no 4.01, whose words that is', async () => {
    const old = { 'odata-maxversion': '4.0' };
    for (const accept of ['application/json;q=1.0,application/xml;q=0.7', 'application/xml', '*/*']) {
      const { status, headers } = await get('/$metadata', { ...old, accept });
      expect([status, headers.get('content-type')]).toEqual([200, 'application/xml']);
    }
    for (const reply of [
      await get('/$metadata', { ...old, accept: 'application/json' }),
      await get('/$metadata?$format=json', old),
    ])
      expect([reply.status, isODataError(reply)]).toEqual([406, true]);
    expect((await get('/Clients?$top=1', { ...old, accept: 'application/json' })).status).toBe(200);
    expect((await get('/$metadata?$format=json', { 'odata-maxversion': '4.01' })).status).toBe(200);
  });

  test('answers HEAD without a body', async () => {
    const { status, text } = await odata(house, '/Clients?$top=1', {}, 'HEAD');
    expect([status, text]).toEqual([200, '']);
  });

  test('compresses where asked', async () => {
    const bytes = await new Promise<Buffer>((done, failed) => {
      const options = { headers: { 'accept-encoding': 'gzip' } };
      request(`${house.gateway.url}/odata/v4/Clients`, options, (response) => {
        expect(response.headers['content-encoding']).toBe('gzip');
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk)).on('end', () => done(Buffer.concat(chunks)));
      })
        .on('error', failed)
        .end();
    });
    expect(JSON.parse(gunzipSync(bytes).toString()).value).toEqual(clients);
  });
});

describe('how an answer is written', () => {
  test('without metadata where asked', async () => {
    const { body, headers } = await get('/Clients?$top=1', { accept: 'application/json;odata.metadata=none' });
    expect(headers.get('content-type')).toContain('odata.metadata=none');
    expect(Object.keys(body)).toEqual(['value']);
  });

  test('large numbers as text where asked', async () => {
    const path = '/Plans?$filter=currentValuePence gt 0&$select=currentValuePence,currentValue&$top=1';
    const [plain, exact] = [
      (await get(path)).text,
      (await get(path, { accept: 'application/json;IEEE754Compatible=true' })).text,
    ];
    const [, pence, pounds] = /"currentValuePence":(\d+),"currentValue":(\d+\.\d\d)/.exec(plain) ?? [];
    expect(exact).toContain(`"currentValuePence":"${pence}","currentValue":"${pounds}"`);
  });

  test.each([
    ['Accept: text/html', '/Clients', { accept: 'text/html' }, 406],
    ['Accept: application/atom+xml', '/Clients', { accept: 'application/atom+xml' }, 406],
    ['$format=xml', '/Clients?$format=xml', {}, 406],
    ['odata.metadata=full', '/Clients', { accept: 'application/json;odata.metadata=full' }, 501],
    ['OData-MaxVersion: 3.0', '/Clients', { 'odata-maxversion': '3.0' }, 400],
    ['OData-Version: 3.0', '/Clients', { 'odata-version': '3.0' }, 400],
    ['OData-Isolation: snapshot', '/Clients', { 'odata-isolation': 'snapshot' }, 412],
    ['Isolation: snapshot', '/Clients', { isolation: 'Snapshot' }, 412],
  ])('%s is refused', async (_, path, headers, status) => {
    const reply = await get(path, headers);
    expect([reply.status, isODataError(reply), reply.headers.get('odata-version')]).toEqual([status, true, '4.0']);
  });
});

describe('one entity', () => {
  test('is found by its key, also one of two parts', async () => {
    const { body } = await get(`/Clients('${clients[3].id}')`);
    expect(body).toEqual({
      '@odata.context': `${house.gateway.url}/odata/v4/$metadata#Clients/$entity`,
      ...clients[3],
    });
    const { planId, position } = owners[5];
    for (const key of [`planId='${planId}',position=${position}`, `position=${position},planId='${planId}'`]) {
      const { '@odata.context': _, ...owner } = (await get(`/Owners(${key})`)).body;
      expect(owner).toEqual(owners[5]);
    }
  });

  test('has its links, properties and raw values', async () => {
    const advised = clients.find(({ adviserId }) => adviserId !== null);
    const { body: adviser } = await get(`/Clients('${advised.id}')/Adviser`);
    expect(adviser).toMatchObject({ id: advised.adviserId, displayName: advised.adviserDisplayName });
    expect(adviser['@odata.context']).toBe(`${house.gateway.url}/odata/v4/$metadata#Employees/$entity`);
    const { body: name } = await get(`/Clients('${advised.id}')/displayName`);
    expect(name).toEqual({
      '@odata.context': `${house.gateway.url}/odata/v4/$metadata#Clients('${advised.id}')/displayName`,
      value: advised.displayName,
    });
    const raw = await get(`/Clients('${advised.id}')/displayName/$value`);
    expect([raw.text, raw.headers.get('content-type')]).toEqual([advised.displayName, 'text/plain; charset=utf-8']);
    const valued = plans.find(({ currentValue }) => currentValue !== null);
    expect((await get(`/Plans('${valued.id}')/currentValue/$value`)).text).toBe(Number(valued.currentValue).toFixed(2));
    const own = owners.filter(({ planId }) => planId === valued.id);
    expect((await get(`/Plans('${valued.id}')/Owners`)).body.value).toEqual(own);
    expect((await get(`/Plans('${valued.id}')/Owners/$count`)).text).toBe(String(own.length));
    const { planId, position, clientId } = own[0];
    const owner = `/Owners(planId='${planId}',position=${position})`;
    expect((await get(`${owner}/Plan`)).body).toMatchObject(valued);
    expect((await get(`${owner}/Client?$select=id`)).body.id).toBe(clientId);
  });

  test('has no content where a link or a property is null', async () => {
    const unadvised = clients.find(({ adviserId }) => adviserId === null);
    for (const path of ['Adviser', 'adviserId', 'adviserId/$value']) {
      const { status, text, headers } = await get(`/Clients('${unadvised.id}')/${path}`);
      expect([status, text, headers.get('content-type')], path).toEqual([204, '', null]);
    }
  });

  test.each([
    ["/Clients('garbage')", 404],
    ["/Clients('')", 404],
    ["/Clients('Q2xpZW50OmQ6bm9ib2R5')", 404],
    ["/Clients('garbage')/displayName", 404],
    ["/Clients('garbage')/Adviser", 404],
    ["/Owners(planId='garbage',position=1)", 404],
    ['/Nowhere', 404],
    ['/clients', 404],
    ['/Clients/nothing', 404],
    ["/Clients('x')/Nothing", 404],
    ["/Clients('x')/displayName/more", 404],
    ['/Clients(1)', 400],
    ['/Clients()', 400],
    ["/Owners('x')", 400],
    ["/Owners(planId='x')", 400],
    ["/Owners(planId='x',position='1')", 400],
    ["/Clients('x", 400],
    ["/Clients('%zz')", 400],
    ['/$batch', 501],
    ['/$crossjoin(Clients,Plans)', 501],
    ['/$all', 501],
    ["/Clients('x')/Plans('y')", 501],
    ["/Clients('x')/Plans/$ref", 501],
    ['/Clients/Wealthgraph.Client', 501],
  ])('%s is answered with %i', async (path, status) => {
    const reply = await get(path);
    expect([reply.status, isODataError(reply)], reply.text).toEqual([status, true]);
  });
});

describe('options', () => {
  test.each(['$apply', '$compute', '$index', '$schemaversion', '$deltatoken', '$id', '$levels'])(
    '%s is answered with 501 and its name',
    async (option) => {
      const reply = await get(`/Clients?${option}=x`);
      expect([reply.status, reply.body.error.target, reply.headers.get('content-type')]).toEqual([
        501,
        option,
        'application/json;odata.metadata=minimal;charset=utf-8',
      ]);
      expect(reply.body.error.message).toContain(option);
    },
  );

  test.each([
    ['/Plans?$search=x', 501, '$search'],
    ['/Clients?$search=a OR b', 501, '$search'],
    ['/Clients?$orderby=length(displayName)', 501, '$orderby'],
    ['/Clients?$select=Plans/name', 501, '$select'],
    ['/Clients?$expand=Plans/$ref', 501, '$expand'],
    ["/Clients?$filter=Plans/any(p:p/type eq 'PENSION')", 501, '$filter'],
    ["/Clients?$filter=Adviser/displayName eq 'x'", 501, '$filter'],
    ['/Clients?$top=-1', 400, '$top'],
    ['/Clients?$skip=x', 400, '$skip'],
    ['/Clients?$count=yes', 400, '$count'],
    ['/Clients?$nothing=1', 400, '$nothing'],
    ['/Clients?$top=1&$top=2', 400, '$top'],
    ['/Clients?$select=nothing', 400, '$select'],
    ['/Clients?$orderby=nothing', 400, '$orderby'],
    ['/Clients?$filter=nothing eq 1', 400, '$filter'],
    ['/Clients?$filter=displayName eq', 400, '$filter'],
    ['/Clients?$filter=displayName eq 1', 400, '$filter'],
    ['/Clients?$expand=Nothing', 400, '$expand'],
    ['/Clients?$skiptoken=garbage', 400, '$skiptoken'],
    [`/Clients?$skiptoken=${BROKEN}`, 400, '$skiptoken'],
  ])('%s is answered with %i about %s', async (path, status, target) => {
    const reply = await get(path);
    expect([reply.status, reply.body?.error?.target], reply.text).toEqual([status, target]);
    expect(isODataError(reply)).toBe(true);
  });

  test('that are no options of OData are for others to read', async () => {
    expect((await get('/Clients?session=1&$top=1')).body.value).toEqual(clients.slice(0, 1));
  });
});
