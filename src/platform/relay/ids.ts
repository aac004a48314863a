import { BadInput } from '../errors.ts';
import type { System } from '../system.ts';

const LETTERS: Record<System, string> = { DYNAMIC_PLANNER: 'd', PLANNR: 'p' };
const SYSTEM_OF: Readonly<Record<string, System>> = { d: 'DYNAMIC_PLANNER', p: 'PLANNR' };
const PART = /^[A-Za-z0-9._~-]{1,128}$/;

/** What a global id says: the type, the platform its ids are of, and the ids (a parent's first). */
export interface GlobalId {
  readonly type: string;
  readonly system: System;
  readonly parts: readonly string[];
}

/** A platform's id of a thing. */
export interface Ref {
  readonly system: System;
  readonly id: string;
}

/** The opaque global id (Relay, Global Object Identification). */
export function globalId(type: string, system: System, ...parts: string[]): string {
  return Buffer.from([type, LETTERS[system], ...parts].join(':')).toString('base64url');
}

/** Reads a global id. @throws BadInput where it is none */
export function parseGlobalId(id: string): GlobalId {
  const text = id.length <= 1_024 && /^[A-Za-z0-9_-]+=*$/.test(id) ? Buffer.from(id, 'base64url').toString('utf8') : '';
  const [type = '', letter = '', ...parts] = text.split(':');
  const system = Object.hasOwn(SYSTEM_OF, letter) ? SYSTEM_OF[letter] : undefined;
  if (!/^[A-Z][A-Za-z]+$/.test(type) || system === undefined || parts.length === 0 || !parts.every((p) => PART.test(p)))
    throw new BadInput(`"${shown(id)}" is not an id of this graph. Give an id as a field \`id\` returned it.`);
  return { type, system, parts };
}

/** Reads a global id that must be of this type and of so many parts. @throws BadInput where it is not */
export function parseIdOf(type: string, id: string, parts = 1): GlobalId {
  const parsed = parseGlobalId(id);
  if (parsed.type !== type || parsed.parts.length !== parts)
    throw new BadInput(`"${shown(id)}" is not the id of a ${type}. Give an id as the \`id\` of a ${type} returned it.`);
  return parsed;
}

/** Whether a platform's id can stand in a global id and in a URL. */
export function isIdPart(value: unknown): value is string {
  return typeof value === 'string' && PART.test(value);
}

function shown(id: string): string {
  return id.length > 40 ? `${id.slice(0, 40)}…` : id;
}
