import type { IncomingMessage } from 'node:http';
import type { CredentialHeaders } from '../../guard/keys/index.ts';

const CREDENTIALS = ['authorization', 'x-api-key'];

/**
 * What a socket says of who asks: the payload of `connection_init`, by names in any case, also below `headers`; else what the request that
 * opened it brought. One that is said twice stands there twice, for the guard to refuse.
 */
export function credentialsIn(
  { headersDistinct }: Pick<IncomingMessage, 'headersDistinct'>,
  given: Readonly<Record<string, unknown>> = {},
): CredentialHeaders {
  const { headers } = given;
  const below = typeof headers === 'object' && headers !== null ? Object.entries(headers) : [];
  const said = [...Object.entries(given), ...below].flatMap(([name, value]) =>
    CREDENTIALS.includes(name.toLowerCase()) && typeof value === 'string' ? [{ name: name.toLowerCase(), value }] : [],
  );
  if (said.length === 0) return headersDistinct;
  const of = (credential: string): string[] => said.filter(({ name }) => name === credential).map(({ value }) => value);
  return { ...headersDistinct, ...Object.fromEntries(CREDENTIALS.map((name) => [name, of(name)])) };
}
