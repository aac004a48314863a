import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { type AddressInfo, connect, createServer } from 'node:net';

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** `REDIS_URL`, else what answers on the usual port, else a server of our own; null where there is none. */
export async function startRedis(): Promise<{ url: string; own: ChildProcess | null } | null> {
  if (process.env.REDIS_URL) return { url: process.env.REDIS_URL, own: null };
  if (await answers(6_379)) return { url: 'redis://127.0.0.1:6379', own: null };
  if (!hasRedisServer()) {
    process.stderr.write('No Redis here (REDIS_URL, port 6379, redis-server): the tests that need it are skipped.\n');
    return null;
  }
  const { url, process: own } = await startRedisServer();
  return { url, own };
}

/** A server of our own, which keeps nothing on disk. @throws where there is no `redis-server` */
export async function startRedisServer(port?: number): Promise<{ url: string; process: ChildProcess }> {
  const at = port ?? (await freePort());
  const options = { port: String(at), bind: '127.0.0.1', save: '', appendonly: 'no' };
  const own = spawn(
    'redis-server',
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
  );
  for (let i = 0; i < 1_000 && !(await answers(at)); i += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  return { url: `redis://127.0.0.1:${at}`, process: own };
}

/** Whether servers of our own can be started. */
export const hasRedisServer = (): boolean => spawnSync('redis-server', ['--version']).status === 0;
