import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { parseAnswers } from './answers.ts';
import { broken } from './invariants.ts';
import { KINDS } from './kinds/index.ts';
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
