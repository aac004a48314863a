import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { FetchClient, type FetchRequestConfig } from '@odata2ts/http-client-fetch';
import type { Value } from '../scale/cells.ts';

const run = promisify(execFile);

type Entity = Record<string, Value>;

/** What an entity set of the generated client is used for here. */
interface GeneratedSet {
  // biome-ignore lint/suspicious/noExplicitAny: the builder's type is generated at run time.
  query(build?: (builder: any, properties: any) => unknown, config?: object): Promise<{ data: Page }>;
}

interface Page {
  readonly value: readonly Entity[];
  readonly '@odata.count'?: number | string;
  readonly '@odata.nextLink'?: string;
}

/** A client that odata2ts made from a service's own `$metadata`. */
export interface GeneratedClient {
  readonly set: (name: string) => GeneratedSet;
  /** One entity by its key. */
  readonly entity: (name: string, key: unknown) => Promise<Entity>;
  /** All entities of a set, page after page, and how many pages they came on. @param pageSize to prefer; the service's own where left out */
  readonly read: (name: string, pageSize?: number) => AsyncGenerator<Page>;
  readonly close: () => Promise<void>;
}

/** Decimals and 64-bit numbers as text, of which no digit is lost in JavaScript. */
const EXACT = { Accept: 'application/json;odata.metadata=minimal;IEEE754Compatible=true' };

/**
 * Has odata2ts read `$metadata` and write a client, compiles that, and loads it.
 * @param root of the service, without a slash at the end
 */
export async function generatedClient(root: string): Promise<GeneratedClient> {
  const folder = await mkdtemp(join(tmpdir(), 'odata-client-'));
  const source = join(folder, 'metadata.xml');
  const output = join(folder, 'out');
  await mkdir(output);
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  const options = { target: 'es2022', module: 'commonjs', moduleResolution: 'node', strict: true, skipLibCheck: true };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  const metadata = await fetch(`${root}/$metadata`, { headers: { accept: 'application/xml' } });
  await writeFile(source, await metadata.text());
  const cli = resolve('node_modules/@odata2ts/odata2ts/lib/run-cli.js');
  await run(process.execPath, [cli, '-s', source, '-o', output, '-m', 'all', '-e', 'js'], { cwd: folder });
  const { WealthgraphService } = createRequire(import.meta.url)(join(output, 'WealthgraphService.js'));
  const http = new FetchClient(withHeaders(EXACT));
  const service = new WealthgraphService(http, root);
  const set = (name: string): GeneratedSet => service[name]();
  return {
    set,
    async entity(name, key) {
      return (await service[name](key).query()).data;
    },
    async *read(name, pageSize) {
      const headers = pageSize === undefined ? EXACT : { ...EXACT, Prefer: `odata.maxpagesize=${pageSize}` };
      let { data } = await set(name).query(undefined, { headers });
      yield data;
      // The generated client leaves following the links to its user.
      while (data['@odata.nextLink'] !== undefined) {
        data = (await http.get<Page>(data['@odata.nextLink'], withHeaders(headers))).data;
        yield data;
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Its type asks for all that `fetch` can be told, and its code for none of it. */
function withHeaders(headers: Record<string, string>): FetchRequestConfig {
  return { headers } as unknown as FetchRequestConfig;
}

/** The tables that the entity sets are made of. */
export const TABLE_OF: Readonly<Record<string, string>> = {
  Clients: 'clients',
  Relationships: 'relationships',
  Plans: 'plans',
  Owners: 'plan_owners',
  Valuations: 'valuations',
  Holdings: 'holdings',
  Cashflows: 'cashflows',
  RiskLevels: 'risk_levels',
  Employees: 'employees',
  OrganisationUnits: 'organisation_units',
};

/** A column's name as a property. */
export function propertyOf(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
