import { describe, expect, it } from 'vitest';
import { entitiesContext, keyText, propertyContext } from '../../../src/tables/odata/context.ts';
import {
  collectionChunks,
  entityBody,
  entityWriter,
  expandedCollection,
  propertyBody,
} from '../../../src/tables/odata/entity-json.ts';
import { aboutTarget, badRequest, errorBody, notImplemented } from '../../../src/tables/odata/errors.ts';
import { optionsOf } from '../../../src/tables/odata/options.ts';
import { resourceOf } from '../../../src/tables/odata/path.ts';
import { queryOf } from '../../../src/tables/odata/query.ts';
import { type Representation, representationOf } from '../../../src/tables/odata/representation.ts';
import { serviceDocument } from '../../../src/tables/odata/service.ts';
import { CLIENT_COLUMNS, CLIENTS, MODEL } from './example.ts';

const ROOT = 'https://example.org/odata/v4/';
const PLAIN = representationOf('data', undefined, undefined);
const NONE = representationOf('data', undefined, 'application/json;odata.metadata=none');
const IEEE = representationOf('data', undefined, 'application/json;IEEE754Compatible=true');
const ROW = ['a', 'A "b" \n\u2028 😀', null, '2026-03-01T00:30:00+01:00', '1980-02-29', 7, 9007199254740991, 0.1];
const FULL = [...ROW, '123456789012345678901234567890.10', '-0.50', true];

async function text(batches: readonly (readonly string[])[], next: string | null, representation: Representation) {
  const head = { context: `${ROOT}$metadata#Clients`, count: 3, nextLink: () => next };
  let body = '';
  for await (const chunk of collectionChunks(batches, head, representation)) body += chunk;
  return body;
}

describe('an entity', () => {
  it('has its decimals digit by digit', () => {
    expect(entityWriter(CLIENTS, null, PLAIN)(FULL)).toBe(
      '{"id":"a","displayName":"A \\"b\\" \\n\u2028 😀","status":null,"updatedAt":"2026-03-01T00:30:00+01:00",' +
        '"birthDate":"1980-02-29","children":7,"visits":9007199254740991,"score":0.1,' +
        '"wealth":123456789012345678901234567890.10,"share":-0.50,"isActive":true}',
    );
  });

  it('has large numbers as strings where asked', () => {
    const { visits, wealth, share, children, score } = JSON.parse(entityWriter(CLIENTS, null, IEEE)(FULL));
    expect({ visits, wealth, share, children, score }).toEqual({
      ...{ visits: '9007199254740991', wealth: '123456789012345678901234567890.10', share: '-0.50' },
      ...{ children: 7, score: 0.1 },
    });
  });

  it('is JSON of the columns asked for, with what is expanded', () => {
    const select = CLIENT_COLUMNS.filter(({ property }) => ['wealth', 'id'].includes(property));
    const write = entityWriter(CLIENTS, select, PLAIN);
    const plans = expandedCollection('plans', ['{"id":"p"}', '{"id":"q"}'], 5, `${ROOT}next`, PLAIN);
    expect(write(FULL, [...plans, ['adviser', 'null']])).toBe(
      '{"id":"a","wealth":123456789012345678901234567890.10,"plans@odata.count":5,"plans":[{"id":"p"},{"id":"q"}],' +
        '"plans@odata.nextLink":"https://example.org/odata/v4/next","adviser":null}',
    );
    expect(write(FULL, expandedCollection('plans', [], null, null, PLAIN))).toMatch(/,"plans":\[\]}$/);
    // JSON Format, section 3.2: the count is an Edm.Int64 too.
    expect(expandedCollection('plans', [], 5, null, IEEE)[0]).toEqual(['plans@odata.count', '"5"']);
  });

  it.each(['007', '1e5', '.5', 'NaN', '1,5', ''])('with a decimal %j is not written', (cell) => {
    const row = FULL.map((value, i) => (i === 8 ? cell : value));
    expect(() => entityWriter(CLIENTS, null, PLAIN)(row)).toThrow(TypeError);
    expect(() => entityWriter(CLIENTS, null, IEEE)(row)).toThrow(TypeError);
  });

  it('alone says what it is', () => {
    expect(JSON.parse(entityBody('{"id":"a"}', 'context', PLAIN))).toEqual({ '@odata.context': 'context', id: 'a' });
    expect(entityBody('{}', 'context', PLAIN)).toBe('{"@odata.context":"context"}');
    expect(entityBody('{"id":"a"}', 'context', NONE)).toBe('{"id":"a"}');
    expect(propertyBody('1.10', 'decimal', 'context', PLAIN)).toBe('{"@odata.context":"context","value":1.10}');
    expect(propertyBody('1.10', 'decimal', 'context', NONE)).toBe('{"value":1.10}');
  });
});

