import DataLoader from 'dataloader';
import type { PlannrAccount, PlannrPlan } from '../../../src/sandbox/index.ts';
import { group, RestApi } from './rest.ts';

interface Page<T> {
  data: T[];
  links: { next: string | null };
}

const { PLANNR_BASE_URL = '', PLANNR_ACCESS_TOKEN = '', PLANNR_ACCOUNT_UUID = '' } = process.env;
const BATCH = { maxBatchSize: 100 };

/** Plannr for one operation. */
export class PlannrApi {
  readonly #rest = new RestApi(PLANNR_BASE_URL, async () => ({
    authorization: `Bearer ${PLANNR_ACCESS_TOKEN}`,
    'x-plannr-account-uuid': PLANNR_ACCOUNT_UUID,
  }));

  readonly #accounts = new DataLoader<string, PlannrAccount | undefined>(async (uuids) => {
    const found = await this.#all<PlannrAccount>('/api/v1/account', { 'filter[uuid]': uuids.join(',') });
    const byUuid = new Map(found.map((account) => [account.uuid, account]));
    return uuids.map((uuid) => byUuid.get(uuid));
  }, BATCH);

  readonly #plans = new DataLoader<string, PlannrPlan[]>(async (uuids) => {
    const found = await this.#all<PlannrPlan>('/api/v1/plans', {
      'filter[client]': uuids.join(','),
      include: 'accounts,latest_valuations',
    });
    return group(uuids, found, ({ accounts }) => accounts.map(({ account_uuid }) => account_uuid));
  }, BATCH);

  getAccount = (uuid: string): Promise<PlannrAccount | undefined> => this.#accounts.load(uuid);
  getPlans = (accountUuid: string): Promise<PlannrPlan[]> => this.#plans.load(accountUuid);
  getAllAccounts = (): Promise<PlannrAccount[]> =>
    this.#all('/api/v1/account', { 'filter[type]': 'client', include: 'external_references' });

  async #all<T>(path: string, params: Record<string, string>): Promise<T[]> {
    const items: T[] = [];
    for (let number = 1; ; number += 1) {
      const page = await this.#rest.get<Page<T>>(path, { ...params, per_page: '500', page: String(number) });
      items.push(...page.data);
      if (page.links.next === null) return items;
    }
  }
}
