import { once } from 'node:events';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compressed, type Encoding, encodingOf } from '../../src/tables/compression.ts';
import { csv } from '../../src/tables/formats/csv.ts';
import { COLUMNS, Source, turns } from './formats/source.ts';
import { bytesOf } from './formats/tables.ts';

const decoders = zlib as { readonly zstdDecompressSync?: (bytes: Uint8Array) => Buffer };
const hasZstd = decoders.zstdDecompressSync !== undefined;
const zstd = hasZstd ? 'zstd' : 'gzip';

test.each([
  [undefined, null],
  ['', null],
  ['identity', null],
  ['*', null],
  ['br, deflate', null],
  ['gzip', 'gzip'],
  ['GZip', 'gzip'],
  ['gzip, deflate, br', 'gzip'],
  ['gzip;q=0', null],
  ['gzip;q=0.5', 'gzip'],
  ['gzip;q=0.5, identity', null],
  ['gzip;q=0.5, identity;q=0.1', 'gzip'],
  ['gzip, *;q=0', 'gzip'],
  ['identity;q=0, gzip;q=0.1', 'gzip'],
  ['zstd', hasZstd ? 'zstd' : null],
  ['gzip, deflate, br, zstd', zstd],
  ['gzip, zstd;q=0.9', 'gzip'],
  ['gzip;q=0.9, zstd', zstd],
])('Accept-Encoding: %s gives %s', (header, encoding) => {
  expect(encodingOf(header)).toBe(encoding);
});

test('no header makes it throw', () => {
  const part = fc.oneof(fc.string(), fc.constantFrom('gzip', 'zstd', ';q=', '0.5', ',', ' ', '*', '"', '\\', '='));
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      encodingOf(parts.join(''));
    }),
    { seed: 7, numRuns: 500 },
  );
});

const DECODE: Readonly<Record<Encoding, (bytes: Uint8Array) => Buffer>> = {
  gzip: (bytes) => zlib.gunzipSync(bytes),
  zstd: (bytes) => decoders.zstdDecompressSync?.(bytes) ?? Buffer.alloc(0),
};

test.skipIf(hasZstd)('a Node without zstd says so', () => {
  expect(() => compressed(piecesOf(Buffer.alloc(1), 1), 'zstd')).toThrow(/zstd/);
});

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

function csvOf(source: Source): AsyncIterable<Uint8Array> {
  return csv.write(COLUMNS, source.batches());
}

describe.each<Encoding>(hasZstd ? ['gzip', 'zstd'] : ['gzip'])('%s', (encoding) => {
  test('gives the bytes back, and small pieces compress as well as large ones', async () => {
    const bytes = await bytesOf(csvOf(new Source({ rows: 3_000 })));
    const large = await bytesOf(compressed(piecesOf(bytes, bytes.length), encoding));
    const small = await bytesOf(compressed(piecesOf(bytes, 37), encoding));
    expect(DECODE[encoding](large).equals(bytes)).toBe(true);
    expect(DECODE[encoding](small).equals(bytes)).toBe(true);
    expect(large.length).toBeLessThan(bytes.length * 0.8);
    expect(small.length).toBeLessThan(large.length * 1.02);
  });

  test('no bytes are a whole stream', async () => {
    expect(DECODE[encoding](await bytesOf(compressed(piecesOf(Buffer.alloc(0), 1), encoding)))).toHaveLength(0);
  });

  test('rows wait while nobody reads', async () => {
    const source = new Source({ rows: 300_000 });
    const stream = compressed(csvOf(source), encoding);
    await once(stream, 'readable');
    await turns(2_000);
    // Rows that hardly compress, 80 bytes each: what the buffers on the way hold, and not a tenth of them all.
    expect(source.taken).toBeLessThan(15_000);
    stream.destroy();
    await source.ended;
    expect(source.taken).toBeLessThan(15_000);
  });

  test('who leaves early ends the source, before the first byte too', async () => {
    const read = new Source({ rows: 300_000 });
    for await (const _piece of compressed(csvOf(read), encoding)) break;
    await read.ended;
    expect(read.taken).toBeLessThan(15_000);
    const unread = new Source({ rows: 300_000 });
    const stream = compressed(csvOf(unread), encoding);
    await turns(1);
    stream.destroy();
    await unread.ended;
    expect(unread.taken).toBeLessThan(15_000);
  });

  test('what breaks the source breaks the stream, which is not ended as if whole', async () => {
    const error = new Error('The platform went away.');
    const source = new Source({ rows: 300_000, failsAt: 12_345, error });
    const read: Uint8Array[] = [];
    const reading = async () => {
      for await (const piece of compressed(csvOf(source), encoding)) read.push(piece);
    };
    await expect(reading()).rejects.toBe(error);
    await source.ended;
    expect(read.length).toBeGreaterThan(0);
    expect(() => DECODE[encoding](Buffer.concat(read))).toThrow();
  });
});
