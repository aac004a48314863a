import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../src/context/index.ts';
import { type UpstreamError, upstreamErrorOf } from '../../src/platform/errors.ts';
import type { MaybePromise } from '../../src/platform/maybe.ts';
import type { Connection } from '../../src/platform/relay/connection.ts';

/** Gives a page on, and reports what it is missing beside it. */
export async function page<T>(
  context: Context,
  info: GraphQLResolveInfo,
  read: Promise<Connection<T>>,
): Promise<Connection<T>> {
  const connection = await read;
  if (connection.problems.length > 0) context.report(info, ...connection.problems);
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

/** Gives a thing on, at once where it is at hand, and reports what is wrong with it beside it. */
export function reported<T extends Reportable, R extends MaybePromise<T | null>>(
  context: Context,
  info: GraphQLResolveInfo,
  read: R,
): R {
  const report = (thing: T | null): T | null => {
    if (thing?.problems !== undefined) context.report(info, ...thing.problems);
    return thing;
  };
  return (read instanceof Promise ? read.then(report) : report(read as T | null)) as R;
}
