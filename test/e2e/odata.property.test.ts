import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listHash } from '../../src/platform/relay/cursor.ts';
import { globalId } from '../../src/platform/relay/ids.ts';
import { tokenText } from '../../src/tables/odata/source/token.ts';
import { type House, startHouse } from './harness.ts';
import { allOf, type Entity, isODataError, odata, pagesOf } from './odata-caller.ts';

const SEED = { seed: 20_260_101 };

let house: House;
const all: Record<string, Entity[]> = {};
beforeAll(async () => {
  house = await startHouse({
    sandbox: { clients: 60 },
    env: { CACHE: 'entities', COST_PER_MINUTE: '1000000000000', MAX_COST: '1000000000' },
  });
  for (const set of ['Plans', 'Clients']) all[set] = await allOf(house, `/${set}`);
});
afterAll(() => house?.stop());

interface Test {
  readonly text: string;
  /** Null where the specification says so of null: that does not pass. */
  readonly passes: (entity: Entity) => boolean | null;
}

const OPERATORS: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

const SETS: Readonly<Record<string, { readonly texts: readonly string[]; readonly others: readonly string[] }>> = {
  Plans: {
    texts: ['name', 'type', 'status', 'providerName', 'policyNumber', 'ownership'],
    others: ['currentValuePence', 'riskLevel', 'openedOn', 'updatedAt'],
  },
  Clients: {
    texts: ['displayName', 'status', 'adviserDisplayName', 'organisationUnitName', 'adviserId', 'id'],
    others: ['dateOfBirth', 'updatedAt', 'createdAt'],
  },
};

const order = (a: Entity, b: Entity): number => (a === b ? 0 : a < b ? -1 : 1);
const quoted = (value: Entity): string => `'${String(value).replaceAll("'", "''")}'`;

/** Tests over one set whose values are taken from its rows, so that some pass. */
function testsOf(set: string): fc.Arbitrary<Test> {
  const { texts = [], others = [] } = SETS[set] ?? {};
  const valueAt = (property: string, index: number): Entity => {
    const values = (all[set] ?? []).map((entity) => entity[property]).filter((value) => value !== null);
    return values[index % values.length];
  };
  const comparison = fc
    .tuple(fc.constantFrom(...texts, ...others), fc.constantFrom(...Object.keys(OPERATORS)), fc.nat(1_000))
    .map(([property, operator, index]): Test => {
      const value = valueAt(property, index);
      const literal = texts.includes(property) ? quoted(value) : String(value);
      return {
        text: `${property} ${operator} ${literal}`,
        passes: (entity) => {
          // A comparison with null is false, but for "not equal".
          if (entity[property] === null) return operator === 'ne';
          return OPERATORS[operator]?.(order(entity[property], value)) ?? false;
        },
      };
    });
  const isNull = fc.tuple(fc.constantFrom(...texts, ...others), fc.boolean()).map(
    ([property, negated]): Test => ({
      text: `${property} ${negated ? 'ne' : 'eq'} null`,
      passes: (entity) => (entity[property] === null) !== negated,
    }),
  );
  const among = fc
    .tuple(fc.constantFrom(...texts), fc.array(fc.nat(1_000), { minLength: 1, maxLength: 4 }))
    .map(([property, indices]): Test => {
      const values = indices.map((index) => valueAt(property, index));
      return {
        text: `${property} in (${values.map(quoted).join(',')})`,
        passes: (entity) => values.includes(entity[property]),
      };
    });
  const part = fc
    .tuple(fc.constantFrom(...texts), fc.nat(1_000), fc.nat(6), fc.nat(4))
    .map(([property, index, from, length]): Test => {
      const value = String(valueAt(property, index)).slice(from, from + length);
      return {
        text: `contains(${property},${quoted(value)})`,
        passes: (entity) => (entity[property] === null ? null : entity[property].includes(value)),
      };
    });
  return fc.letrec<{ any: Test }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      ...[comparison, isNull, among, part],
      fc.tuple(fc.constantFrom('and', 'or'), tie('any'), tie('any')).map(
        ([word, left, right]): Test => ({
          text: `(${left.text}) ${word} (${right.text})`,
          passes: (entity) => joined(word, left.passes(entity), right.passes(entity)),
        }),
      ),
      tie('any').map(
        (inner): Test => ({
          text: `not (${inner.text})`,
          passes: (entity) => {
            const passes = inner.passes(entity);
            return passes === null ? null : !passes;
          },
        }),
      ),
    ),
  })).any;
}

