import { createHash, randomBytes } from 'node:crypto';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, type Reply, startHouse } from './harness.ts';
import { type Issuer, startIssuer, topUnitOf } from './tokens.ts';

const SCOPES = 'clients:read documents:read documents:write';

let house: House;
let issuer: Issuer;
let top: string;
beforeAll(async () => {
  issuer = await startIssuer();
  house = await startHouse({
    sandbox: { clients: 40 },
    env: {
      ...issuer.env,
      CACHE: 'on',
      DOCUMENT_MAX_BYTES: '200000',
    },
  });
  top = topUnitOf(house.sandbox);
});
afterAll(async () => {
  await house.stop();
  issuer.stop();
});

async function headers(scope = SCOPES, units: readonly string[] = [top]): Promise<Record<string, string>> {
  return issuer.bearer({ organisationUnitIds: units, scope });
}

const store = () => house.sandbox.data.dynamicPlanner;
const [DOCUMENTS, CONTENT] = ['/crm/v1/clients/{clientIds}/documents', '/crm/v1/documents/{id}/content'];

/** A client's document as the graph has it. */
async function listed(clientId: string): Promise<{ id: string; contentUrl: string; sizeBytes: number }[]> {
  const id = Buffer.from(`Client:d:${clientId}`).toString('base64url');
  const query = 'query ($id: ID!) { client(id: $id) { documents { nodes { id contentUrl sizeBytes } } } }';
  const reply = await house.ask(query, { id }, await headers());
  expect(reply.errors).toBeUndefined();
  return reply.data.client.documents.nodes;
}

/** The nth document of the sandbox, and where its bytes are had. */
async function nth(index: number) {
  const document = store().documents.all()[index];
  if (document === undefined) throw new Error('too few documents');
  const found = (await listed(document.clientId)).find(
    ({ id }) => Buffer.from(id, 'base64url').toString() === `Document:d:${document.clientId}:${document.id}`,
  );
  if (found === undefined) throw new Error('not listed');
  return { document, url: house.gateway.url + found.contentUrl };
}

describe('the list', () => {
  test('of many clients is one call, and says all that the platform says', async () => {
    house.clear();
    const query =
      '{ clients(first: 30) { nodes { sources { id } documents { totalCount nodes { id name type contentType sizeBytes createdAt createdBy { displayName } client { displayName } sources { system id } } } } } }';
    const reply = await house.ask(query, {}, await headers());
    expect(reply.errors).toBeUndefined();
    expect(house.calls().filter(({ template }) => template === DOCUMENTS)).toHaveLength(1);
    expect(house.calls().filter(({ template }) => template === CONTENT)).toEqual([]);
    for (const node of reply.data.clients.nodes) {
      const own = store().documents.by('client', node.sources[0].id);
      expect(node.documents.totalCount).toBe(own.length);
      expect(
        node.documents.nodes.map((one: { sources: { id: string }[] }) => ({ ...one, id: one.sources[0]?.id })),
      ).toMatchObject(
        own.map(({ id, name, type, contentType, sizeBytes }) => ({ id, name, type, contentType, sizeBytes })),
      );
    }
  });

  test('is not there without the scope, and costs no call', async () => {
    house.clear();
    const query = '{ clients(first: 3) { nodes { displayName documents { nodes { id } } } } }';
    const reply = await house.ask(query, {}, await headers('clients:read'));
    expect(reply.data.clients.nodes.map(({ documents }: { documents: unknown }) => documents)).toEqual([
      null,
      null,
      null,
    ]);
    expect(reply.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missingScopes: ['documents:read'] });
    expect(house.calls().filter(({ template }) => template.includes('documents'))).toEqual([]);
  });

  test('that can not be had is null with a coded error at its place', async () => {
    const done = house.sandbox.dynamicPlanner.addFault({ path: /documents$/, kind: 'status', status: 503 });
    const query = '{ clients(first: 31) { nodes { displayName documents { nodes { id } } } } }';
    await house.gateway.drop(['*']);
    const reply = await house.ask(query, {}, await headers());
    done();
    expect(reply.data.clients.nodes[0]).toMatchObject({ displayName: expect.any(String), documents: null });
    expect(reply.errors?.[0]).toMatchObject({
      path: ['clients', 'nodes', 0, 'documents'],
      extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: { system: 'DYNAMIC_PLANNER' } },
    });
  });
});

