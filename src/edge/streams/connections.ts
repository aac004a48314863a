import type { Admission, Guard } from '../../guard/index.ts';
import { queueOf } from '../../platform/caller.ts';
import { CodedError } from '../../platform/errors.ts';
import { pause } from '../../platform/pause.ts';
import { Connection, type ConnectionParts, scopeOf } from './connection.ts';
import { ENDINGS } from './ending.ts';

/** How many connections may stay, and how they are looked after. */
export interface ConnectionLimits {
  /** Of this node. */
  readonly max: number;
  /** Of one caller on this node. */
  readonly perCaller: number;
  /** Events that may arrive while a caller takes nothing. */
  readonly queue: number;
  /** How often it is looked whether a caller would still be let in, in milliseconds. */
  readonly recheckMs: number;
}

/** What looking after connections takes. */
export interface ConnectionsOptions {
  readonly guard: Guard;
  readonly limits: ConnectionLimits;
  /** How many events have arrived: the difference of two counts is what counts. */
  readonly arrived: () => number;
  /** Told of each refusal by its code. */
  readonly onRefusal: (code: string) => void;
}

const LOOK_MS = 1_000;
/** Operations that run on one connection at once. */
const OPERATIONS = 100;
/** Of the time that there is to stop, how much goes into ending connections one by one: what runs ends in the rest. */
const SPREAD = 0.8;

/** All connections of one node that stay: how many there may be, who is too slow, who may stay, and how they end when the node stops. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #all = new Set<Connection>();
  readonly #perCaller = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #isStopping = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  get isFull(): boolean {
    return this.#all.size >= this.#options.limits.max;
  }

  /** No connection is opened any more. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  readonly arrived = (): number => this.#options.arrived();

  /** @throws CodedError UNAUTHENTICATED, TOO_MANY_SUBSCRIPTIONS, GOING_AWAY */
  open(parts: ConnectionParts): Connection {
    const { limits } = this.#options;
    const name = queueOf(parts.admission.caller);
    const own = this.#perCaller.get(name) ?? 0;
    // The clocks' difference that its issuer is granted would let it in only to end it.
    if (isExpired(parts.admission)) throw new CodedError('UNAUTHENTICATED', 'The token has expired: get a new one.');
    if (this.#isStopping) throw new CodedError(ENDINGS.leaving.code, 'The gateway stops: connect again in a moment.');
    if (this.isFull || own >= limits.perCaller)
      throw new CodedError(
        'TOO_MANY_SUBSCRIPTIONS',
        own >= limits.perCaller
          ? `You have ${own} connections that stay; more are not allowed. One connection carries many subscriptions.`
          : 'This node has as many connections as it takes. Try again later, or another node.',
      );
    const connection = new Connection(parts);
    this.#all.add(connection);
    this.#perCaller.set(name, own + 1);
    // Those that came together are not looked at together.
    connection.checkedAt -= (Math.random() * limits.recheckMs) / 2;
    return connection;
  }

  /** @throws CodedError where as many operations run on it as may */
  admit(connection: Connection): void {
    if (connection.running >= OPERATIONS)
      throw new CodedError('TOO_MANY_SUBSCRIPTIONS', `At most ${OPERATIONS} operations run on one connection at once.`);
  }

  async closed(connection: Connection): Promise<void> {
    if (this.#all.delete(connection)) {
      const name = queueOf(connection.admission.caller);
      const left = (this.#perCaller.get(name) ?? 1) - 1;
      if (left > 0) this.#perCaller.set(name, left);
      else this.#perCaller.delete(name);
    }
    await connection.stop();
  }

  /** Ends all of them, one after the other: who comes back elsewhere does not do so all at once. @param ms there is for it all */
  async drain(ms: number): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    const all = [...this.#all];
    const startedAt = performance.now();
    const never = new AbortController().signal;
    for (const [index, connection] of all.entries()) {
      const due = startedAt + (SPREAD * ms * index) / all.length;
      // Nobody waits for one that has gone by itself.
      if (due > performance.now()) await pause(due - performance.now(), connection.gone).catch(() => {});
      void finished(connection).then(() => connection.end(ENDINGS.leaving));
    }
    const left = startedAt + SPREAD * ms - performance.now();
    if (all.some(({ isBusy }) => isBusy) && left > 0)
      await Promise.race([Promise.all(all.map(finished)), pause(left, never)]);
    for (const connection of all) connection.end(ENDINGS.leaving);
  }

  #look(): void {
    const { limits } = this.#options;
    const now = performance.now();
    for (const connection of this.#all) {
      if (connection.behind(this.arrived()) > limits.queue) this.#end(connection, 'slow');
      else if (isExpired(connection.admission)) this.#end(connection, 'expired');
      else if (now - connection.checkedAt >= limits.recheckMs) {
        connection.checkedAt = now;
        void this.#recheck(connection);
      }
    }
  }

  /** A credential can be revoked, and what its holder may see can change: then it is time to come in anew. */
  async #recheck(connection: Connection): Promise<void> {
    try {
      const admission = await this.#options.guard.admit(connection.credentials, connection.address);
      if (scopeOf(admission) !== scopeOf(connection.admission)) this.#end(connection, 'expired');
    } catch (error) {
      // Whose issuer can't be asked at the moment stays until it can.
      if (!(error instanceof CodedError) || error.code === 'UPSTREAM_UNAVAILABLE') return;
      this.#end(connection, 'expired');
    }
  }

  #end(connection: Connection, why: 'slow' | 'expired'): void {
    if (connection.hasEnded) return;
    this.#options.onRefusal(ENDINGS[why].code);
    connection.end(ENDINGS[why]);
  }
}

/** What runs on it has ended, and its answers are out: they are given to the connection in the turn after. */
async function finished(connection: Connection): Promise<void> {
  await connection.idle();
  await new Promise((resolve) => setImmediate(resolve));
  await connection.flushed();
}

function isExpired({ expiresAt }: Admission): boolean {
  return expiresAt !== undefined && Date.now() >= expiresAt;
}
