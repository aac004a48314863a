import type { HttpAnswer } from './answers.ts';

// What comes after an upgrade (RFC 6455), read the strict way, and how frames are made: well, or broken on purpose.

/** A frame as the server sent it. */
export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** The frames so far, and what is wrong with them. */
export interface ParsedFrames {
  readonly frames: readonly Frame[];
  readonly fault: string | null;
}

export const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10] as const;
const LARGEST_CONTROL = 125;

/** Reads what a server sent after `101`. The gateway sends each message in one frame. */
export function framesOf({ body }: Pick<HttpAnswer, 'body'>): ParsedFrames {
  const frames: Frame[] = [];
  const found = (fault: string | null): ParsedFrames => ({ frames, fault });
  for (let at = 0; at + 2 <= body.length; ) {
    const [first = 0, second = 0] = [body[at], body[at + 1]];
    const opcode = first & 0x0f;
    if (frames.at(-1)?.opcode === CLOSE) return found('a frame after the close frame');
    if ((first & 0x70) !== 0) return found('reserved bits of a frame');
    if ((first & 0x80) === 0) return found('a message in pieces');
    if ((second & 0x80) !== 0) return found('a masked frame of the server');
    if (![TEXT, CLOSE, PING, PONG].some((known) => known === opcode)) return found(`a frame of opcode ${opcode}`);
    const short = second & 0x7f;
    if (opcode >= CLOSE && short > LARGEST_CONTROL) return found('a control frame that is too long');
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const start = at + 2 + extended;
    if (start > body.length) break;
    const length =
      extended === 0 ? short : Number(extended === 2 ? body.readUInt16BE(at + 2) : body.readBigUInt64BE(at + 2));
    if (start + length > body.length) break;
    frames.push({ opcode, payload: body.subarray(start, start + length) });
    at = start + length;
  }
  return found(null);
}

/** The code and the reason of a close frame. */
export function closeOf({ payload }: Frame): { readonly code: number; readonly reason: string } {
  return payload.length < 2
    ? { code: 1005, reason: '' }
    : { code: payload.readUInt16BE(0), reason: payload.toString('utf8', 2) };
}

/** How a client's frame is made; what is left out is as it should be. */
export interface FrameForm {
  readonly opcode?: number;
  readonly isLast?: boolean;
  readonly reserved?: number;
  /** Null for a frame without one, which no client may send. */
  readonly mask?: Buffer | null;
  /** Another length than that of the payload. */
  readonly length?: bigint;
}

/** A frame of a client. */
export function frame(
  content: string | Buffer,
  { opcode = TEXT, isLast = true, reserved = 0, mask = Buffer.from('5eaf00d5', 'hex'), length }: FrameForm = {},
): Buffer {
  const payload = Buffer.from(content);
  const size = length ?? BigInt(payload.length);
  const marked = mask === null ? 0 : 0x80;
  const first = (isLast ? 0x80 : 0) | (reserved << 4) | opcode;
  const head = size < 126n ? Buffer.alloc(2) : size < 65_536n ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = first;
  head[1] = marked | (head.length === 2 ? Number(size) : head.length === 4 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(Number(size), 2);
  if (head.length === 10) head.writeBigUInt64BE(size, 2);
  if (mask === null) return Buffer.concat([head, payload]);
  for (let at = 0; at < payload.length; at += 1) payload[at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0);
  return Buffer.concat([head, mask, payload]);
}
