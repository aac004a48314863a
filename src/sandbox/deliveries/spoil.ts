import type { DeliveryFaultKind, Recipient } from './types.ts';

/** What one attempt sends. */
export interface Parcel {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** After how many bytes the connection breaks; null for never. */
  readonly cutAfter: number | null;
}

/** What is sent of a body: as it should be, or spoilt. */
export function pack(recipient: Recipient, body: Buffer, fault?: DeliveryFaultKind): Parcel {
  const half = Math.floor(body.length / 2);
  const parcel = (signed: Buffer, sent = signed, cutAfter: number | null = null): Parcel => ({
    url: recipient.url,
    headers: { 'content-type': 'application/json', ...recipient.sign(signed) },
    body: sent,
    cutAfter,
  });
  switch (fault) {
    case 'badSignature':
      // The signature of something else: to a receiver it looks as if another key had made it.
      return parcel(Buffer.concat([body, body]), body);
    case 'tampered':
      return parcel(body, tampered(body));
    case 'halfJson':
      return parcel(body.subarray(0, half));
    case 'cut':
      return parcel(body, body, half);
    default:
      return parcel(body);
  }
}

/** Still JSON, and of the same length, but its last digit is another. */
function tampered(body: Buffer): Buffer {
  const other = (digit: string): string => String((Number(digit) + 1) % 10);
  return Buffer.from(body.toString('utf8').replace(/\d(?=\D*$)/, other));
}
