import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTRACT, readContract } from '../../src/sources/dynamic-planner/contract.ts';

/** The faults of a contract file; none where it is taken. */
function faultsOf(overrides: unknown): string[] {
  const result = readContract(overrides);
  return 'faults' in result ? result.faults : [];
}

/** A part of the defaults as a contract file would have to say it. */
const contractOf = (overrides: unknown) => {
  const result = readContract(overrides);
  if ('faults' in result) throw new TypeError(result.faults.join('; '));
  return result.contract;
};

describe('the contract', () => {
  it.each([[undefined], [{}], [{ resources: {} }], [{ envelope: {}, parameters: {} }]])(
    'has a default for everything that a file does not say: %j',
    (file) => {
      expect(contractOf(file)).toEqual(DEFAULT_CONTRACT);
    },
  );

  it('sends the documented names and caps by default', () => {
    const { pageCap, maxIds, maxUrlLength, parameters, envelope, resources } = contractOf({});
    expect([pageCap, maxIds, maxUrlLength]).toEqual([100, 100, 8_000]);
    expect(parameters).toMatchObject({
      pageSize: 'pageSize',
      pageNumber: 'pageNumber',
      fields: 'fields',
      unions: 'unions',
    });
    expect(envelope).toEqual({ items: 'items', pageSize: 'pageSize', totalCount: 'totalCount' });
    expect(resources.clients.path).toBe('/crm/v1/clients');
    expect(resources.finances.path).toBe('/finances/v1/clients/{ids}/finances');
    expect(resources.results.path).toBe('/profiling/v1/clients/{ids}/results');
  });

  it('takes what differs and leaves the rest', () => {
    const contract = contractOf({
      envelope: { items: 'data' },
      pageCap: 50,
      resources: { finances: { path: '/v2/finances/{ids}', pageCap: 20, maxPathIdsLength: 250 } },
    });
    expect(contract).toEqual({
      ...DEFAULT_CONTRACT,
      envelope: { ...DEFAULT_CONTRACT.envelope, items: 'data' },
      pageCap: 50,
      resources: {
        ...DEFAULT_CONTRACT.resources,
        finances: { path: '/v2/finances/{ids}', pageCap: 20, maxPathIdsLength: 250 },
      },
    });
  });

  it('does not change the defaults', () => {
    const before = JSON.stringify(DEFAULT_CONTRACT);
    contractOf({ pageCap: 7, resources: { clients: { pageCap: 3 } } });
    expect(JSON.stringify(DEFAULT_CONTRACT)).toBe(before);
  });

  it('reports every fault with its path', () => {
    const faults = faultsOf({
      pageCap: 0,
      envelope: { items: '' },
      maxIds: '100',
      resources: { clients: { path: 'crm/v1/clients' }, valuations: { maxIds: 2.5 } },
    });
    const paths = ['pageCap', 'envelope.items', 'maxIds', 'resources.clients.path', 'resources.valuations.maxIds'];
    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual(paths.sort());
  });

  it.each([
    [{ pagecap: 50 }, 'pagecap'],
    [{ envelope: { total: 'count' } }, 'total'],
    [{ parameters: { page: 'page' } }, 'page'],
    [{ resources: { client: { path: '/x' } } }, 'client'],
    [{ resources: { clients: { pagecap: 3 } } }, 'pagecap'],
  ])('refuses a key that it does not know: %j', (file, key) => {
    const [fault, ...others] = faultsOf(file);
    expect(fault).toContain(key);
    expect(others).toEqual([]);
  });

  it.each([
    [null],
    [[]],
    ['contract'],
    [42],
    [{ resources: null }],
    [{ pageCap: null }],
    [{ resources: { clients: '/crm' } }],
  ])('refuses what has the wrong shape: %j', (file) => {
    expect(faultsOf(file)).not.toEqual([]);
  });
});
