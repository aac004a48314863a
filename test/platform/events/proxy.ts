import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut and clogged. */
export interface Proxy {
  readonly url: string;
  /** Ends every connection that goes through it; new ones go through unless it is closed. */
  cut(): void;
  /** From now on nothing that is sent arrives, until it is opened. */
  clog(): void;
  open(): void;
  stop(): void;
}

/** Stands before the Redis at this address. */
export async function proxyTo(url: string): Promise<Proxy> {
  const { hostname, port, pathname } = new URL(url);
  const sockets = new Set<Socket>();
  let isClogged = false;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      if (isClogged) one.pause();
      one.on('data', (chunk) => other.write(chunk));
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    cut,
    clog() {
      isClogged = true;
      for (const socket of sockets) socket.pause();
    },
    open() {
      isClogged = false;
      for (const socket of sockets) socket.resume();
    },
    stop() {
      cut();
      server.close();
    },
  };
}
