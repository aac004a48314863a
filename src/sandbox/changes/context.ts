import type { SandboxData } from '../data.ts';
import type { Random } from '../people/random.ts';
import type { RouteTable } from '../server/route.ts';
import type { Walk } from './walk.ts';

/** Calls a platform's handler as a request would, past socket, credentials, faults and recording. */
export type Write = (route: string, params: Readonly<Record<string, string>>, body: unknown) => void;

/** What every kind of change is made from. */
export interface ChangeContext {
  readonly data: SandboxData;
  readonly random: Random;
  readonly walk: Walk;
  /** Plan → the valuation that was recorded for it last. */
  readonly recorded: Map<string, string>;
  readonly dynamicPlanner: Write;
  readonly plannr: Write;
}

/** One kind of change. */
export interface Kind {
  /** Everything that it could be about, in an order that the seed decides. */
  readonly all: (data: SandboxData) => Iterable<string>;
  /** Whether this one can be changed now. */
  readonly fits: (data: SandboxData, id: string) => boolean;
  /** Makes the change, and what is told of it. */
  readonly make: (context: ChangeContext, id: string) => void;
}

/** A `Write` over a platform's routes. It throws a `Refusal` where the platform refuses. */
export function writer(routes: RouteTable): Write {
  return (route, params, body) => {
    const [method = '', template = ''] = route.split(' ');
    const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
    const headers = { 'content-type': 'application/json' };
    routes[route]?.({
      method,
      path,
      target: path,
      params,
      query: {},
      headers,
      body: Buffer.from(JSON.stringify(body)),
    });
  };
}

/** Today, or so many days after it, as `YYYY-MM-DD`. */
export function today(daysAhead = 0): string {
  return addDays(new Date().toISOString().slice(0, 10), daysAhead);
}

/** The day so many days after another. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The later of two days. */
export function later(one: string, other: string): string {
  return one > other ? one : other;
}
