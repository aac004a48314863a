import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it, test, vi } from 'vitest';
import { readDocuments } from '../../src/guard/documents/read.ts';
import { type DocumentRequest, resolveDocument } from '../../src/guard/documents/resolve.ts';
import { DocumentStore, loadDocuments } from '../../src/guard/documents/store.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const BOOK = 'query Book($first: Int!) {\n  clients(first: $first) {\n    totalCount\n  }\n}';
const PLANS = 'query Plans { plans { nodes { name } } }';
const apollo = (operations: readonly (object | null)[], beside: object = {}) =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations, ...beside });
const book = { id: sha256(BOOK), name: 'Book', type: 'query', body: BOOK };
const plans = { id: 'plans-1', name: 'Plans', type: 'query', body: PLANS };

const faultsOf = (text: string): readonly string[] => {
  const reading = readDocuments(text);
  return reading.ok ? [] : reading.faults;
};

describe('a file of registered operations', () => {
  it('is Apollo’s manifest', () => {
    expect(readDocuments(apollo([book, plans]))).toEqual({
      ok: true,
      documents: [
        { id: sha256(BOOK), name: 'Book', text: BOOK },
        { id: 'plans-1', name: 'Plans', text: PLANS },
      ],
    });
  });

  it('is Relay’s map', () => {
    const text = `\uFEFF${JSON.stringify({ '0f1e': BOOK, [`${'a'.repeat(64)}`]: PLANS })}`;
    expect(readDocuments(text)).toMatchObject({
      ok: true,
      documents: [{ id: '0f1e', name: 'Book' }, { id: 'a'.repeat(64) }],
    });
  });

  it('may be empty, and may hold any id', () => {
    expect(readDocuments(apollo([]))).toEqual({ ok: true, documents: [] });
    expect(readDocuments('{}')).toEqual({ ok: true, documents: [] });
    const odd = readDocuments(`{ "__proto__": ${JSON.stringify(PLANS)}, "constructor": ${JSON.stringify(BOOK)} }`);
    const store = new DocumentStore(odd.ok ? odd.documents : []);
    expect([store.byId('__proto__')?.text, store.byId('constructor')?.text, store.byId('toString')]).toEqual([
      PLANS,
      BOOK,
      undefined,
    ]);
  });

  test.each([
    ['nothing', '', 'The file is neither'],
    ['no JSON', '{', 'The file is neither'],
    ['a list', '[]', 'The file is neither'],
    ['another format', JSON.stringify({ format: 'other', version: 1, operations: [] }), 'The `format` is not'],
    ['another version', apollo([], { version: 2 }), 'The `version` is not 1'],
    ['no list', apollo([], { operations: {} }), '`operations` is not a list'],
    ['an operation without a body', apollo([{ id: 'a' }]), '`operations[0]` has no `id` or no `body`'],
    ['an operation that is none', apollo([null]), '`operations[0]` has no `id` or no `body`'],
    ['another text than the hash is of', apollo([{ ...book, body: `${BOOK} ` }]), 'is not the SHA-256 of its `body`'],
    ['a hash in capitals', apollo([{ ...book, id: sha256(BOOK).toUpperCase() }]), 'is not the SHA-256 of its `body`'],
    ['another name', apollo([{ ...plans, name: 'Other' }]), 'has a `name` that its `body` does not have'],
    ['another type', apollo([{ ...plans, type: 'mutation' }]), 'has a `type` that its `body` is not of'],
    ['an id twice', apollo([plans, plans]), '"plans-1" stands there more than once'],
    ['what is not GraphQL', apollo([{ ...plans, body: '{ a' }]), '"plans-1" is not GraphQL: Syntax Error'],
    ['no operation', apollo([{ id: 'a', body: 'fragment F on Plan { name }' }]), '"a" holds no operation'],
    ['nesting without end', JSON.stringify({ a: `{${'a{'.repeat(100_000)}` }), '"a" is not GraphQL'],
    ['no text', '{ "a": 1 }', '"a" has no text'],
  ])('is faulty with %s', (_, text, fault) => expect(faultsOf(text)[0]).toContain(fault));

  it('tells all faults at once, but not a thousand', () => {
    expect(
      faultsOf(
        apollo([
          { id: 'a', body: '{' },
          { id: 'b', body: '}' },
        ]),
      ),
    ).toHaveLength(2);
    const many = faultsOf(JSON.stringify(Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, 0]))));
    expect([many.length, many.at(-1)]).toEqual([21, 'And 980 more.']);
  });

  test('whatever is in it, reading ends', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readDocuments(text)).toHaveProperty('ok');
      }),
    );
  });
});

