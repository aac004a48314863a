import { describe, expect, it } from 'vitest';
import { isLocalProgram } from '../../src/guard/local.ts';

const ask = (remoteAddress: string | undefined, headers: Record<string, string> = {}) =>
  isLocalProgram({ remoteAddress, headers: { host: 'localhost:4000', ...headers } });

describe('a local program', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('comes from %s', (address) => {
    expect(ask(address)).toBe(true);
  });

  it.each([undefined, '', '10.0.0.1', '::ffff:10.0.0.1', '127.0.0.1.example.com', '1270.0.0.1', '::2', 'fe80::1'])(
    'does not come from %s',
    (address) => {
      expect(ask(address)).toBe(false);
    },
  );

  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1:4000', '[::1]:4000'])('asks for the host %s', (host) => {
    expect(ask('127.0.0.1', { host })).toBe(true);
  });

  it.each(['graph.example.com', 'localhost.example.com', '127.0.0.1.example.com', '', '10.0.0.1:4000'])(
    'does not ask for the host %s',
    (host) => {
      expect(ask('127.0.0.1', { host })).toBe(false);
    },
  );

  it.each(['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via', 'x-real-ip', 'origin', 'cf-connecting-ip'])(
    'does not speak for someone else, as the header %s says',
    (name) => {
      expect(ask('127.0.0.1', { [name]: '127.0.0.1' })).toBe(false);
    },
  );

  it('that sends a credential is judged by that', () => {
    expect(ask('127.0.0.1', { 'x-api-key': 'any' })).toBe(false);
    expect(ask('127.0.0.1', { authorization: 'Bearer any' })).toBe(false);
    expect(() => ask('127.0.0.1', { authorization: 'nonsense' })).toThrow('`Authorization`');
  });
});
