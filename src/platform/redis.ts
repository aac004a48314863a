import { createClient } from '@redis/client';

/** Longest wait for a connection, and between two attempts, in milliseconds. */
const CONNECT_MS = 2_000;
const RETRY_MS = 5_000;

/** A connection to Redis that comes and goes by itself. */
export type Redis = ReturnType<typeof connectRedis>;

/**
 * Connects in the background and again whenever the connection is lost. While there is none a command fails at once: what uses Redis has
 * a way without it.
 * @param onError told of every failure; its messages may hold the address, never the password
 */
export function connectRedis(url: string, onError: (error: unknown) => void) {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: (retries) => Math.min(RETRY_MS, 100 * 2 ** retries) },
  });
  client.on('error', onError);
  client.connect().catch(onError);
  return client;
}
