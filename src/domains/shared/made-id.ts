import { createHash } from 'node:crypto';
import { type Caller, kindOf } from '../../platform/caller.ts';

/** The namespace of ids that are made here. */
const NAMESPACE = Buffer.from('5f4d0f3c8a0b4f0e9d0b6c2f7e1a9b34', 'hex');

/**
 * The id that a caller's key stands for, as a UUID of version 5 (RFC 9562). It is worked out, not kept: so it is the same on every node, after
 * a restart, and for two who ask at once; a call that comes again writes the same thing again and makes no second one. Keys belong to
 * the caller: another's key of the same name is another id. A renewed token is still the same caller's.
 * @param kind what is made: one key may stand for one thing of each kind
 */
export function madeId(caller: Caller, kind: string, key: string): string {
  const name = JSON.stringify([kindOf(caller), caller.namedByToken ?? caller.subject, kind, key]);
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
