import { expect, it } from 'vitest';
import { UpstreamError } from '../../../src/platform/errors.ts';
import { type Send, stack } from '../../../src/platform/http/send.ts';
import { transport } from '../../../src/platform/http/transport.ts';
import { withAttempts } from '../../../src/platform/http/withAttempts.ts';
import { withErrors } from '../../../src/platform/http/withErrors.ts';
import { withReport } from '../../../src/platform/http/withReport.ts';
import { withTimeout } from '../../../src/platform/http/withTimeout.ts';
import type { CallReport } from '../../../src/platform/observer.ts';
import { callScope, failureOf } from '../helpers.ts';
import { answering, bench, cutting, failure, hanging } from './bench.ts';

const platform = bench();

async function reportOf(send: Send, scope = callScope()): Promise<CallReport | undefined> {
  const reports: CallReport[] = [];
  const observer = { called: (report: CallReport) => void reports.push(report), lookedUp: () => {} };
  const call = platform.call({ batchSize: 7, scope: { ...scope, observer, wave: () => 3 } });
  await send(call).catch(() => {});
  expect(reports).toHaveLength(1);
  return reports[0];
}

const whole = () => stack(transport(platform.pool), withReport, withErrors, withAttempts, withTimeout);

it('tells of a call when it is over', async () => {
  platform.does(answering(200, { 'x-dt-requestid': 'req-42' }));
  const before = performance.now();
  const report = await reportOf(whole());
  expect(report).toEqual({
    system: 'DYNAMIC_PLANNER',
    domain: 'crm',
    method: 'GET',
    template: '/crm/v1/clients',
    batchSize: 7,
    wave: 3,
    startedAt: expect.any(Number),
    ms: expect.any(Number),
    queuedMs: 0,
    attempts: [200],
    requestId: 'req-42',
    code: undefined,
  });
  expect(report?.startedAt).toBeGreaterThanOrEqual(before);
  expect((report?.startedAt ?? 0) + (report?.ms ?? 0)).toBeLessThanOrEqual(performance.now());
});

it.each([
  ['a 503', answering(503, { 'x-dt-requestid': 'req-43' }), [503], 'UPSTREAM_UNAVAILABLE', 'req-43'],
  ['a cut body', cutting, ['network'], 'UPSTREAM_UNAVAILABLE', undefined],
  ['no JSON', answering(200, {}, '<html>'), ['invalid'], 'UPSTREAM_INVALID_DATA', undefined],
  ['no answer', hanging, ['timeout'], 'UPSTREAM_TIMEOUT', undefined],
])('tells how a call failed: %s', async (_, fault, attempts, code, requestId) => {
  platform.does(fault);
  // Only what has to run out of time is given little.
  const report = await reportOf(whole(), callScope({ budgetMs: fault === hanging ? 200 : 60_000 }));
  expect(report).toMatchObject({ attempts, code });
  expect(report?.requestId).toBe(requestId);
});

it('tells that a caller has gone', async () => {
  const caller = new AbortController();
  platform.does(() => caller.abort());
  const report = await reportOf(whole(), callScope({ signal: caller.signal }));
  expect(report).toMatchObject({ attempts: ['cancelled'], code: 'UPSTREAM_UNAVAILABLE' });
});

it('tells of a call that never left', async () => {
  const report = await reportOf(whole(), callScope({ budgetMs: 0 }));
  expect(report).toMatchObject({ attempts: [], code: 'UPSTREAM_TIMEOUT' });
  expect(platform.asked).toEqual([]);
  const refused = stack(async (call) => {
    throw new UpstreamError('UPSTREAM_REJECTED', { system: call.system }, 'can be asked only with a token.');
  }, withReport);
  expect(await reportOf(refused)).toMatchObject({ attempts: [], code: 'UPSTREAM_REJECTED' });
});

it('holds a defect to be one', async () => {
  const broken = stack(async () => Promise.reject(new TypeError('a defect')), withReport);
  expect(await reportOf(broken)).toMatchObject({ attempts: [], code: 'INTERNAL_SERVER_ERROR' });
  expect(await failureOf(broken(platform.call()))).toBeInstanceOf(TypeError);
});

it('holds nothing of the URL, the headers or the body', async () => {
  platform.does(answering(503, {}, '{"message":"Amelia Hart"}'));
  const reports: CallReport[] = [];
  const observer = { called: (report: CallReport) => void reports.push(report), lookedUp: () => {} };
  const call = platform.call({ scope: { ...callScope(), observer }, headers: { authorization: 'Bearer t0ken' } });
  await failure(whole()({ ...call, url: `${call.url}?ids=7b0c1d2e` }));
  expect(JSON.stringify(reports)).not.toMatch(/Amelia|t0ken|7b0c1d2e|127\.0\.0\.1/);
});
