import { afterEach, expect, test } from 'vitest';
import { type House, startHouse } from '../harness.ts';
import { type Folder, folderOf } from './folder.ts';

const folders: Folder[] = [];
const houses: House[] = [];
afterEach(async () => {
  for (const house of houses.splice(0)) await house.stop();
  for (const folder of folders.splice(0)) await folder.remove();
});

async function open(files: Record<string, string>): Promise<House> {
  const folder = await folderOf(files);
  folders.push(folder);
  const house = await startHouse({ sandbox: { clients: 20 }, env: { DATASETS_DIR: folder.path } });
  houses.push(house);
  return house;
}

const OWN = `# title: Advisers' clients
# description: Whom each of them advises.
# rows: clients.nodes
# key: id
query mine($status: ClientStatus) {
  clients(filter: { status: $status }) { nodes { id name: displayName adviser { name: displayName } } }
}
`;

test('a dataset of the folder is offered beside the shipped ones, and takes the place of its namesake', async () => {
  const house = await open({ 'mine.graphql': OWN, 'clients.graphql': OWN, 'README.md': 'no dataset' });
  const get = async (file: string) => {
    const reply = await fetch(`${house.gateway.url}/tables/${file}`);
    return { status: reply.status, text: await reply.text() };
  };
  const mine = await get('mine.csv?status=ACTIVE');
  expect(mine.status).toBe(200);
  expect(mine.text.split('\r\n')[0]).toBe('id,name,adviser_name');
  expect(mine.text.split('\r\n').length).toBeGreaterThan(5);
  expect((await get('clients.csv')).text).toBe((await get('mine.csv')).text);
  expect((await get('plans.csv')).status).toBe(200);
  expect((await get('README.csv')).status).toBe(404);
});

const paged = (text: string, rows = 'clients.nodes') => `# title: Some\n# rows: ${rows}\n${text}`;

test('how many of a list are wanted and where it begins may be said by a variable, its default, or the document', async () => {
  const clients = '{ nodes { id } }';
  const valuations = (list: string) => `{ plans { nodes { id valuations${list} { nodes { id } } } } }`;
  const rows = 'plans.nodes.valuations.nodes';
  const house = await open({
    'given.graphql': paged(`query ($first: Int, $after: String) { clients(first: $first, after: $after) ${clients} }`),
    'by_default.graphql': paged(`query ($n: Int = 3) { clients(first: $n) ${clients} }`),
    'within.graphql': paged(`query ($n: Int) ${valuations('(first: $n)')}`, rows),
    'whole.graphql': paged(valuations(''), rows),
  });
  const { data } = await house.ask('{ clients { edges { cursor node { id } } } }');
  const ids: string[] = data.clients.edges.map((edge: { node: { id: string } }) => edge.node.id);
  const after = encodeURIComponent(data.clients.edges[4].cursor);
  const get = (file: string) => fetch(`${house.gateway.url}/tables/${file}`);
  const read = async (file: string): Promise<Record<string, string>[]> => {
    const reply = await get(file);
    expect(reply.status).toBe(200);
    return (await reply.json()) as Record<string, string>[];
  };
  const idsOf = async (file: string) => (await read(file)).map(({ id }) => id);

  expect(ids.length).toBeGreaterThan(10);
  expect(await idsOf('given.json')).toEqual(ids);
  expect(await idsOf('given.json?first=2')).toEqual(ids.slice(0, 2));
  expect(await idsOf(`given.json?after=${after}`)).toEqual(ids.slice(5));
  expect(await idsOf(`given.json?after=${after}&first=2`)).toEqual(ids.slice(5, 7));
  expect(await idsOf('by_default.json')).toEqual(ids.slice(0, 3));
  expect(await idsOf('by_default.json?n=4')).toEqual(ids.slice(0, 4));
  for (const wrong of ['first=0', 'first=201', 'first=-1', 'after=nowhere']) {
    const reply = await get(`given.csv?${wrong}`);
    expect([wrong, reply.status, await reply.json()]).toMatchObject([
      wrong,
      400,
      { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    ]);
  }

  const all = await read('whole.json');
  const places = new Map<string, number>();
  const newest = all.filter(({ plan_id: plan = '' }) => {
    const place = places.get(plan) ?? 0;
    places.set(plan, place + 1);
    return place < 2;
  });
  expect(newest.length).toBeLessThan(all.length);
  expect(await read('within.json')).toEqual(all);
  expect(await read('within.json?n=2')).toEqual(newest);
});

test('a document may begin its list where it says', async () => {
  const house = await open({});
  const { data } = await house.ask('{ clients { edges { cursor node { id } } } }');
  const { cursor } = data.clients.edges[4];
  const own = await folderOf({ 'later.graphql': paged(`{ clients(after: "${cursor}") { nodes { id } } }`) });
  folders.push(own);
  const beside = await startHouse({ beside: house, env: { DATASETS_DIR: own.path } });
  houses.unshift(beside);
  const rows = (await (await fetch(`${beside.gateway.url}/tables/later.json`)).json()) as unknown[];
  expect(rows).toEqual(data.clients.edges.slice(5).map(({ node }: { node: unknown }) => node));
});

test('faulty ones keep the gateway from starting, and each file is named with what is wrong', async () => {
  const start = open({
    'good.graphql': OWN,
    'Upper.graphql': OWN,
    'unknown_field.graphql': OWN.replace('displayName', 'fullName'),
    'no_rows.graphql': OWN.replace('# rows: clients.nodes\n', ''),
    'not_graphql.graphql': '# title: x\n# rows: clients.nodes\nSELECT * FROM clients',
    'beside.graphql': OWN.replace('adviser { name: displayName }', 'emails { address } phones { number }'),
  });
  const message = await start.then(
    () => '',
    (error: Error) => error.message,
  );
  for (const [file, fault] of [
    ['Upper', 'name the file in lower case'],
    ['unknown_field', 'Cannot query field "fullName"'],
    ['no_rows', 'say in the first lines which list makes the rows'],
    ['not_graphql', 'Syntax Error'],
    ['beside', 'are lists beside each other'],
  ])
    expect(message).toMatch(new RegExp(`/${file}\\.graphql: [^;]*${fault}`));
  expect(message).not.toContain('good.graphql');
});

test('a folder that is not there keeps it from starting too', async () => {
  await expect(startHouse({ env: { DATASETS_DIR: '/nowhere/at/all' } })).rejects.toThrow(
    'DATASETS_DIR: the folder /nowhere/at/all can',
  );
});
