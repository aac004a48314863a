import { BadInput, CodedError } from '../../platform/errors.ts';
import { looksLikeKey } from './text.ts';

/** What a request brings to say who asks. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'key'; readonly key: string };

/** Headers by their names in lower case. Node's `headersDistinct` shows a repeated header, where `headers` keeps the first in silence. */
export type CredentialHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The longest headers, in characters: a token may carry many claims, a key has 65. */
const LONGEST = { authorization: 8_192, 'x-api-key': 256 };

/**
 * What a request says of itself: `Authorization: Bearer` with a token or a key, `Authorization: Basic` with a key as the password (as the
 * user name where the password is empty: Excel and Power BI ask for both), or `X-API-Key`. Nothing is verified here.
 * @throws BadInput where there is more than one, or a header is too long; CodedError UNAUTHENTICATED where it can't be read
 */
export function credentialsOf(headers: CredentialHeaders): Credentials {
  const authorization = valuesOf(headers, 'authorization');
  const keys = valuesOf(headers, 'x-api-key');
  if (authorization.length + keys.length > 1)
    throw new BadInput('Send one credential: a token or an API key, in one header.');
  const [key] = keys;
  if (key !== undefined) return { kind: 'key', key };
  const [value] = authorization;
  return value === undefined ? { kind: 'none' } : ofAuthorization(value);
}

function valuesOf(headers: CredentialHeaders, name: keyof typeof LONGEST): string[] {
  const value = headers[name] ?? [];
  const values = (typeof value === 'string' ? [value] : value).filter((text) => text !== '');
  if (values.some((text) => text.length > LONGEST[name]))
    throw new BadInput(`The header \`${name}\` is longer than ${LONGEST[name]} characters.`);
  return values;
}

/** RFC 9110 section 11.4: a scheme in any case, blanks, and one token68. */
function ofAuthorization(value: string): Credentials {
  const [, scheme = '', text = ''] = /^([A-Za-z]+) +([A-Za-z0-9\-._~+/]+=*)$/.exec(value) ?? [];
  if (/^bearer$/i.test(scheme)) return looksLikeKey(text) ? { kind: 'key', key: text } : { kind: 'token', token: text };
  const key = /^basic$/i.test(scheme) ? keyOfBasic(text) : null;
  if (key !== null) return { kind: 'key', key };
  throw new CodedError(
    'UNAUTHENTICATED',
    'The header `Authorization` takes `Bearer` and a token or an API key, or `Basic` with an API key as the password.',
  );
}

/** RFC 7617: base64 of the user name, a colon, and the password, in which further colons may stand. Blanks around it were pasted along. */
function keyOfBasic(text: string): string | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(text, 'base64').toString('utf8')) ?? [];
  const key = password.trim() || user.trim();
  return key === '' ? null : key;
}