describe('a download', () => {
  test('gives the bytes as they are, to be saved and never shown', async () => {
    const { document, url } = await nth(0);
    const name = 'Bräkel "final"\r\nX-Evil: 1 / ../report 💷.pdf';
    store().documents.set(document.id, { ...document, name, contentType: 'text/html; charset=x' });
    const bytes = randomBytes(300_000);
    store().contents.set(document.id, bytes);
    await house.gateway.drop(['*']);
    const reply = await fetch(url, { headers: await headers() });
    expect(reply.status).toBe(200);
    expect(hash(Buffer.from(await reply.arrayBuffer()))).toBe(hash(bytes));
    expect(reply.headers.get('content-length')).toBe('300000');
    expect(reply.headers.get('content-type')).toBe('text/html');
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(reply.headers.get('cache-control')).toBe('private, no-store');
    expect(reply.headers.get('x-evil')).toBeNull();
    const disposition = reply.headers.get('content-disposition') ?? '';
    expect(disposition).toMatch(/^attachment; filename="[\w .()-]+"; filename\*=UTF-8''[\w.~%!-]+$/);
    expect(decodeURIComponent(disposition.split("''")[1] ?? '')).toBe('Bräkel "final"X-Evil: 1 / ../report 💷.pdf');
  });

  test('needs the scope; without it nothing goes upstream', async () => {
    const { url } = await nth(1);
    house.clear();
    const reply = await fetch(url, { headers: await headers('clients:read documents:write') });
    expect([reply.status, await reply.json()]).toEqual([
      403,
      { errors: [expect.objectContaining({ extensions: { code: 'FORBIDDEN', missingScopes: ['documents:read'] } })] },
    ]);
    expect(house.calls()).toEqual([]);
  });

  test('of a client whom the caller may not see is no more there than one that does not exist', async () => {
    const { document, url } = await nth(1);
    const home = store().clients.get(document.clientId)?.organisationUnitId;
    const leaf = store()
      .organisationUnits.all()
      .find(({ id, parentId }) => parentId !== null && id !== home && !isAbove(id, home));
    const hidden = await fetch(url, { headers: await headers(SCOPES, [leaf?.id ?? '']) });
    const none = Buffer.from(`Document:d:${document.clientId}:d0000000-0000-4000-8000-00000000dead`);
    const missing = await fetch(`${house.gateway.url}/documents/${none.toString('base64url')}/content`, {
      headers: await headers(),
    });
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    expect(await hidden.json()).toEqual(await missing.json());
  });

  test.each(['nonsense', Buffer.from('Client:d:1').toString('base64url'), '..%2F..%2Fcrm'])(
    'of what is no document is refused: %s',
    async (id) => {
      house.clear();
      const reply = await fetch(`${house.gateway.url}/documents/${id}/content`, { headers: await headers() });
      expect(reply.status).toBe(400);
      expect(house.calls().filter(({ template }) => template === CONTENT)).toEqual([]);
    },
  );

  test.each([
    [404, 404, 'NOT_FOUND'],
    [500, 503, 'UPSTREAM_UNAVAILABLE'],
    [403, 502, 'UPSTREAM_REJECTED'],
  ])('that the platform answers with %i is %i, and its words stay there', async (status, expected, code) => {
    const { url } = await nth(1);
    const body = 'secret words of the platform';
    const done = house.sandbox.dynamicPlanner.addFault({ path: /content$/, kind: 'status', status, body });
    const reply = await fetch(url, { headers: await headers() });
    done();
    const text = await reply.text();
    expect(reply.status).toBe(expected);
    expect(text).toContain(code);
    expect(text).not.toContain('secret');
  });
});

