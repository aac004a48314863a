import { expect, it } from 'vitest';
import { correlationIdOf, traceIdOf } from '../../src/guard/trace.ts';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

it.each([
  ['the caller’s own', { 'x-dt-traceid': ['trace-1'], traceparent: [PARENT] }, 'trace-1'],
  ['that of a W3C trace', { traceparent: [PARENT] }, TRACE],
  [
    'that of a W3C trace where the caller’s own can not be used',
    { 'x-dt-traceid': ['a b\r\n'], traceparent: PARENT },
    TRACE,
  ],
  ['that of a later version, which may say more', { traceparent: [`01-${TRACE}-00f067aa0ba902b7-01-what`] }, TRACE],
])('the correlation id is %s', (_, headers, expected) => {
  expect(correlationIdOf(headers)).toBe(expected);
});

it.each([
  [{}],
  [{ 'x-dt-traceid': [] }],
  [{ 'x-dt-traceid': ['x'.repeat(65)] }],
  [{ traceparent: [PARENT, PARENT] }],
  [{ traceparent: [PARENT.toUpperCase()] }],
  [{ traceparent: [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`] }],
  [{ traceparent: [`00-${TRACE}-${'0'.repeat(16)}-01`] }],
  [{ traceparent: [`ff-${TRACE}-00f067aa0ba902b7-01`] }],
  [{ traceparent: [`${PARENT}-more`] }],
  [{ traceparent: [`${PARENT}x`] }],
  [{ traceparent: ['00-1-2-3'] }],
])('the correlation id is a new one where the caller has none that can be used: %j', (headers) => {
  expect(correlationIdOf(headers)).toMatch(UUID);
  expect(correlationIdOf(headers)).not.toBe(correlationIdOf(headers));
});

it('a request id is the caller’s, or a new one', () => {
  expect(traceIdOf('req-1')).toBe('req-1');
  expect(traceIdOf(undefined)).toMatch(UUID);
});
