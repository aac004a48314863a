import type { RequestListener, ServerResponse } from 'node:http';
import type { Agent } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Cancelled } from '../../../src/platform/deadline.ts';
import { UpstreamError } from '../../../src/platform/errors.ts';
import { type Answer, type Call, type Send, stack } from '../../../src/platform/http/send.ts';
import { createPool, transport } from '../../../src/platform/http/transport.ts';
import { withErrors } from '../../../src/platform/http/withErrors.ts';
import { Reachability, withReachability } from '../../../src/platform/http/withReachability.ts';
import { withTimeout } from '../../../src/platform/http/withTimeout.ts';
import { callScope, failureOf, listen, type TestServer } from '../helpers.ts';

const SECRET = 'Amelia Hart QQ123456C';
const PATH = '/crm/v1/clients?ids=7b0c1d2e&token=s3cret';

let server: TestServer;
let pool: Agent;
let send: Send;
let handler: RequestListener;
let asked: string[] = [];
const reachability = new Reachability();

beforeAll(async () => {
  pool = createPool();
  server = await listen((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    handler(request, response);
  });
  send = stack(transport(pool), withReachability(reachability), withErrors, withTimeout);
});
afterEach(() => {
  asked = [];
  reachability.state = 'UNKNOWN';
});
afterAll(async () => {
  await pool.destroy();
  await server.stop();
});

const call = (scope = callScope(), url = server.url + PATH): Call => ({
  system: 'DYNAMIC_PLANNER',
  template: '/crm/v1/clients',
  domain: 'crm',
  batchSize: 1,
  method: 'GET',
  url,
  headers: { authorization: 'Bearer t0ken' },
  scope,
});

const answering =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };

/** How a call fails; whatever it says must hold nothing of the platform's words, the URL or the token. */
async function failure(sent: Promise<Answer> = send(call())): Promise<UpstreamError> {
  const error = await failureOf(sent);
  expect(error).toBeInstanceOf(UpstreamError);
  if (!(error instanceof UpstreamError)) throw error;
  const shown = JSON.stringify([error.message, error.details, error.code]);
  for (const secret of [SECRET, '7b0c1d2e', 's3cret', 't0ken', '127.0.0.1', '/crm'])
    expect(shown).not.toContain(secret);
  return error;
}

describe('a good answer', () => {
  it('is its JSON, whatever the size of its pieces', async () => {
    handler = (_request, response) => {
      const text = JSON.stringify({ name: 'Zoë £', list: [1, 2] });
      for (const byte of Buffer.from(text)) response.write(Buffer.of(byte));
      response.end();
    };
    expect((await send(call())).body).toEqual({ name: 'Zoë £', list: [1, 2] });
    expect(reachability.state).toBe('UP');
  });

  it('without a body is null', async () => {
    handler = answering(204, '');
    expect(await send(call())).toMatchObject({ status: 204, body: null });
  });
});

