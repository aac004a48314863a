import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { parseAnswers } from './answers.ts';
import { type FrameForm, frame } from './frames.ts';
import { broken } from './invariants.ts';
import { KINDS } from './kinds/index.ts';
import { UPGRADE } from './kinds/socket.ts';
import { watchOutside } from './outside.ts';
import { Random } from './random.ts';
import { forbiddenIn } from './secrets.ts';
import type { Kind, Shot } from './shot.ts';
import { strangeCalls } from './upstream.ts';

// The suite's own checks bite: each finds what it is there for.

const GET: Shot = { pieces: ['GET / HTTP/1.1\r\nhost: a\r\n\r\n'], whole: true };
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ clients: 20 });
});
afterAll(() => sandbox.stop());

function verdict(text: string, audience: 'nobody' | 'everybody' = 'nobody', shot = GET): string[] {
  const { answers, fault } = parseAnswers(Buffer.from(text), true, false);
  return broken(shot, { answers, fault, end: 'answered' }, audience, forbiddenIn([sandbox], '/the/root', new Set()));
}

function json(body: string, status = 200): string {
  return `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

describe('an answer', () => {
  test('that is well is found well', () => {
    expect(verdict(json('{"data":null}'))).toEqual([]);
  });

  test.each([
    ['a status of 500', json('{}', 500), /^status 500/],
    ['a masked error', json('{"errors":[{"extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}'), /^a masked error/],
    ['an error without a code', json('{"errors":[{"message":"a"}]}'), /^an error with the code undefined/],
    ['a code of nobody', json('{"errors":[{"message":"a","extensions":{"code":"X"}}]}'), /^an error with the code "X"/],
    ['JSON that is cut', json('{"data":'), /does not parse/],
    [
      'a bare control character',
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"a":"\u0000"}',
      /does not parse/,
    ],
    ['a stack', json('{"m":"x\\n    at run (/app/a.js:1:2)"}'), /^a stack/],
    ['an engine error', json('{"m":"TypeError: x"}'), /^an engine error/],
    ['the root folder', json('{"m":"/the/root/x"}'), /^a leak/],
    ['an injected header', 'HTTP/1.1 200 OK\r\nx-injected: 1\r\ncontent-length: 0\r\n\r\n', /injected/],
    ['a broken header', 'HTTP/1.1 200 OK\r\na b: 1\r\n\r\n', /^not a header/],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\ntransfer-encoding: chunked\r\n\r\n', /two lengths/],
    ['no status line', 'Hello\r\n\r\n', /^not a status line/],
  ])('with %s is found', (_name, text, expected) => {
    expect(verdict(text).join()).toMatch(expected);
  });

  test('with secrets, addresses or people is found, unless they were sent or may be seen', () => {
    const [client] = sandbox.data.dynamicPlanner.clients.all();
    const name = `${client?.firstName} ${client?.lastName}`;
    expect(verdict(json(`{"m":"${name}"}`))).toEqual([`a leak: ${JSON.stringify(name)}`]);
    expect(verdict(json(`{"m":"${name}"}`), 'everybody')).toEqual([]);
    expect(verdict(json(`{"m":"${name}"}`), 'nobody', { pieces: [name] })).toEqual([]);
    for (const secret of [sandbox.settings.DP_CLIENT_SECRET, sandbox.plannr.url.slice('http://'.length)])
      expect(verdict(json(`{"m":"${secret}"}`), 'everybody')).toEqual([`a leak: ${JSON.stringify(secret)}`]);
  });
});

describe('a WebSocket', () => {
  const ASK = `GET /graphql HTTP/1.1\r\nhost: a\r\n${UPGRADE.join('\r\n')}\r\n\r\n`;
  const SWITCHED =
    'HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n' +
    'sec-websocket-protocol: graphql-transport-ws\r\n\r\n';
  const own = (content: string | Buffer, form: FrameForm = {}): string =>
    frame(content, { mask: null, ...form }).toString('latin1');
  const closing = (code: number, reason = ''): Buffer => Buffer.from([code >> 8, code & 0xff, ...Buffer.from(reason)]);
  const said = (frames: string, ask = ASK): string[] => {
    const { answers, fault } = parseAnswers(Buffer.from(SWITCHED + frames, 'latin1'), true, false);
    const nothing = forbiddenIn([sandbox], '/the/root', new Set());
    return broken({ pieces: [ask] }, { answers, fault, end: 'answered' }, 'nobody', nothing);
  };

  test('that is well is found well', () => {
    const next =
      '{"id":"1","type":"next","payload":{"data":null,"errors":[{"message":"a","extensions":{"code":"FORBIDDEN"}}]}}';
    const frames = [own('{"type":"connection_ack"}'), own('', { opcode: 9 }), own(next)];
    expect(said([...frames, own(closing(4409, 'twice'), { opcode: 8 })].join(''))).toEqual([]);
  });

  test.each([
    ['a masked frame', frame('{"type":"pong"}').toString('latin1'), /^a masked frame/],
    ['a message in pieces', own('{"type":', { isLast: false }), /^a message in pieces/],
    ['reserved bits', own('{"type":"pong"}', { reserved: 4 }), /^reserved bits/],
    ['a binary frame', own('{"type":"pong"}', { opcode: 2 }), /^a frame of opcode 2/],
    ['words after the last', own('', { opcode: 8 }) + own('{"type":"pong"}'), /^a frame after the close frame/],
    ['a message that is no JSON', own('{"type":'), /^a message that is no JSON/],
    ['a message of no known type', own('{"type":"data"}'), /^a message of type "data"/],
    [
      'an error of no known code',
      own('{"type":"error","payload":[{"message":"a"}]}'),
      /^an error with the code undefined/,
    ],
    ['a fault of its own', own(closing(4500), { opcode: 8 }), /^a close code 4500/],
    ['a stack', own('{"type":"pong","payload":{"a":"x\\n    at run (/app/a.js:1:2)"}}'), /^a stack/],
  ])('with %s is found', (_name, frames, expected) => {
    expect(said(frames).join()).toMatch(expected);
  });

  test.each([
    ['elsewhere', ASK.replace('/graphql', '/'), /^an upgrade for "GET \//],
    ['by another method', ASK.replace('GET', 'POST'), /^an upgrade for "POST/],
    [
      'without the subprotocol',
      ASK.replace('graphql-transport-ws', 'graphql-ws'),
      /^an upgrade without the subprotocol/,
    ],
    ['for a foreign page', ASK.replace('host: a', 'host: a\r\norigin: http://b'), /^an upgrade for a foreign page/],
    ['with another key', ASK.replace('dGhl', 'AAAA'), /^a wrong sec-websocket-accept/],
  ])('%s is found', (_name, ask, expected) => {
    expect(said('', ask).join()).toMatch(expected);
  });
});

describe('an event stream', () => {
  const events = (text: string): string[] =>
    verdict(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n\r\n${text}`);

  test('that is well is found well, though it goes on', () => {
    expect(events(':\n\nevent: next\ndata: {"data":null}\n\nevent: complete\ndata:\n\n')).toEqual([]);
    const chunk = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n3\r\n:\n\n\r\n5\r\nev`;
    expect(parseAnswers(Buffer.from(chunk), false, false)).toMatchObject({ answers: [{ isOpen: true }], rest: 0 });
    expect(parseAnswers(Buffer.from(chunk), true, false)).toMatchObject({ answers: [] });
  });

  test.each([
    ['an event of no known name', 'event: x\ndata: {}\n\n', /^an event x/],
    ['what is no event', 'a: b\n\n', /^not an event/],
    ['data that is no JSON', 'event: next\ndata: {\n\n', /^an event whose data is no JSON/],
    [
      'a masked error',
      'event: next\ndata: {"errors":[{"message":"a","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}\n\n',
      /^an error with the code "INTERNAL/,
    ],
  ])('with %s is found', (_name, text, expected) => {
    expect(events(text).join()).toMatch(expected);
  });
});

test('calls that are not of the contract are found', async () => {
  const { url } = sandbox.dynamicPlanner;
  await fetch(`${url}/crm/v1/clients?pageSize=1&pageNumber=1`);
  expect(strangeCalls(sandbox)).toEqual([]);
  for (const path of ['/crm/v1/secrets', '/crm/v1/clients', '/crm/v1/clients?pageSize=1&pageNumber=1&all=1']) {
    await fetch(`${url}${path}`);
    expect(strangeCalls(sandbox)).toHaveLength(1);
  }
  await fetch(`${url}/finances/v1/clients/a%2Fb/finances?pageSize=1&pageNumber=1&unions=includes`);
  expect(strangeCalls(sandbox).join()).toMatch(/path/);
});

test('connections to elsewhere, and to the canary, are found', async () => {
  const home = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => home.listen(0, '127.0.0.1', resolve));
  const { port } = home.address() as AddressInfo;
  const watch = await watchOutside(new Set([port]));
  await fetch(`http://127.0.0.1:${port}/`);
  expect(watch.strangers()).toEqual([]);
  await fetch(watch.canary);
  expect(watch.strangers().join()).toMatch(/connection to 127\.0\.0\.1.*canary was called/s);
  // Port 1 of this machine: nobody listens there.
  await new Promise<void>((resolve) => connect(1, '127.0.0.1').once('error', () => resolve()));
  expect(watch.strangers()).toEqual(['a connection to 127.0.0.1:1']);
  watch.stop();
  home.close();
});

test('the same seed makes the same request', () => {
  const bait = { host: 'a', authorization: '', ids: ['YQ'], cursor: 'YQ', canary: 'http://127.0.0.1:1' };
  const made = (kind: Kind): Buffer =>
    Buffer.concat(kind.make(new Random(7), bait).pieces.map((piece) => Buffer.from(piece)));
  // Claims hold the time of day.
  for (const kind of KINDS.filter(({ name }) => name !== 'junk credentials'))
    expect(made(kind).equals(made(kind)), kind.name).toBe(true);
});
