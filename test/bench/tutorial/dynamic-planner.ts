import DataLoader from 'dataloader';
import type {
  DpClient,
  DpEmployee,
  DpFinance,
  DpOrganisationUnit,
  DpProfilingResult,
  DpRelationship,
} from '../../../src/sandbox/index.ts';
import { group, RestApi } from './rest.ts';

interface Page<T> {
  items: T[];
  totalCount: number;
}

const { DP_BASE_URL = '', DP_TOKEN_URL = '', DP_SUBSCRIPTION_KEY = '' } = process.env;
const BATCH = { maxBatchSize: 100 };
const PAGE_SIZE = 100;

let token: Promise<string> | undefined;

async function renew(): Promise<string> {
  const { DP_CLIENT_ID = '', DP_CLIENT_SECRET = '', DP_SCOPE = '' } = process.env;
  const form = { grant_type: 'client_credentials', client_id: DP_CLIENT_ID, client_secret: DP_CLIENT_SECRET };
  const response = await fetch(DP_TOKEN_URL, {
    method: 'POST',
    body: new URLSearchParams({ ...form, scope: DP_SCOPE }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

/** Dynamic Planner for one operation: a loader for each resource. */
export class DynamicPlannerApi {
  readonly #rest = new RestApi(DP_BASE_URL, async () => {
    token ??= renew();
    return { authorization: `Bearer ${await token}`, 'ocp-apim-subscription-key': DP_SUBSCRIPTION_KEY };
  });

  readonly #clients = new DataLoader<string, DpClient | undefined>(
    async (ids) => this.#byIds<DpClient>('/crm/v1/clients', ids),
    BATCH,
  );

  readonly #employees = new DataLoader<string, DpEmployee | undefined>(
    async (ids) => this.#byIds<DpEmployee>('/crm/v1/employees', ids),
    BATCH,
  );

  readonly #units = new DataLoader<string, DpOrganisationUnit | undefined>(
    async (ids) => this.#byIds<DpOrganisationUnit>('/crm/v1/organisation-units', ids),
    BATCH,
  );

  readonly #relationships = new DataLoader<string, DpRelationship[]>(async (ids) => {
    const found = await this.#all<DpRelationship>('/crm/v1/relationships', { clientIds: ids.join(',') });
    return group(ids, found, ({ clientIds }) => clientIds);
  }, BATCH);

  readonly #finances = new DataLoader<string, DpFinance[]>(async (ids) => {
    const path = `/finances/v1/clients/${ids.join(',')}/finances`;
    const found = await this.#all<DpFinance>(path, { fields: 'latestHistoricalValuation' });
    return group(ids, found, ({ owners }) => owners.map(({ clientId }) => clientId));
  }, BATCH);

  readonly #results = new DataLoader<string, DpProfilingResult[]>(async (ids) => {
    const found = await this.#all<DpProfilingResult>(`/profiling/v1/clients/${ids.join(',')}/results`);
    return group(ids, found, ({ clientId }) => [clientId]);
  }, BATCH);

  async getClients(first: number): Promise<Page<DpClient>> {
    const page = await this.#rest.get<Page<DpClient>>('/crm/v1/clients', { pageSize: String(first), pageNumber: '1' });
    for (const client of page.items) this.#clients.prime(client.id, client);
    return page;
  }

  getAllClients = (): Promise<DpClient[]> => this.#all('/crm/v1/clients');
  getClient = (id: string): Promise<DpClient | undefined> => this.#clients.load(id);
  getEmployee = (id: string): Promise<DpEmployee | undefined> => this.#employees.load(id);
  getUnit = (id: string): Promise<DpOrganisationUnit | undefined> => this.#units.load(id);
  getRelationships = (clientId: string): Promise<DpRelationship[]> => this.#relationships.load(clientId);
  getFinances = (clientId: string): Promise<DpFinance[]> => this.#finances.load(clientId);
  getResults = (clientId: string): Promise<DpProfilingResult[]> => this.#results.load(clientId);

  async #byIds<T extends { id: string }>(path: string, ids: readonly string[]): Promise<(T | undefined)[]> {
    const found = await this.#all<T>(path, { ids: ids.join(',') });
    const byId = new Map(found.map((item) => [item.id, item]));
    return ids.map((id) => byId.get(id));
  }

  async #all<T>(path: string, params: Record<string, string> = {}): Promise<T[]> {
    const items: T[] = [];
    for (let pageNumber = 1; ; pageNumber += 1) {
      const paging = { pageSize: String(PAGE_SIZE), pageNumber: String(pageNumber) };
      const page = await this.#rest.get<Page<T>>(path, { ...params, ...paging });
      items.push(...page.items);
      if (items.length >= page.totalCount || page.items.length === 0) return items;
    }
  }
}