describe('a bad answer', () => {
  it.each(['{"items": [{"na', '<html>maintenance</html>', '{"a":1}trailing'])(
    'is refused where it is not whole JSON: %s',
    async (body) => {
      handler = answering(200, body);
      expect(await failure()).toMatchObject({ code: 'UPSTREAM_INVALID_DATA', system: 'DYNAMIC_PLANNER' });
    },
  );

  it('is not read to the end where it is huge', async () => {
    let sent = 0;
    let closed = false;
    handler = (_request, response) => {
      const piece = Buffer.alloc(1024 * 1024, 32);
      response.on('close', () => {
        closed = true;
      });
      const more = (): void => {
        while (sent < 200 && !closed) {
          sent += 1;
          if (!response.write(piece)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    };
    expect((await failure()).code).toBe('UPSTREAM_INVALID_DATA');
    expect(sent).toBeLessThan(200);
  });

  it('is not read at all where it says that it is huge', async () => {
    let written = 0;
    const closed = new Promise<void>((resolve) => {
      handler = (_request, response) => {
        response.writeHead(200, { 'content-length': String(33 * 1024 * 1024) });
        response.flushHeaders();
        response.on('close', () => {
          written = response.writableLength;
          resolve();
        });
      };
    });
    expect((await failure()).code).toBe('UPSTREAM_INVALID_DATA');
    await closed;
    expect(written).toBe(0);
  });

  it('that is cut off is an outage', async () => {
    handler = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"items": [');
      setImmediate(() => response.destroy());
    };
    expect((await failure()).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(reachability.state).toBe('DOWN');
  });

  it('from nobody is an outage', async () => {
    const gone = await listen(() => {});
    await gone.stop();
    expect((await failure(send(call(callScope(), gone.url + PATH)))).code).toBe('UPSTREAM_UNAVAILABLE');
  });

  it.each([
    [400, 'UPSTREAM_REJECTED', 'UP'],
    [401, 'UPSTREAM_REJECTED', 'UP'],
    [403, 'UPSTREAM_REJECTED', 'UP'],
    [404, 'UPSTREAM_REJECTED', 'UP'],
    [408, 'UPSTREAM_TIMEOUT', 'UP'],
    [409, 'UPSTREAM_REJECTED', 'UP'],
    [422, 'UPSTREAM_REJECTED', 'UP'],
    [429, 'UPSTREAM_RATE_LIMITED', 'UP'],
    [500, 'UPSTREAM_UNAVAILABLE', 'DOWN'],
    [503, 'UPSTREAM_UNAVAILABLE', 'DOWN'],
    [599, 'UPSTREAM_UNAVAILABLE', 'DOWN'],
  ])('of status %i has the code %s', async (status, code, state) => {
    handler = answering(status, JSON.stringify({ error: 'x', message: SECRET, details: { field: SECRET } }), {
      'x-dt-requestid': 'req-42',
    });
    const error = await failure();
    expect(error.code).toBe(code);
    expect(error.details).toEqual({
      upstream: { system: 'DYNAMIC_PLANNER', status, requestId: 'req-42', traceId: 'trace-1' },
    });
    expect(reachability.state).toBe(state);
  });

  it('may be no JSON where its status says enough, and its request id must be one', async () => {
    handler = answering(502, `<html>${SECRET}</html>`, { 'x-dt-requestid': `${SECRET} <b>` });
    const error = await failure();
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', status: 502 });
    expect(error.details.upstream).not.toHaveProperty('requestId');
  });

  it.each([301, 302, 307, 308])('that redirects is not followed: %i', async (status) => {
    handler = answering(status, '', { location: `${server.url}/elsewhere` });
    expect(await failure()).toMatchObject({ status });
    expect(asked).toHaveLength(1);
  });
});

describe('a call that takes long', () => {
  it('ends with its caller while it waits for a connection, and is never sent', async () => {
    const narrow = createPool({ connections: 1 });
    const direct = transport(narrow);
    let answer: () => void = () => {};
    handler = (_request, response) => {
      answer = () => response.end('{}');
    };
    const first = direct(call());
    await expect.poll(() => asked.length).toBe(1);
    const gone = new AbortController();
    const waiting = direct(call({ ...callScope(), signal: gone.signal }));
    gone.abort();
    expect(await failureOf(waiting)).toBeInstanceOf(Cancelled);
    answer();
    await first;
    handler = answering(200, '{"last":true}');
    expect((await direct(call())).body).toEqual({ last: true });
    expect(asked).toHaveLength(2);
    await narrow.destroy();
  });

  it('is not begun for a caller who has gone', async () => {
    const signal = AbortSignal.abort();
    expect(await failureOf(transport(pool)(call({ ...callScope(), signal })))).toBeInstanceOf(Cancelled);
    expect(asked).toEqual([]);
  });

  it('may use 40% of what remains of the deadline, so that time is left for others', () => {
    vi.useFakeTimers();
    const { deadline } = callScope({ budgetMs: 10_000 });
    const shares = [0, 5_000, 20_000].map((ms) => {
      vi.advanceTimersByTime(ms);
      return [deadline.remaining(), deadline.shareOfOneCall()];
    });
    vi.useRealTimers();
    expect(shares).toEqual([
      [10_000, 4_000],
      [5_000, 2_000],
      [0, 0],
    ]);
  });

  it('is a timeout where the platform never answers', async () => {
    handler = () => {};
    expect((await failure(send(call(callScope({ budgetMs: 200 }))))).code).toBe('UPSTREAM_TIMEOUT');
    expect(asked).toHaveLength(1);
  });

  it('ends also where only the body hangs', async () => {
    handler = (_request, response) => {
      response.writeHead(200);
      response.write('{"items": [');
    };
    expect((await failure(send(call(callScope({ budgetMs: 200 }))))).code).toBe('UPSTREAM_TIMEOUT');
  });

  it('ends also where the body comes in pieces for ever', async () => {
    const closed = new Promise<void>((resolve) => {
      handler = (_request, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(' '), 5);
        response.on('close', () => {
          clearInterval(timer);
          resolve();
        });
      };
    });
    expect((await failure(send(call(callScope({ budgetMs: 200 }))))).code).toBe('UPSTREAM_TIMEOUT');
    await closed;
  });

  it.each([
    ['headers', { headersMs: 20 }, () => {}],
    [
      'a piece of the body',
      { bodyMs: 20 },
      (_request: unknown, response: ServerResponse) => {
        response.writeHead(200);
        response.write('{"items": [');
      },
    ],
  ])('is a timeout where %s are waited for too long, however much time there is', async (_, options, hangs) => {
    const impatient = createPool(options);
    handler = hangs;
    const sent = stack(transport(impatient), withErrors, withTimeout)(call(callScope({ budgetMs: 3_600_000 })));
    expect((await failure(sent)).code).toBe('UPSTREAM_TIMEOUT');
    await impatient.destroy();
  });

  it('is not begun once the deadline has passed', async () => {
    expect((await failure(send(call(callScope({ budgetMs: 0 }))))).code).toBe('UPSTREAM_TIMEOUT');
    expect(asked).toEqual([]);
  });

  it('is let go of when the caller gives up, which says nothing about the platform', async () => {
    const caller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      handler = (request) => {
        request.on('close', resolve);
        caller.abort();
      };
    });
    const error = await failure(send(call(callScope({ signal: caller.signal }))));
    expect(error.code).not.toBe('UPSTREAM_TIMEOUT');
    await closed;
    expect(reachability.state).toBe('UNKNOWN');
  });
});

describe('a stack', () => {
  it('has its first wrapper outermost', async () => {
    const order: string[] = [];
    const named = (name: string) => (next: Send) => (made: Call) => {
      order.push(name);
      return next(made);
    };
    await stack(async () => ({ status: 200, headers: {}, body: null }), named('outer'), named('inner'))(call());
    expect(order).toEqual(['outer', 'inner']);
  });
});
