import { createHmac, timingSafeEqual } from 'node:crypto';

export type SignatureAlgorithm = 'sha256' | 'sha1';
/** How the digest is written: digits in lower or in upper case, or with padding. */
export type SignatureEncoding = 'hex' | 'HEX' | 'base64';

/** How a sender signs what it posts: where the signature stands and what it is. */
export interface SignatureRule {
  readonly header: string;
  readonly algorithm: SignatureAlgorithm;
  /** What stands before the digest; empty for nothing. */
  readonly prefix: string;
  readonly encoding: SignatureEncoding;
}

/** Headers by their names in lower case, as Node's `headersDistinct` gives them: `headers` would join or drop what is repeated. */
export type SignedHeaders = Readonly<Record<string, readonly string[] | undefined>>;

/** A signature that came with a request. */
interface Claim {
  readonly algorithm: SignatureAlgorithm;
  readonly text: string;
}

/** WebSub's header, and the one that its senders put the stronger signature in beside it. */
const HUB = 'x-hub-signature';
const STRONGER = `${HUB}-256`;
const STRONG_PREFIX = 'sha256=';

const WRITTEN: Readonly<Record<SignatureEncoding, (digest: Buffer) => string>> = {
  hex: (digest) => digest.toString('hex'),
  HEX: (digest) => digest.toString('hex').toUpperCase(),
  base64: (digest) => digest.toString('base64'),
};

/**
 * Whether these bytes are signed with one of the secrets. Where SHA-256 signatures came, each of them must be right and nothing else
 * counts; an SHA-1 one counts only where the rule says SHA-1 and no other came. A header that comes twice is refused.
 * @param rawBody the body as it came over the wire
 * @param secrets any of them will do: there are two while they change. Empty ones sign nothing
 * @returns false for whatever is wrong; it takes as long for any signature of the right length
 */
export function isSigned(
  rawBody: Buffer,
  headers: SignedHeaders,
  rule: SignatureRule,
  secrets: readonly string[],
): boolean {
  const header = rule.header.toLowerCase();
  const names = header === HUB ? [HUB, STRONGER] : [header];
  if (names.some((name) => (headers[name]?.length ?? 0) > 1)) return false;
  const claims = names.flatMap((name) => claimIn(headers[name]?.[0], name === STRONGER ? strongOf(rule) : rule));
  const strong = claims.filter(({ algorithm }) => algorithm === 'sha256');
  const deciding = strong.length > 0 ? strong : claims;
  return deciding.length > 0 && deciding.every((claim) => fits(rawBody, claim, rule.encoding, secrets));
}

const strongOf = (rule: SignatureRule): SignatureRule => ({ ...rule, algorithm: 'sha256', prefix: STRONG_PREFIX });

/** The claim in a header's value: by the rule, or a stronger one than the rule asks for. What is neither is none. */
function claimIn(value: string | undefined, rule: SignatureRule): Claim[] {
  if (value === undefined) return [];
  const forms = rule.algorithm === 'sha1' ? [strongOf(rule), rule] : [rule];
  const form = forms.find(({ prefix }) => value.startsWith(prefix));
  return form === undefined ? [] : [{ algorithm: form.algorithm, text: value.slice(form.prefix.length) }];
}

/** Compares with every secret, whichever fits: which one it was does not show. */
function fits(body: Buffer, { algorithm, text }: Claim, encoding: SignatureEncoding, secrets: readonly string[]) {
  const given = Buffer.from(text);
  const results = secrets
    .filter((secret) => secret !== '')
    .map((secret) => {
      const right = Buffer.from(WRITTEN[encoding](createHmac(algorithm, secret).update(body).digest()));
      return right.length === given.length && timingSafeEqual(right, given);
    });
  return results.includes(true);
}
