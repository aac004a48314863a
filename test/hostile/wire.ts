import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type HttpAnswer, parseAnswers } from './answers.ts';
import type { Shot } from './shot.ts';
import { hasClosed, saidIn } from './streamed.ts';

/** How long a whole request may go unanswered: longer than the gateway's own deadline for an operation. */
const PATIENCE_MS = 60_000;
/** How long one is watched that needs no answer, and how long for bytes after the last answer. */
const GLANCE_MS = 600;
const AFTER_MS = 5;
const AFTER_SOME_MS = 25;
/** How long one stays open that is left. */
const LEFT_MS = 10_000;

/** What came of a shot. */
export interface Outcome {
  readonly answers: readonly HttpAnswer[];
  /** What is wrong with the answers as HTTP, or that there is none. */
  readonly fault: string | null;
  /** How the connection ended. */
  readonly end: 'answered' | 'closed' | 'refused' | 'given up';
}

/** Fires over a connection of its own. Never rejects. */
export async function fire(port: number, shot: Shot): Promise<Outcome> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  socket.setNoDelay(true);
  const reading = read(socket, shot);
  // A server that does not read any more must not hold the writing up for ever.
  await Promise.race([write(socket, shot), reading]);
  if (shot.next === undefined) ending(socket, shot);
  return reading;
}

/** A server may answer and close before it has all: writing then ends early, which is no fault. */
async function write(socket: Socket, { pieces, pauseMs = 0 }: Shot): Promise<void> {
  for (const [index, piece] of pieces.entries()) {
    if (index > 0 && pauseMs > 0) await pause(pauseMs);
    if (socket.destroyed || socket.writableEnded) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off('close', done);
        resolve();
      };
      socket.once('close', done);
      socket.write(piece, done);
    });
  }
}

function read(socket: Socket, shot: Shot): Promise<Outcome> {
  const { answers: most = 1, all = false, whole = false, head = false, replies = 0 } = shot;
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    let error: string | undefined;
    let written = 0;
    let afterLast: NodeJS.Timeout | undefined;
    const patience = setTimeout(
      () => finish('given up'),
      whole && shot.deafAfter === undefined ? PATIENCE_MS : GLANCE_MS,
    );
    const finish = (end: Outcome['end'], ended = false): void => {
      clearTimeout(patience);
      clearTimeout(afterLast);
      socket.removeAllListeners();
      socket.on('error', () => {});
      if (shot.after === 'leave') leave(socket);
      else if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
      resolve({ ...judge(bytes, ended, shot, error), end });
    };
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const { answers, rest, fault } = parseAnswers(bytes, false, head);
      clearTimeout(afterLast);
      const more = fault === null ? (shot.next?.(answers, written) ?? null) : null;
      if (more !== null) {
        written += 1;
        socket.write(more);
        ending(socket, shot);
      }
      // One that goes on is watched until it has said what it must, or is over.
      const open = answers.find(({ isOpen }) => isOpen);
      if (open !== undefined && fault === null && !hasClosed(open)) {
        if (shot.deafAfter !== undefined && saidIn(open) >= shot.deafAfter) socket.pause();
        else if (whole && saidIn(open) >= replies) afterLast = setTimeout(() => finish('answered'), AFTER_SOME_MS);
        return;
      }
      if (fault !== null || answers.length >= most) afterLast = setTimeout(() => finish('answered'), AFTER_MS);
      else if (answers.length > 0 && rest === 0 && !all)
        afterLast = setTimeout(() => finish('answered'), AFTER_SOME_MS);
    });
    socket.on('error', (problem: NodeJS.ErrnoException) => {
      error = problem.code ?? problem.message;
    });
    socket.on('end', () => finish(bytes.length > 0 ? 'answered' : 'closed', true));
    socket.on('close', () => finish(error === 'ECONNREFUSED' ? 'refused' : 'closed', true));
  });
}

/** What is done once all is written. */
function ending(socket: Socket, { after }: Shot): void {
  if (after === 'reset') socket.resetAndDestroy();
  if (after === 'end' && !socket.destroyed) socket.end();
}

/** Nothing is said and nothing read any more; the other side may end it. */
function leave(socket: Socket): void {
  socket.pause();
  setTimeout(() => socket.resetAndDestroy(), LEFT_MS).unref();
}

function judge(
  bytes: Buffer,
  ended: boolean,
  { answers: most = 1, all = false, whole = false, head = false, replies = 0, deafAfter }: Shot,
  error: string | undefined,
): Pick<Outcome, 'answers' | 'fault'> {
  const { answers, rest, fault } = parseAnswers(bytes, ended, head);
  const open = answers.find(({ isOpen }) => isOpen);
  const because = error === undefined ? '' : ` (${error})`;
  if (fault !== null) return { answers, fault };
  if (answers.length > most) return { answers, fault: `${answers.length} answers to ${most} requests` };
  if (rest > 0 && answers.length >= most) return { answers, fault: 'bytes after the last answer' };
  if (whole && deafAfter === undefined && open !== undefined && saidIn(open) < replies && !hasClosed(open))
    return { answers, fault: `${saidIn(open)} of ${replies} messages${because}` };
  if (rest > 0 && whole) return { answers, fault: `half an answer${because}` };
  if (deafAfter !== undefined) return { answers, fault: null };
  if (answers.length < (all ? most : whole ? 1 : 0)) return { answers, fault: `no answer${because}` };
  return { answers, fault: null };
}
