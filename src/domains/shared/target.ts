import type { Caller } from '../../platform/caller.ts';
import { type GlobalId, parseGlobalId } from '../../platform/relay/ids.ts';
import { madeId } from './made-id.ts';
import { Refused, readAt, required } from './user-errors.ts';

/** How an upsert names what it is about. */
export interface TargetInput {
  readonly id?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** What an upsert is about: something that is there, or what the caller's key stands for, whether it is there yet or not. */
export type Target = { readonly given: GlobalId } | { readonly made: string };

/** The longest key, in characters. */
const LONGEST_KEY = 200;

/**
 * @param types the types of the graph that an id may be of, and how many parts it then has
 * @param kind what a key makes, with whatever else the key belongs to
 * @throws Refused where neither or both are given, or one is malformed
 */
export function targetOf(
  caller: Caller,
  { id, idempotencyKey }: TargetInput,
  { types, parts = 1, kind }: { readonly types: readonly string[]; readonly parts?: number; readonly kind: string },
): Target {
  if ((id ?? null) !== null && (idempotencyKey ?? null) !== null)
    throw new Refused({
      message: 'Give either `input.id`, of something that is there, or `input.idempotencyKey`, and not both.',
      path: ['input', 'idempotencyKey'],
      code: 'BAD_USER_INPUT',
    });
  if (typeof id === 'string') return { given: idAt(['input', 'id'], id, types, parts) };
  const path = ['input', 'idempotencyKey'];
  if (typeof idempotencyKey !== 'string')
    throw required(path, 'what is new needs a key of your own, and what is there its `id`.');
  if (idempotencyKey === '' || idempotencyKey.length > LONGEST_KEY)
    throw new Refused({ message: `A key has 1 to ${LONGEST_KEY} characters.`, path, code: 'BAD_USER_INPUT' });
  return { made: madeId(caller, kind, idempotencyKey) };
}

/** Reads a global id of one of these types. @throws Refused at its place where it is none */
export function idAt(path: readonly string[], id: string, types: readonly string[], parts = 1): GlobalId {
  const parsed = readAt(path, () => parseGlobalId(id));
  if (types.includes(parsed.type) && parsed.parts.length === parts) return parsed;
  const message = `\`${path.join('.')}\` is not the id of a ${types.join(' or ')}.`;
  throw new Refused({ message, path, code: 'BAD_USER_INPUT' });
}
