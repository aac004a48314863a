import type { Redis } from '../redis.ts';
import { CHANNEL } from './redis-scripts.ts';
import type { Watchers } from './watchers.ts';

/** How often the newest place is looked up, in milliseconds: a message may be lost on its way. */
const LOOK_MS = 1_000;

/** Learns of what any node appends. */
export interface RedisWatch {
  /** Begins, if it has not begun. */
  start(): void;
  /** This place was given by this node: its own message brings nothing new. */
  see(place: number): void;
  stop(): void;
}

/**
 * Messages on a connection of its own, and a look now and then.
 * @param look gives the newest place
 * @param onError told of every failure of the connection
 */
export function redisWatch(
  redis: Redis,
  watchers: Watchers,
  look: () => Promise<number>,
  onError: (error: unknown) => void,
): RedisWatch {
  let seen: number | undefined;
  let connection: Redis | undefined;
  let timer: NodeJS.Timeout | undefined;

  const see = (place: number): void => {
    if (place === seen) return;
    seen = place;
    watchers.tell();
  };
  const listen = async (listener: Redis): Promise<void> => {
    await listener.connect();
    await listener.subscribe(CHANNEL, (place) => see(Number(place)));
  };
  const lookUp = async (): Promise<void> => {
    if (watchers.isEmpty) return;
    // Redis that can't be had is told of by whoever appends or reads; the next look comes soon.
    await look().then(see, () => undefined);
  };

  return {
    see,
    start() {
      // Something may have been appended between the last look and now.
      seen = undefined;
      void lookUp();
      if (connection !== undefined) return;
      connection = redis.duplicate();
      connection.on('error', onError);
      listen(connection).catch(onError);
      timer = setInterval(() => void lookUp(), LOOK_MS).unref();
    },
    stop() {
      clearInterval(timer);
      connection?.destroy();
    },
  };
}
