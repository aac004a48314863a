import { createServer } from 'node:net';

/** A port that is free now: the platforms must be told of it before the gateway listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Settings of a gateway that the sandbox's platforms can tell what happens. */
export async function listening(more: Record<string, string> = {}): Promise<Record<string, string>> {
  const port = String(await freePort());
  return {
    PORT: port,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DP_WEBHOOK_SECRET: 'a long secret of this test, 0123456789',
    ...more,
  };
}
