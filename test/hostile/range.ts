import type { Audience, Forbidden } from './secrets.ts';

// What an attack must know of the field: plain data, which can go to another process.

/** A gateway that asks for tokens, and an open one. */
export const HOUSES = ['jwt', 'sandbox'] as const;
export type HouseName = (typeof HOUSES)[number];
/** Claims of a token; null for none. */
export type Claims = Record<string, unknown> | null;
/** Header lines `authorization: …` by the name of who sends them; empty for those who send none. */
export type Authorizations = Readonly<Record<string, string>>;

/** Who fires at which house, and what they may see there. */
export interface Attacker {
  readonly name: string;
  readonly weight: number;
  readonly house: HouseName;
  readonly audience: Audience;
  readonly claims: Claims;
}

/** Where attackers fire, with what, and what must not come back. */
export interface Range {
  readonly ports: Readonly<Record<HouseName, number>>;
  readonly attackers: readonly Attacker[];
  readonly forbidden: Forbidden;
  /** Global ids of people and plans, and a cursor of the list of clients. */
  readonly ids: readonly string[];
  readonly cursor: string;
  /** A server that nobody must ever call. */
  readonly canary: string;
}

/** The name of the one who means well. */
export const GOOD_CALLER = 'a good caller';

/** A header's value in its line. */
export function headerValue(line: string | undefined): string {
  return line?.slice(line.indexOf(':') + 1).trim() ?? '';
}
