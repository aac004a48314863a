import { Readable } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { concernsRequest, type Faults } from './faults.ts';
import { type Answer, type Call, type Handler, Refusal } from './route.ts';
import type { Fault } from './types.ts';

/** What is particular to a platform around its handlers. */
export interface Platform {
  /** Runs before every handler; refuses by throwing a `Refusal`. */
  guard(call: Call): void;
  /** Headers of every answer, also of errors and faults. */
  headers(call: Call): Record<string, string>;
  /** The platform's documented error body for a status. */
  error(status: number, message: string): unknown;
}

/** The latency and faults that stand between the socket and the handlers. */
export interface Weather {
  latencyMs: number;
  readonly faults: Faults;
}

const DEFAULT_SLOW_BODY_MS = 1_000;

/** Carries one request through latency, faults, the platform's guard and its handler, and sends the answer. */
export async function serve(
  platform: Platform,
  weather: Weather,
  handler: Handler,
  call: Call,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (weather.latencyMs > 0) await pause(weather.latencyMs);
  const fault = weather.faults.take((armed) => concernsRequest(armed, call.method, call.path));
  if (fault?.kind === 'hang' && fault.delayMs === undefined) return new Promise(() => {});
  if (fault?.delayMs !== undefined && fault.kind !== 'slowBody') await pause(fault.delayMs);
  if (fault?.kind === 'reset') {
    reply.hijack();
    request.raw.socket.resetAndDestroy();
    return reply;
  }
  const answer = fault?.kind === 'status' ? failure(platform, fault) : run(platform, handler, call);
  reply.headers(platform.headers(call));
  const spoils = fault?.kind === 'slowBody' || fault?.kind === 'halfJson';
  return spoils ? sendSpoiled(reply, answer, fault) : send(reply, answer);
}

function failure(platform: Platform, fault: Fault): Answer {
  const status = fault.status ?? 500;
  const body = fault.body === undefined ? platform.error(status, 'The sandbox was asked to fail.') : fault.body;
  return { status, body, headers: fault.headers ?? {} };
}

function run(platform: Platform, handler: Handler, call: Call): Answer {
  try {
    platform.guard(call);
    return handler(call);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

/** Sends an answer as it is. */
export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  const body = encode(reply, answer);
  return body === undefined ? reply.send() : reply.send(body);
}

function encode(reply: FastifyReply, answer: Answer): string | Uint8Array | undefined {
  reply.code(answer.status);
  if (answer.body === undefined || answer.body instanceof Uint8Array) {
    if (answer.headers !== undefined) reply.headers(answer.headers);
    return answer.body;
  }
  reply.header('content-type', 'application/json; charset=utf-8');
  if (answer.headers !== undefined) reply.headers(answer.headers);
  return typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
}

function sendSpoiled(reply: FastifyReply, answer: Answer, fault: Fault): FastifyReply {
  const encoded = encode(reply, answer);
  if (fault.status !== undefined) reply.code(fault.status);
  if (fault.headers !== undefined) reply.headers(fault.headers);
  if (encoded === undefined) return reply.send();
  const bytes = Buffer.from(encoded);
  const middle = Math.floor(bytes.length / 2);
  if (fault.kind === 'halfJson') return reply.send(bytes.subarray(0, middle));
  reply.header('content-length', String(bytes.length));
  return reply.send(Readable.from(trickle(bytes, middle, fault.delayMs ?? DEFAULT_SLOW_BODY_MS)));
}

async function* trickle(bytes: Buffer, middle: number, delayMs: number): AsyncGenerator<Buffer> {
  yield bytes.subarray(0, middle);
  await pause(delayMs);
  yield bytes.subarray(middle);
}

/** Timers do not keep a stopped sandbox's process alive. */
function pause(ms: number): Promise<void> {
  return after(ms, undefined, { ref: false });
}