/** With three values, as SQL has them. */
function joined(word: string, left: boolean | null, right: boolean | null): boolean | null {
  const decisive = word === 'or';
  if (left === decisive || right === decisive) return decisive;
  return left === null || right === null ? null : !decisive;
}

describe.each(['Plans', 'Clients'])('%s', (set) => {
  test('are filtered, put in order, cut and paged as plain code does it', async () => {
    const { texts = [], others = [] } = SETS[set] ?? {};
    const terms = fc.array(fc.tuple(fc.constantFrom(...texts, ...others), fc.boolean()), { maxLength: 2 });
    const asked = fc.record({
      filter: fc.option(testsOf(set)),
      terms,
      top: fc.option(fc.nat(200)),
      skip: fc.nat(60),
      count: fc.boolean(),
      select: fc.option(fc.uniqueArray(fc.constantFrom(...texts, ...others), { minLength: 1 })),
      pageSize: fc.option(fc.integer({ min: 3, max: 120 })),
    });
    await fc.assert(
      fc.asyncProperty(asked, async ({ filter, terms: sorting, top, skip, count, select, pageSize }) => {
        const passing = (all[set] ?? []).filter((entity) => filter === null || filter.passes(entity) === true);
        const ordered = passing.toSorted((a, b) => {
          for (const [property, isDescending] of sorting) {
            const [left, right] = [a[property], b[property]];
            const found =
              left === null || right === null ? Number(left !== null) - Number(right !== null) : order(left, right);
            if (found !== 0) return isDescending ? -found : found;
          }
          return 0;
        });
        const shown = ordered.slice(skip, top === null ? undefined : skip + top).map((entity) =>
          select === null
            ? entity
            : {
                ...(select.includes('id')
                  ? {}
                  : { '@odata.id': `${house.gateway.url}/odata/v4/${set}('${entity.id}')` }),
                ...Object.fromEntries(
                  Object.keys(entity).flatMap((name) => (select.includes(name) ? [[name, entity[name]]] : [])),
                ),
              },
        );
        const options = [
          ...(filter === null ? [] : [`$filter=${encodeURIComponent(filter.text)}`]),
          ...(sorting.length === 0
            ? []
            : [`$orderby=${sorting.map(([property, down]) => `${property}${down ? ' desc' : ''}`).join(',')}`]),
          ...(top === null ? [] : [`$top=${top}`]),
          ...(skip === 0 ? [] : [`$skip=${skip}`]),
          ...(select === null ? [] : [`$select=${select.join(',')}`]),
          ...(count ? ['$count=true'] : []),
        ];
        const headers: Record<string, string> = pageSize === null ? {} : { prefer: `odata.maxpagesize=${pageSize}` };
        const path = `/${set}?${options.join('&')}`;
        const pages = await pagesOf(house, path, headers);
        expect(pages.flat(), path).toEqual(shown);
        expect(pages.every((page) => page.length <= (pageSize ?? 5_000))).toBe(true);
        if (count) expect((await odata(house, `${path}&$format=json`)).body['@odata.count'], path).toBe(passing.length);
      }),
      { ...SEED, numRuns: 60 },
    );
  });
});