describe('loading', () => {
  const folder = mkdtempSync(join(tmpdir(), 'documents-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (text: string) => {
    writeFileSync(join(folder, 'manifest.json'), text);
    return join(folder, 'manifest.json');
  };

  it('gives a store', async () => {
    const store = await loadDocuments(file(apollo([book, plans])));
    expect([store.size, store.documents().map(({ name }) => name)]).toEqual([2, ['Book', 'Plans']]);
  });

  it('fails with every fault', async () => {
    await expect(loadDocuments(file('{ "a": 1, "b": 2 }'))).rejects.toThrow(/"a" has no text.*\n.*"b" has no text/);
    await expect(loadDocuments(join(folder, 'nowhere.json'))).rejects.toThrow('ENOENT');
  });
});

const store = new DocumentStore([
  { id: book.id, name: 'Book', text: BOOK },
  { id: 'plans-1', name: 'Plans', text: PLANS },
]);
const OTHER = 'query Other { gateway { version } }';

describe('the text to run', () => {
  const resolved = (mode: 'off' | 'log' | 'enforce', request: DocumentRequest, report = vi.fn()) => {
    const text = resolveDocument({ mode, store, report }, request);
    return { text, reports: report.mock.calls.map(([unknown]) => unknown as unknown) };
  };
  const refused = (request: DocumentRequest): unknown => {
    try {
      return resolveDocument({ mode: 'enforce', store }, request);
    } catch (error) {
      return error;
    }
  };

  test.each<DocumentRequest>([
    { documentId: book.id },
    { doc_id: book.id },
    { id: book.id },
    { extensions: { persistedQuery: { version: 1, sha256Hash: book.id } } },
    { query: '', documentId: book.id },
    { query: BOOK },
    { query: 'query Book($first:Int!){clients(first:$first){totalCount}} # mine' },
    { query: BOOK, extensions: { persistedQuery: { version: 1, sha256Hash: book.id } } },
  ])('is the registered one for %j', (request) => {
    for (const mode of ['log', 'enforce'] as const)
      expect(resolved(mode, request)).toEqual({ text: BOOK, reports: [] });
    expect(resolved('off', request).text).toBe(request.query || BOOK);
  });

  test.each<[DocumentRequest, RegExp]>([
    [{ query: OTHER }, /registered operations only, and this text is none of them/],
    [{ query: OTHER, documentId: book.id }, /this text is none of them/],
    [{ query: `${BOOK} ${PLANS}` }, /this text is none of them/],
    [{ query: '{ a' }, /this text is none of them/],
    [{ query: '{a'.repeat(100_000) }, /this text is none of them/],
    [{ documentId: 'nothing' }, /none has this id/],
    [{ documentId: '__proto__' }, /none has this id/],
    [{ documentId: '../../etc/passwd' }, /none has this id/],
    [{ extensions: { persistedQuery: { sha256Hash: sha256(OTHER) } } }, /none has this id/],
    [{ extensions: { persistedQuery: { sha256Hash: [book.id] } } }, /neither an id \(`documentId`\) nor a text/],
    [{ query: 7, documentId: {}, extensions: null }, /neither an id \(`documentId`\) nor a text/],
    [{}, /neither an id/],
  ])('is refused in enforce for %j', (request, message) => {
    expect(refused(request)).toMatchObject({ code: 'DOCUMENT_NOT_TRUSTED', message: expect.stringMatching(message) });
  });

  it('is what came, and is reported without its text, in log', () => {
    expect(resolved('log', { query: OTHER })).toEqual({
      text: OTHER,
      reports: [{ operationName: 'Other', hash: sha256(OTHER) }],
    });
    expect(resolved('log', { documentId: 'nothing', operationName: 'A' })).toEqual({
      text: undefined,
      reports: [{ operationName: 'A', hash: sha256('nothing') }],
    });
    const odd = { query: '{ client(id: "Jane Smith") { id } }', operationName: 'a\nb' };
    expect(resolved('log', odd).reports).toEqual([{ operationName: null, hash: sha256(odd.query) }]);
  });

  it('is what came, without a word, in off', () => {
    expect(resolved('off', { query: OTHER })).toEqual({ text: OTHER, reports: [] });
    expect(resolved('off', { documentId: 'nothing' })).toEqual({ text: undefined, reports: [] });
    expect(resolved('off', { query: '{ a' })).toEqual({ text: '{ a', reports: [] });
  });

  it('is reported in enforce too', () => {
    const report = vi.fn();
    expect(() => resolveDocument({ mode: 'enforce', store, report }, { query: OTHER })).toThrow();
    expect(report).toHaveBeenCalledWith({ operationName: 'Other', hash: sha256(OTHER) });
  });

  test('whatever is sent, only registered texts come out of enforce', () => {
    const value = fc.oneof(fc.constantFrom(book.id, 'plans-1', BOOK, PLANS, OTHER), fc.anything());
    const request = fc.record(
      { query: value, documentId: value, doc_id: value, id: value, extensions: fc.anything() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(request, (sent) => {
        const answer = refused(sent);
        if (typeof answer === 'string') expect([BOOK, PLANS]).toContain(answer);
        else expect(answer).toMatchObject({ code: 'DOCUMENT_NOT_TRUSTED' });
      }),
    );
  });
});
