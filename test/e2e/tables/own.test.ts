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
