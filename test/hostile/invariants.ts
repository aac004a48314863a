import type { HttpAnswer } from './answers.ts';
import type { Audience, Forbidden } from './secrets.ts';
import type { Shot } from './shot.ts';
import { errorFaults, isStream, streamFaults } from './streamed.ts';
import type { Outcome } from './wire.ts';

/** The gateway's own words for a fault of its own. */
const MASKED = '"INTERNAL_SERVER_ERROR"';
const LARGEST_LOOK = 4 * 1024 * 1024;

/** What only a fault of the gateway itself writes. */
const TRACES: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a stack', /(?:\\n|\n)\s+at (?:async |new )?[\w.<>[\] ]*\(?(?:file:|node:|\/)/],
  ['node_modules', /node_modules/],
  ['a source file', /\b(?:src|resolvers|dist)\/[\w./-]+\.[jt]s\b/],
  ['a system error', /\bE(?:CONNREFUSED|CONNRESET|NOTFOUND|NOENT|ACCES|ADDRINUSE|HOSTUNREACH)\b/],
  ['an engine error', /\b(?:TypeError|RangeError|ReferenceError|SyntaxError|Maximum call stack|Cannot read propert)/],
];

/** What an answer breaks, in words; empty where all is well. */
export function broken(shot: Shot, { answers, fault }: Outcome, audience: Audience, forbidden: Forbidden): string[] {
  const faults = fault === null ? [] : [fault];
  let sent: string | undefined;
  const wasSent = (text: string): boolean => {
    sent ??= `${Buffer.concat(shot.pieces.map((piece) => Buffer.from(piece)))}${shot.said ?? ''}`;
    return sent.includes(text) || decoded(sent).includes(text);
  };
  for (const answer of answers) {
    faults.push(...statusFaults(answer), ...(isStream(answer) ? streamFaults(answer, shot) : jsonFaults(answer, shot)));
    faults.push(...leaks(answer, forbidden.always, forbidden.people[audience], wasSent));
  }
  return [...new Set(faults)];
}

function statusFaults({ status, headers, body }: HttpAnswer): string[] {
  const faults: string[] = [];
  if (status >= 500) faults.push(`status ${status}: ${shown(body)}`);
  if (headers.has('x-injected')) faults.push('an injected header');
  for (const name of ['x-powered-by', 'server']) if (headers.has(name)) faults.push(`a header ${name}`);
  return faults;
}

function jsonFaults({ headers, body, status }: HttpAnswer, shot: Shot): string[] {
  const type = headers.get('content-type')?.[0] ?? '';
  if (shot.head || status === 304 || !/^application\/([\w.-]+\+)?json/i.test(type)) return [];
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (typeof parsed !== 'object' || parsed === null) return ['JSON that is no object'];
    const { errors } = parsed as { errors?: unknown };
    if (errors !== undefined && !body.includes(MASKED)) return errorFaults(errors, body);
  } catch {
    return [`JSON that does not parse: ${shown(body)}`];
  }
  return body.includes(MASKED) ? [`a masked error: ${shown(body)}`] : [];
}

function leaks(
  { headers, body, status }: HttpAnswer,
  always: readonly string[],
  people: readonly string[],
  wasSent: (text: string) => boolean,
): string[] {
  const type = headers.get('content-type')?.[0] ?? '';
  const heads = [...headers].map(([name, values]) => `${name}: ${values.join()}`).join('\n');
  const text = `${heads}\n${body.subarray(0, LARGEST_LOOK).toString()}`;
  // The explorer's own files hold the names of their packages, and words of every language.
  const isFile = status < 400 && !/json/.test(type) && type !== '';
  const traces = isFile
    ? []
    : TRACES.flatMap(([what, pattern]) => {
        const found = pattern.exec(text)?.[0];
        return found === undefined || wasSent(found) ? [] : [`${what}: ${JSON.stringify(found)}`];
      });
  const secrets = [...always, ...(isFile ? [] : people)].filter((one) => text.includes(one) && !wasSent(one));
  return [...traces, ...secrets.slice(0, 3).map((one) => `a leak: ${JSON.stringify(one)}`)];
}

/** What was sent, with what it writes in other letters. */
function decoded(sent: string): string {
  return sent.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}

function shown(body: Buffer): string {
  return JSON.stringify(body.subarray(0, 300).toString());
}