describe('a collection', () => {
  it('is one JSON object, however its entities arrive', async () => {
    const context = { '@odata.context': `${ROOT}$metadata#Clients` };
    expect(JSON.parse(await text([['{"id":"a"}', '{"id":"b"}'], [], ['{"id":"c"}']], 'next', PLAIN))).toEqual({
      ...context,
      '@odata.count': 3,
      value: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
      '@odata.nextLink': 'next',
    });
    expect(JSON.parse(await text([], null, PLAIN))).toEqual({ ...context, '@odata.count': 3, value: [] });
    expect(JSON.parse(await text([['{}']], null, NONE))).toEqual({ '@odata.count': 3, value: [{}] });
  });

  it('does not end as if whole where reading fails', async () => {
    let body = '';
    async function* broken() {
      yield ['{"id":"a"}'];
      throw new Error('gone');
    }
    const reading = async () => {
      const head = { context: '', count: null, nextLink: () => null };
      for await (const chunk of collectionChunks(broken(), head, PLAIN)) body += chunk;
    };
    await expect(reading()).rejects.toThrow('gone');
    expect(body).toContain('"a"');
    expect(() => JSON.parse(body)).toThrow(SyntaxError);
  });
});

// OData 4.01 Protocol, section 10.
describe('a context URL', () => {
  it.each([
    ['', false, '#Clients'],
    ['', true, '#Clients/$entity'],
    ['$select=id,displayName', false, '#Clients(id,displayName)'],
    ['$select=id', true, '#Clients(id)/$entity'],
    ['$expand=plans', false, '#Clients(plans())'],
    // Links that are selected are named without brackets, also those that are expanded besides.
    ['$select=plans', false, '#Clients(plans)'],
    ['$select=adviser,displayName', true, '#Clients(displayName,adviser)/$entity'],
    ['$select=plans&$expand=plans', false, '#Clients(plans,plans())'],
    ['$select=id,plans&$expand=adviser,plans($select=owners)', false, '#Clients(id,plans,adviser(),plans(owners))'],
    ['$select=id&$expand=plans($select=id;$expand=owners),adviser', false, '#Clients(id,plans(id,owners()),adviser())'],
  ])('of %j, one %s', (raw, isOne, expected) => {
    const options = optionsOf(queryOf(raw), 'collection', CLIENTS, { model: MODEL, now: 0 });
    expect(entitiesContext(ROOT, CLIENTS, options, isOne)).toBe(`${ROOT}$metadata${expected}`);
  });

  it.each(["O'Neil", 'a/b', 'a b%', 'é(1),x=y'])('has a key that leads back: %s', (id) => {
    const path = `Clients(${keyText(CLIENTS, [id])})/wealth`;
    expect(resourceOf(path, MODEL)).toMatchObject({ kind: 'property', key: [id], column: { property: 'wealth' } });
    const wealth = CLIENT_COLUMNS[8];
    expect(propertyContext(ROOT, CLIENTS, [id], wealth)).toBe(`${ROOT}$metadata#${path}`);
  });

  it('has a key of several parts with their names', () => {
    const owners = MODEL.sets[2];
    if (!owners) throw new Error('The example has no owners.');
    expect(keyText(owners, ['p', 2])).toBe("planId='p',position=2");
  });
});

describe('the service document', () => {
  it('lists the entity sets', () => {
    expect(JSON.parse(serviceDocument(ROOT, MODEL, PLAIN))).toEqual({
      '@odata.context': `${ROOT}$metadata`,
      value: ['Clients', 'Plans', 'PlanOwners', 'Employees'].map((name) => ({ name, kind: 'EntitySet', url: name })),
    });
    expect(serviceDocument(ROOT, MODEL, NONE)).not.toContain('@odata');
  });
});

describe('an error', () => {
  it('has a body that says what and where', () => {
    const error = notImplemented('$apply', 'Leave it out.');
    expect([error.status, JSON.parse(errorBody(error))]).toEqual([
      501,
      {
        error: {
          ...{ code: 'NotImplemented', message: '$apply is not supported. Leave it out.' },
          ...{ target: '$apply', details: [] },
        },
      },
    ]);
    expect(JSON.parse(errorBody(badRequest('No.'))).error).not.toHaveProperty('target');
  });

  it('keeps the closest target', () => {
    expect(aboutTarget(badRequest('a', '$top'), '$expand')).toMatchObject({ target: '$top' });
    expect(aboutTarget(badRequest('a'), '$expand')).toMatchObject({ target: '$expand', status: 400 });
  });
});
