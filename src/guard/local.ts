import { isIPv4 } from 'node:net';
import { type CredentialHeaders, credentialsOf } from './keys/index.ts';

/** A request as it came over the wire. */
export interface WireRequest {
  /** The other end of the socket itself, whatever any header says. */
  readonly remoteAddress: string | undefined;
  /** By names in lower case. */
  readonly headers: CredentialHeaders;
}

/** Headers of those who speak for someone else: proxies, and browsers for a page of another origin. */
const FOR_ANOTHER = /^(x-forwarded.*|forwarded|via|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip|origin)$/;

/**
 * Whether a request comes from a program on this machine that asks for itself and sends no credential. The host it asked for has to be this
 * machine too: a proxy that passes on the name which it was called by, or a page whose name was bent to loopback, is none.
 * @throws CodedError where its credentials can't be read
 */
export function isLocalProgram({ remoteAddress = '', headers }: WireRequest): boolean {
  const [host = ''] = [headers.host].flat();
  return (
    isLoopbackAddress(remoteAddress) &&
    /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host) &&
    !Object.keys(headers).some((name) => FOR_ANOTHER.test(name)) &&
    credentialsOf(headers).kind === 'none'
  );
}

/** Also an IPv4 address as a socket of both families tells it. */
function isLoopbackAddress(address: string): boolean {
  const bare = address.replace(/^::ffff:/i, '');
  return bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}
