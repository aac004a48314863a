import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire to Redis that can be held up and cut. */
export interface RedisWire {
  readonly url: string;
  /** Nothing goes through any more; what is sent meanwhile goes through when it is whole again. */
  hang(): void;
  /** Connections break, and new ones too. */
  cut(): void;
  /** Everything goes through again. */
  mend(): void;
  stop(): void;
}

/** Lays a wire to a Redis. @param url with its database */
export async function wireTo(url: string): Promise<RedisWire> {
  const { hostname, port, pathname } = new URL(url);
  const sockets = new Set<Socket>();
  let state: 'whole' | 'hanging' | 'cut' = 'whole';
  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy();
    const far = connect(Number(port || 6_379), hostname);
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (state === 'hanging') from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    hang() {
      state = 'hanging';
      for (const socket of sockets) socket.pause();
    },
    cut() {
      state = 'cut';
      drop();
    },
    mend() {
      state = 'whole';
      for (const socket of sockets) socket.resume();
    },
    stop() {
      server.close();
      drop();
    },
  };
}
