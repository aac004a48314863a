import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../src/context/index.ts';
import { type UpstreamError, upstreamErrorOf } from '../../src/platform/errors.ts';
import type { Connection } from '../../src/platform/relay/connection.ts';

/** Gives a page on, and reports what it is missing beside it. */
export async function page<T>(
  context: Context,
  info: GraphQLResolveInfo,
  read: Promise<Connection<T>>,
): Promise<Connection<T>> {
  const connection = await read;
  context.report(info, ...connection.problems);
  return connection;
}

/** A field that can't be null: what can be read, else a fallback, with an error beside it that names the broken field and the system. */
export function orElse<T>(context: Context, info: GraphQLResolveInfo, fallback: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    context.report(info, upstreamErrorOf(error));
    return fallback;
  }
}

/** A thing that says what is wrong with it. */
export interface Reportable {
  readonly problems?: readonly UpstreamError[];
}

/** Gives a thing on, and reports what is wrong with it beside it. */
export async function reported<T extends Reportable>(
  context: Context,
  info: GraphQLResolveInfo,
  read: Promise<T | null>,
): Promise<T | null> {
  const thing = await read;
  context.report(info, ...(thing?.problems ?? []));
  return thing;
}