describe('an upload', () => {
  const put = async (url: string, body: string | Buffer, more: Record<string, string> = {}) =>
    fetch(url, {
      method: 'PUT',
      body: body,
      headers: { 'content-type': 'application/pdf', ...(await headers()), ...more },
    });

  test('arrives byte for byte, and the next question sees it', async () => {
    const { document, url } = await nth(3);
    expect((await listed(document.clientId)).map(({ sizeBytes }) => sizeBytes)).toContain(document.sizeBytes);
    const bytes = randomBytes(150_000);
    const reply = await put(url, bytes, { 'content-type': 'Application/PDF; version=1' });
    expect([reply.status, await reply.text()]).toEqual([204, '']);
    expect(hash(store().contents.get(document.id) ?? '')).toBe(hash(bytes));
    expect(store().documents.get(document.id)?.contentType).toBe('application/pdf');
    expect((await listed(document.clientId)).map(({ sizeBytes }) => sizeBytes)).toContain(150_000);
    const back = await fetch(url, { headers: await headers() });
    expect(hash(Buffer.from(await back.arrayBuffer()))).toBe(hash(bytes));
  });

  test.each([
    ['too large', 'x'.repeat(200_001), {}, 413],
    ['of a type that is not allowed', '<script>', { 'content-type': 'text/html' }, 415],
    ['empty', '', {}, 400],
  ])('that is %s is refused before the platform hears of it', async (_what, body, more, status) => {
    const { document, url } = await nth(4);
    house.clear();
    const reply = await put(url, body, more as Record<string, string>);
    expect(reply.status).toBe(status);
    expect(((await reply.json()) as Reply).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(house.calls()).toEqual([]);
    expect(store().contents.has(document.id)).toBe(false);
  });

  test('that does not tell its length is refused', async () => {
    const { url } = await nth(4);
    const reply = await fetch(url, {
      method: 'PUT',
      body: Readable.toWeb(Readable.from([Buffer.from('abc')])),
      headers: { 'content-type': 'application/pdf', ...(await headers()) },
      duplex: 'half',
    } as RequestInit);
    expect(reply.status).toBe(411);
  });

  test('needs the scope, and a client whom the caller may see', async () => {
    const { document, url } = await nth(4);
    house.clear();
    expect((await put(url, 'abc', await headers('clients:read documents:read'))).status).toBe(403);
    expect((await put(url, 'abc', await headers(SCOPES, []))).status).toBe(404);
    expect(house.calls().filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(store().contents.has(document.id)).toBe(false);
  });

  test('that its sender breaks off is not stored', async () => {
    const { document, url } = await nth(4);
    const { hostname, port, pathname } = new URL(url);
    house.clear();
    const sending = httpRequest({
      host: hostname,
      port,
      path: pathname,
      method: 'PUT',
      headers: { 'content-type': 'application/pdf', 'content-length': 100_000, ...(await headers()) },
    });
    sending.on('error', () => {});
    sending.write(randomBytes(1_000));
    await expect.poll(() => house.calls().some(({ template }) => template === DOCUMENTS)).toBe(true);
    sending.destroy();
    // The place is free again, and what came is not taken for the document.
    expect((await put(url, 'abc')).status).toBe(204);
    expect(Buffer.from(store().contents.get(document.id) ?? '').toString()).toBe('abc');
  });
});

describe('documentUpload and documentDelete', () => {
  const UPLOAD =
    'mutation ($input: DocumentUploadInput!) { documentUpload(input: $input) { document { id name type sizeBytes contentUrl client { id } } changes { resource id } userErrors { code path } } }';
  const REMOVE =
    'mutation ($id: ID!) { documentDelete(id: $id) { deletedId changes { resource id } userErrors { code path } } }';
  const clientId = (at: number): string =>
    Buffer.from(`Client:d:${store().clients.all()[at]?.id}`).toString('base64url');
  const upload = async (input: object, scope?: string, units?: readonly string[]) =>
    house.ask(UPLOAD, { input }, await headers(scope, units));
  const writes = () => house.calls().filter(({ method }) => method !== 'GET');

  test('make, name, fill and delete a document; each next question sees it', async () => {
    const owner = store().clients.all()[6]?.id ?? '';
    const before = await listed(owner);
    const input = { idempotencyKey: 'scan-1', clientId: clientId(6), name: 'Scan', type: 'letter' };
    const made = await upload(input);
    expect(made.errors).toBeUndefined();
    const { document, userErrors } = made.data.documentUpload;
    expect(userErrors).toEqual([]);
    expect(document).toMatchObject({ name: 'Scan', type: 'letter', sizeBytes: 0, client: { id: clientId(6) } });
    expect(await listed(owner)).toHaveLength(before.length + 1);
    // The same key is the same document.
    expect((await upload(input)).data.documentUpload.document.id).toBe(document.id);
    expect(await listed(owner)).toHaveLength(before.length + 1);
    const stored = await fetch(house.gateway.url + document.contentUrl, {
      method: 'PUT',
      body: 'some bytes',
      headers: { 'content-type': 'text/plain', ...(await headers()) },
    });
    expect(stored.status).toBe(204);
    house.clear();
    const renamed = await upload({ id: document.id, name: 'Letter' });
    expect(renamed.data.documentUpload.document).toMatchObject({ name: 'Letter', type: 'letter', sizeBytes: 10 });
    expect(writes().map(({ template }) => template)).toEqual(['/crm/v1/clients/{id}/documents/{documentId}']);
    const removed = await house.ask(REMOVE, { id: document.id }, await headers());
    expect(removed.data.documentDelete).toMatchObject({ deletedId: document.id, userErrors: [] });
    expect(removed.data.documentDelete.changes).toHaveLength(1);
    expect(await listed(owner)).toHaveLength(before.length);
    const again = await house.ask(REMOVE, { id: document.id }, await headers());
    expect(again.data.documentDelete).toEqual({ deletedId: document.id, changes: [], userErrors: [] });
  });

  test.each([
    [{ idempotencyKey: 'k', name: 'x' }, 'clientId'],
    [{ idempotencyKey: 'k', clientId: 'C' }, 'name'],
    [{ idempotencyKey: 'k', clientId: 'C', name: null }, 'name'],
    [{ name: 'x', clientId: 'C' }, 'idempotencyKey'],
    [{ id: 'D', clientId: 'C', name: 'x' }, 'clientId'],
    [{ id: 'C', name: 'x' }, 'id'],
    [{ idempotencyKey: 'k', clientId: 'unknown', name: 'x' }, 'clientId'],
  ])('say what is wrong with %j at its place, and send nothing', async (given, at) => {
    const [some] = store().documents.all();
    const unknown = Buffer.from('Client:d:7b0c1d2e-ffff-4000-8000-000000000001').toString('base64url');
    const ids: Record<string, string> = {
      C: clientId(6),
      D: Buffer.from(`Document:d:${some?.clientId}:${some?.id}`).toString('base64url'),
      unknown,
    };
    const input = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, ids[String(value)] ?? value] as const),
    );
    house.clear();
    const reply = await upload(input);
    expect(reply.errors).toBeUndefined();
    expect(reply.data.documentUpload).toMatchObject({ document: null, changes: [] });
    expect(reply.data.documentUpload.userErrors[0]?.path).toEqual(['input', at]);
    expect(writes()).toEqual([]);
  });

  test('need the scope, and a client whom the caller may see; nothing is sent', async () => {
    const [some] = store().documents.all();
    const id = Buffer.from(`Document:d:${some?.clientId}:${some?.id}`).toString('base64url');
    const input = { idempotencyKey: 'k', clientId: clientId(6), name: 'x' };
    house.clear();
    const noScope = await upload(input, 'clients:read documents:read');
    expect(noScope.errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      missingScopes: ['documents:write'],
    });
    expect(house.calls()).toEqual([]);
    const hidden = await upload(input, SCOPES, []);
    expect(hidden.data.documentUpload).toBeNull();
    expect(hidden.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const kept = await house.ask(REMOVE, { id }, await headers(SCOPES, []));
    expect(kept.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(writes()).toEqual([]);
    expect(store().documents.has(some?.id ?? '')).toBe(true);
  });
});

