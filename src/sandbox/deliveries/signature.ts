import { createHmac } from 'node:crypto';

/** The HMAC of a body's raw bytes, as hexadecimal digits. */
export function signature(algorithm: 'sha1' | 'sha256', secret: string, body: Uint8Array): string {
  return createHmac(algorithm, secret).update(body).digest('hex');
}
