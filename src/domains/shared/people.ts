import type { UpstreamError } from '../../platform/errors.ts';
import type { GlobalId, Ref } from '../../platform/relay/ids.ts';
import type { Reference } from './in-scope.ts';
import { idAt } from './target.ts';
import { Refused } from './user-errors.ts';

/** Reads a client as the caller may see them; null where there is none. */
export interface People {
  byRef(ref: Ref): Promise<{ readonly ref: Ref; readonly problems?: readonly UpstreamError[] } | null>;
}

/** Someone whom a write refers to: by Dynamic Planner's id, null where nobody is found. */
export interface Person extends Reference {
  readonly id: string | null;
}

/**
 * Someone whom the input names, by a global id of either platform.
 * @throws Refused where the id is no client's, or the client's of Plannr alone; UpstreamError where it can't be told who it is
 */
export async function personAt(people: People, path: readonly string[], globalId: string): Promise<Person> {
  const id = await dynamicPlannerPerson(people, path, idAt(path, globalId, ['Client']));
  return { path, what: 'client', id, isVisible: id !== null };
}

/** Someone who is concerned already, by Dynamic Planner's id. @param path the field that would replace them */
export async function personNow(people: People, path: readonly string[], id: string): Promise<Person> {
  const found = await seen(people, { system: 'DYNAMIC_PLANNER', id });
  return { path, what: 'client', id, isVisible: found !== null };
}

/** Dynamic Planner's id of the client that a global id names; null where nobody is found. @throws as `personAt` */
export async function dynamicPlannerPerson(
  people: People,
  path: readonly string[],
  { system, parts: [id = ''] }: GlobalId,
): Promise<string | null> {
  const ref = await seen(people, { system, id });
  if (ref === null || ref.system === 'DYNAMIC_PLANNER') return ref?.id ?? null;
  const message = `\`${path.join('.')}\`: this client stands in Plannr alone, where people can not be written.`;
  throw new Refused({ message, path, code: 'BAD_USER_INPUT' });
}

/** A record that stands in for the right one, while that can't be had, is not good enough to write by. */
async function seen(people: People, ref: Ref): Promise<Ref | null> {
  const found = await people.byRef(ref);
  const [problem] = found?.problems ?? [];
  if (problem !== undefined) throw problem;
  return found?.ref ?? null;
}
