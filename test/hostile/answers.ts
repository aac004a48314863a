/** An answer as it came over the wire. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
  /** Whether more of the body may come: it is a stream of events, or of frames after an upgrade. */
  readonly isOpen: boolean;
}

/** What the bytes so far come to: answers, bytes that belong to no whole answer yet, and what is wrong with them. */
export interface Parsed {
  readonly answers: readonly HttpAnswer[];
  readonly rest: number;
  readonly fault: string | null;
}

const MOST_HEAD_BYTES = 64 * 1024;
const SWITCHING = 101;

/**
 * Reads answers the strict way (RFC 9112), as a proxy would that must not be led astray.
 * @param ended whether the server closed its half: then a body may end there
 */
export function parseAnswers(bytes: Buffer, ended: boolean, isHead: boolean): Parsed {
  const answers: HttpAnswer[] = [];
  let at = 0;
  try {
    while (at < bytes.length) {
      const one = parseOne(bytes, at, ended, isHead);
      if (one === null) break;
      if (one.answer.status >= 200 || one.answer.status === SWITCHING) answers.push(one.answer);
      at = one.end;
    }
  } catch (error) {
    return { answers, rest: bytes.length - at, fault: error instanceof Error ? error.message : String(error) };
  }
  return { answers, rest: bytes.length - at, fault: null };
}

function parseOne(bytes: Buffer, start: number, ended: boolean, isHead: boolean) {
  const end = bytes.indexOf('\r\n\r\n', start, 'latin1');
  if (end < 0) {
    if (bytes.length - start > MOST_HEAD_BYTES) throw new Error('a head without an end');
    return null;
  }
  const [first = '', ...lines] = bytes.toString('latin1', start, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 ([1-5]\d\d)(?: [\t\x20-\x7e]*)?$/.exec(first)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) throw new Error(`not a status line: ${JSON.stringify(first.slice(0, 80))}`);
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    if (name === '') throw new Error(`not a header: ${JSON.stringify(line.slice(0, 80))}`);
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value.trim()]);
  }
  const body = bodyOf(bytes, end + 4, status, headers, ended, isHead);
  if (body === null) return null;
  return { answer: { status, headers, body: body.content, isOpen: body.isOpen ?? false }, end: body.end };
}

/** What the bytes of an answer belong to. */
interface Body {
  readonly content: Buffer;
  readonly end: number;
  readonly isOpen?: boolean;
}

function bodyOf(
  bytes: Buffer,
  start: number,
  status: number,
  headers: Map<string, string[]>,
  ended: boolean,
  isHead: boolean,
): Body | null {
  const lengths = headers.get('content-length');
  const codings = headers.get('transfer-encoding');
  if (lengths !== undefined && (lengths.length > 1 || codings !== undefined))
    throw new Error('two lengths of one body');
  // All that follows is of another protocol.
  if (status === SWITCHING) return { content: bytes.subarray(start), end: bytes.length, isOpen: !ended };
  if (isHead || status < 200 || status === 204 || status === 304) return { content: Buffer.alloc(0), end: start };
  if (codings !== undefined) {
    if (codings.join() !== 'chunked') throw new Error(`transfer-encoding ${codings.join()}`);
    return chunkedBody(bytes, start, isEventStream(headers) && !ended);
  }
  if (lengths !== undefined) {
    if (!/^\d{1,12}$/.test(lengths[0] ?? '')) throw new Error('content-length is no number');
    const end = start + Number(lengths[0]);
    return end <= bytes.length ? { content: bytes.subarray(start, end), end } : null;
  }
  return ended ? { content: bytes.subarray(start), end: bytes.length } : null;
}

function isEventStream(headers: ReadonlyMap<string, readonly string[]>): boolean {
  return headers.get('content-type')?.[0]?.startsWith('text/event-stream') ?? false;
}

/** @param mayGoOn whether what has come so far is an answer, though its end has not */
function chunkedBody(bytes: Buffer, start: number, mayGoOn: boolean): Body | null {
  const chunks: Buffer[] = [];
  const soFar = (): Body | null =>
    mayGoOn ? { content: Buffer.concat(chunks), end: bytes.length, isOpen: true } : null;
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at, 'latin1');
    if (lineEnd < 0) return soFar();
    const text = bytes.toString('latin1', at, lineEnd);
    if (!/^[0-9a-f]{1,8}$/i.test(text)) throw new Error('a chunk without a size');
    const size = Number.parseInt(text, 16);
    const end = lineEnd + 2 + size;
    if (end + 2 > bytes.length) return soFar();
    if (bytes.toString('latin1', end, end + 2) !== '\r\n') throw new Error('a chunk without an end');
    chunks.push(bytes.subarray(lineEnd + 2, end));
    at = end + 2;
    if (size === 0) return { content: Buffer.concat(chunks), end: at };
  }
}
