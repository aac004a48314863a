import dns from 'node:dns';
import { createServer } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';

// Watches where this process connects to, and has a server that nobody must ever call.

const HOME = new Set(['127.0.0.1', 'localhost', '::1', undefined]);

/** A watch over all connections that this process opens. */
export interface Watch {
  /** A server that only a forged request would reach. */
  readonly canary: string;
  /** What went where it must not; forgets what it has told. */
  strangers(): string[];
  stop(): void;
}

/** Begins to watch. @param ports the ports of this machine that may be called */
export async function watchOutside(ports: ReadonlySet<number>): Promise<Watch> {
  const found = new Set<string>();
  const server = createServer((request, response) => {
    found.add(`the canary was called: ${request.method} ${request.url}`);
    response.end('{}');
  });
  server.on('connection', () => found.add('a connection to the canary'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const { host, port, path } = target(args);
    if (path === undefined && (!HOME.has(host) || !ports.has(Number(port))))
      found.add(`a connection to ${host}:${port}`);
    return Reflect.apply(connect, this, args);
  } as typeof connect;
  const { lookup } = dns;
  const watched = (name: string, ...rest: unknown[]): void => {
    if (!HOME.has(name)) found.add(`a look-up of ${name}`);
    Reflect.apply(lookup, dns, [name, ...rest]);
  };
  dns.lookup = Object.assign(watched, lookup) as typeof lookup;

  return {
    canary: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    strangers() {
      const told = [...found];
      found.clear();
      return told;
    },
    stop() {
      Socket.prototype.connect = connect;
      dns.lookup = lookup;
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Target {
  readonly host?: string;
  readonly port?: unknown;
  readonly path?: string;
}

/** `connect` takes options, or port and host, or both already put in order. */
function target(args: readonly unknown[]): Target {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof first === 'object' && first !== null) return first as Target;
  return typeof args[1] === 'string' ? { port: first, host: args[1] } : { port: first };
}