describe('what passes through', () => {
  const CHUNK = Buffer.alloc(65_536);
  const WHOLE = 512 * 1_024 * 1_024;
  let pulled = 0;
  let isClosed = false;
  /** How much is sent before the connection breaks; null where it does not. */
  let breaksAfter: number | null = null;
  let front: Server;
  let small: House;
  /** Stands before the sandbox, and has endless content. */
  beforeAll(async () => {
    front = createServer((incoming, outgoing) => {
      if (incoming.url?.endsWith('/content')) {
        outgoing.writeHead(200, { 'content-type': 'application/pdf', 'content-length': WHOLE });
        const source = Readable.from(
          (function* () {
            for (let sent = 0; sent < WHOLE; sent += CHUNK.length) {
              if (breaksAfter !== null && sent >= breaksAfter) throw new Error('broken');
              pulled += CHUNK.length;
              yield CHUNK;
            }
          })(),
        );
        outgoing.once('close', () => {
          isClosed = true;
          source.destroy();
        });
        source.on('error', () => outgoing.destroy());
        source.pipe(outgoing);
        return;
      }
      const { url, method, headers: given } = incoming;
      incoming.pipe(
        httpRequest(house.sandbox.dynamicPlanner.url + url, { method, headers: given }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        }),
      );
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    small = await startHouse({
      beside: house,
      env: { DP_BASE_URL: `http://127.0.0.1:${(front.address() as AddressInfo).port}`, DOCUMENTS_AT_ONCE: '1' },
    });
  });
  afterAll(async () => {
    await small.stop();
    front.close();
    front.closeAllConnections();
  });

  test('is not held: who takes nothing stops the source, holds one place, and frees it by going', async () => {
    const { url } = await nth(5);
    const { pathname } = new URL(url);
    const slow = await new Promise<IncomingMessage>((resolve, reject) =>
      httpRequest(small.gateway.url + pathname, resolve)
        .on('error', reject)
        .end(),
    );
    slow.on('error', () => {});
    expect(slow.statusCode).toBe(200);
    // What pipes and sockets hold on the way is far less than the whole.
    let before = -1;
    let same = 0;
    await expect
      .poll(() => {
        same = pulled === before ? same + 1 : 0;
        before = pulled;
        return same;
      })
      .toBeGreaterThan(20);
    expect(pulled).toBeLessThan(WHOLE / 8);
    const second = await fetch(small.gateway.url + pathname);
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '2']);
    slow.destroy();
    await expect.poll(() => isClosed).toBe(true);
    await expect
      .poll(async () => {
        const again = await fetch(small.gateway.url + pathname);
        await again.body?.cancel();
        return again.status;
      })
      .toBe(200);
  });

  test('and breaks off upstream is not taken for a whole one', async () => {
    const { pathname } = new URL((await nth(5)).url);
    breaksAfter = 4 * CHUNK.length;
    const reply = await fetch(small.gateway.url + pathname);
    expect(reply.headers.get('content-length')).toBe(String(WHOLE));
    await expect(reply.arrayBuffer()).rejects.toThrow();
    breaksAfter = null;
  });
});

function hash(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Whether a unit stands somewhere above another one. */
function isAbove(id: string, below: string | undefined): boolean {
  const units = store().organisationUnits;
  for (let at = units.get(below ?? ''); at !== undefined; at = units.get(at.parentId ?? ''))
    if (at.id === id) return true;
  return false;
}
