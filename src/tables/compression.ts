import { pipeline, type Readable, type Transform } from 'node:stream';
import zlib, { type ZlibOptions } from 'node:zlib';
import Negotiator from 'negotiator';

/** A content coding that answers are compressed with. */
export type Encoding = 'gzip' | 'zstd';

type Coder = (options: ZlibOptions) => Transform;

/** What negotiator takes since 1.0, which its types don't know. */
interface Preferring {
  encodings(available: undefined, options: { readonly preferred: readonly string[] }): string[];
}

// Node has it from 22.15 and 23.8 on.
const { createZstdCompress } = zlib as { readonly createZstdCompress?: Coder };

/** The codings that this Node can write, the better one first. */
const CODERS: ReadonlyMap<string, Coder> = new Map([
  ...(createZstdCompress === undefined ? [] : ([['zstd', createZstdCompress]] as const)),
  ['gzip', zlib.createGzip] as const,
]);

/**
 * The coding that an `Accept-Encoding` header prefers (RFC 9110, section 12.5.3), with its quality values; zstd before gzip among equals,
 * where this Node has it. Only what is named counts: `*` asks for none.
 * @returns null for bytes as they are
 */
export function encodingOf(acceptEncoding: string | undefined): Encoding | null {
  const headers = { 'accept-encoding': acceptEncoding?.toLowerCase() };
  const negotiator = new Negotiator({ headers }) as unknown as Preferring;
  const accepted = negotiator.encodings(undefined, { preferred: [...CODERS.keys()] });
  const first = accepted.find((encoding) => encoding === 'identity' || CODERS.has(encoding));
  return first === 'gzip' || first === 'zstd' ? first : null;
}

/**
 * Compresses bytes as fast as they are read. What fails in them destroys the stream with that error, and what was compressed is then no whole
 * stream; destroying the stream ends them. Nothing is flushed before the end, so small pieces compress as well as large ones.
 * @param encoding one that `encodingOf` gave
 */
export function compressed(bytes: AsyncIterable<Uint8Array>, encoding: Encoding): Readable {
  const create = CODERS.get(encoding);
  if (create === undefined) throw new Error(`This Node can't write ${encoding}.`);
  const coder = create({ chunkSize: 65_536 });
  // Who reads the stream is told of the error by it.
  pipeline(bytes, coder, () => undefined);
  return coder;
}
