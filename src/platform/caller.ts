/** Who asks: what a verified identity says, whatever door it came through. */
export interface Caller {
  /** Who it is; `sandbox` for everyone while the sandbox is open. */
  readonly subject: string;
  /** Sees everything without claims: only in the sandbox, on a loopback address. */
  readonly unrestricted: boolean;
  /** The platform decides by the caller's own token what is visible. */
  readonly isPassthrough?: boolean;
  /** Known by an API key: its subject is the key's, and no person's of the same name. */
  readonly isApiKey?: boolean;
  /**
   * Whom the caller's own token names, verified or not, where the platform decides by the token: it tells one person's keys apart from
   * another's, and outlasts the token. Nothing may be allowed by it: who makes up a name is refused by the platform.
   */
  readonly namedByToken?: string;
  /** The network that a caller asks from whose name nobody has verified: another name costs nothing there. */
  readonly unverifiedFrom?: string;
  /** Dynamic Planner ids of the organisation units whose subtrees the caller may see. None means nothing is visible. */
  readonly organisationUnitIds: readonly string[];
  readonly employeeId: string | null;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

/** The one caller of an open sandbox. */
export const SANDBOX_CALLER: Caller = {
  subject: 'sandbox',
  unrestricted: true,
  organisationUnitIds: [],
  employeeId: null,
  roles: [],
  scopes: [],
};

/** Whether a caller may do what a scope says. */
export function holdsScope({ unrestricted, scopes }: Caller, scope: string): boolean {
  return unrestricted || scopes.includes(scope);
}

/** Callers of one name queue together; a key's name is no person's, and names that nobody has verified are those of one network. */
export function queueOf({ isApiKey = false, subject, unverifiedFrom }: Caller): string {
  if (unverifiedFrom !== undefined) return `network:${unverifiedFrom}`;
  return `${isApiKey ? 'key' : 'subject'}:${subject}`;
}

/** By what a caller is known. */
export type CallerKind = 'sandbox' | 'jwt' | 'key' | 'passthrough';

/** By what a caller is known: all that a log may tell of who asked. */
export function kindOf({ unrestricted, isApiKey = false, isPassthrough = false }: Caller): CallerKind {
  if (unrestricted) return 'sandbox';
  if (isApiKey) return 'key';
  return isPassthrough ? 'passthrough' : 'jwt';
}