describe('a list of keys', () => {
  interface Named {
    readonly id: string;
    readonly plan: Entity;
  }

  /** Plans by every id that leads to them: one that both platforms have, by the id of either. */
  function named(): Named[] {
    return (all.Plans ?? []).flatMap((plan) => {
      const { id, dynamicPlannerId, plannrId } = plan;
      if (dynamicPlannerId === null || plannrId === null) return [{ id, plan }];
      const ids = [globalId('Plan', 'DYNAMIC_PLANNER', dynamicPlannerId), globalId('Plan', 'PLANNR', plannrId)];
      return ids.map((one) => ({ id: one, plan }));
    });
  }

  test.each([
    ['Plans', 'id'],
    ['Owners', 'planId'],
  ])('gives %s once, in the order of the keys, however often and by whichever id they are named', async (set, key) => {
    const known = named();
    const merged = known.filter(({ plan }) => plan.dynamicPlannerId !== null && plan.plannrId !== null);
    expect(merged.length).toBeGreaterThan(4);
    const owners = set === 'Plans' ? [] : await allOf(house, '/Owners');
    // A few of them, so that they meet: both ids of three plans, and other plans.
    const some = [...merged.slice(0, 6), ...known.filter((one) => !merged.includes(one)).slice(0, 3)];
    const asked = fc.record({
      list: fc.array(fc.constantFrom(...some), { minLength: 1, maxLength: 12 }),
      isOr: fc.boolean(),
      pageSize: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(asked, async ({ list, isOr, pageSize }) => {
        const ids = list.map(({ id }) => quoted(id));
        const filter = isOr ? ids.map((id) => `${key} eq ${id}`).join(' or ') : `${key} in (${ids.join(',')})`;
        const once = [...new Set(list.map(({ plan }) => plan))].filter(({ id }) => list.some((one) => one.id === id));
        const expected =
          set === 'Plans' ? once : once.flatMap(({ id }) => owners.filter(({ planId }) => planId === id));
        const path = `/${set}?$count=true&$filter=${encodeURIComponent(filter)}`;
        const pages = await pagesOf(house, path, { prefer: `odata.maxpagesize=${pageSize}` });
        expect(pages.flat(), path).toEqual(expected);
        expect((await odata(house, path)).body['@odata.count'], path).toBe(expected.length);
      }),
      { ...SEED, numRuns: 40 },
    );
  });
});

describe('whatever is asked', () => {
  const pieces = fc.constantFrom(
    ...[
      'Clients',
      'Plans',
      'Owners',
      "('x')",
      '(1)',
      "(planId='x',position=1)",
      '/',
      '//',
      '$count',
      '$value',
      '$metadata',
    ],
    ...[
      'displayName',
      'Adviser',
      '?',
      '&',
      '$filter=',
      '$select=',
      '$expand=',
      '$orderby=',
      '$top=',
      '$skip=',
      '$count=true',
    ],
    ...[
      '$search=',
      '$skiptoken=',
      '$format=',
      'name',
      ' eq ',
      "'x'",
      'null',
      '1',
      '-1',
      '(',
      ')',
      ',',
      ';',
      ' and ',
      ' desc',
    ],
    ...[
      'contains(',
      '%00',
      '%zz',
      '%27',
      '%2F',
      '..',
      '@p=',
      '@p',
      '*',
      '\\',
      '"',
      '😀',
      '$it',
      '$apply=',
      tokenText(listHash('Clients', {}), { after: null, offset: 0, shown: 0, total: null }),
    ],
  );

  test('is answered, or refused in OData’s words: never a failure of the gateway', async () => {
    const paths = fc.oneof(
      fc.array(pieces, { maxLength: 12 }).map((parts) => `/${parts.join('')}`),
      fc.string({ maxLength: 60, unit: 'binary' }).map((text) => `/${text}`),
      fc.array(pieces, { maxLength: 9 }).map((parts) => `/Clients?${parts.join('')}`),
      fc.webQueryParameters({ size: 'small' }).map((query) => `/Plans?$${query}`),
    );
    await fc.assert(
      fc.asyncProperty(paths, async (path) => {
        // What makes no URL at all never leaves the caller; what leads out of the service is none of its requests.
        const { pathname } = new URL(`http://localhost/odata/v4${path.replaceAll(/[\ud800-\udfff]/g, '')}`);
        fc.pre(pathname.startsWith('/odata/v4'));
        const reply = await odata(house, path);
        expect([200, 204, 400, 404, 406, 501], `${path}: ${reply.text}`).toContain(reply.status);
        if (reply.status >= 400) expect(isODataError(reply), `${path}: ${reply.text}`).toBe(true);
      }),
      { ...SEED, numRuns: 600 },
    );
  });

  test('so are random headers', async () => {
    const header = fc
      .string({ maxLength: 40, unit: fc.constantFrom(...'aj/*;=q.,0149 odatmepx"') })
      .map((text) => text.trim());
    const asked = fc.record({ accept: header, prefer: header, 'odata-version': header, 'odata-maxversion': header });
    await fc.assert(
      fc.asyncProperty(asked, async (headers) => {
        const reply = await odata(house, '/Clients?$top=1', headers);
        expect([200, 400, 406, 501], reply.text).toContain(reply.status);
        if (reply.status >= 400) expect(isODataError(reply)).toBe(true);
      }),
      { ...SEED, numRuns: 150 },
    );
  });
});
