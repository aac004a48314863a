import { BINARY, CLOSE, CONTINUATION, frame, PING, PONG, TEXT } from '../frames.ts';
import type { Random } from '../random.ts';
import { type Bait, head, type Kind, type Shot } from '../shot.ts';
import { times } from './material.ts';
import { afterHello, init, subscribe, UPGRADE, unnamed } from './socket.ts';

// Frames that are broken, and such as are not but come in ways that nobody sends them.

const MESSAGE = subscribe('1', '{ gateway { version } }');

function cut(random: Random, text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const at = random.int(1, bytes.length - 1);
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

function brokenFrames(random: Random): Buffer {
  const [start = Buffer.alloc(0), rest = Buffer.alloc(0)] = cut(random, MESSAGE);
  return random.pick<() => Buffer>([
    () => frame(MESSAGE, { opcode: BINARY }),
    () => frame(random.bytes(200), { opcode: BINARY }),
    () => frame(MESSAGE, { mask: null }),
    () => frame(MESSAGE, { reserved: random.int(1, 7) }),
    () => frame(MESSAGE, { opcode: random.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) }),
    () => frame(rest, { opcode: CONTINUATION }),
    () => Buffer.concat([frame(start, { isLast: false }), frame(rest)]),
    () => Buffer.concat([frame(start, { isLast: false }), frame(rest, { opcode: BINARY })]),
    () => frame(start, { isLast: false }),
    () => frame('x'.repeat(126), { opcode: random.pick([PING, PONG, CLOSE]) }),
    () => frame('x', { opcode: random.pick([PING, PONG, CLOSE]), isLast: false }),
    () => frame(Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80])),
    () => Buffer.concat([frame(Buffer.from([0xe2, 0x82]), { isLast: false }), frame(' ', { opcode: CONTINUATION })]),
    () =>
      frame(MESSAGE, {
        length: random.pick([0n, 5n, 1_000n, 70_000n, 2_000_000n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]),
      }),
    () => frame(`{"type":"ping","payload":{"a":"${'x'.repeat(random.size(900_000, 3_000_000))}"}}`),
    () => frame(Buffer.from([3]), { opcode: CLOSE }),
    () => frame(closing(random.pick([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535])), { opcode: CLOSE }),
    () => frame(Buffer.concat([closing(1000), Buffer.from([0xff, 0xff])]), { opcode: CLOSE }),
    () => frame(MESSAGE).subarray(0, random.int(1, frame(MESSAGE).length - 1)),
    () => random.bytes(random.size(1, 2_000)),
    () => Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n'),
  ])();
}

function oddFrames(random: Random): Buffer {
  return random.pick<() => Buffer>([
    () => Buffer.concat(pieces(MESSAGE, random.int(1, 20))),
    () => Buffer.concat(pieces(MESSAGE, 1).flatMap((piece) => [piece, frame('a', { opcode: PING })])),
    () =>
      Buffer.concat([
        frame('', { isLast: false }),
        ...times(random.size(10, 40_000), () => frame('', { opcode: CONTINUATION, isLast: false })),
      ]),
    () => Buffer.concat(times(random.size(10, 20_000), () => frame('x'.repeat(100), { opcode: PING }))),
    () => Buffer.concat(times(random.size(10, 20_000), () => frame('', { opcode: PONG }))),
    () => Buffer.concat([frame(closing(1000), { opcode: CLOSE }), frame(MESSAGE), frame(MESSAGE)]),
    () => Buffer.concat([frame('', { opcode: CLOSE }), frame('', { opcode: CLOSE })]),
    () => frame(MESSAGE, { mask: Buffer.alloc(4) }),
    () => frame(MESSAGE, { mask: random.bytes(4) }),
    () => frame(''),
  ])();
}

/** A message in frames of so many bytes. */
function pieces(text: string, size: number): Buffer[] {
  const bytes = Buffer.from(text);
  const count = Math.ceil(bytes.length / size);
  return times(count, (index) =>
    frame(bytes.subarray(index * size, (index + 1) * size), {
      opcode: index === 0 ? TEXT : CONTINUATION,
      isLast: index === count - 1,
    }),
  );
}

function closing(code: number): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return payload;
}

/** @param make the frames, said after the first message or in its place */
function framed(make: (random: Random) => Buffer) {
  return (random: Random, bait: Bait): Shot => {
    const start = head(unnamed(bait), 'GET /graphql', UPGRADE);
    const bytes = make(random);
    const at = random.int(0, bytes.length);
    const more = {
      said: `${init(bait)}${MESSAGE}`,
      pauseMs: 2,
      after: random.pick(['wait', 'wait', 'end', 'reset', 'leave'] as const),
    };
    return random.chance(0.7)
      ? {
          pieces: [start, frame(init(bait))],
          ...afterHello([bytes]),
          ...more,
          ...(random.chance(0.2) && { deafAfter: 1 }),
        }
      : { pieces: [start, bytes.subarray(0, at), bytes.subarray(at)], ...more };
  };
}

export const frameKinds: readonly Kind[] = [
  { name: 'broken frames', weight: 6, make: framed(brokenFrames) },
  { name: 'odd frames', weight: 4, make: framed(oddFrames) },
];
