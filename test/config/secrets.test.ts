import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeSettings, Secret } from '../../src/config/index.ts';
import { SETTINGS } from '../../src/config/table.ts';
import { type Environment, read, settingsOf } from './reading.ts';

const SECRETS = SETTINGS.filter((row) => 'secret' in row).map((row) => row.name);
const MARK = 'Zq7-do-not-print';

function everyPrinting(value: unknown): string {
  return [
    JSON.stringify(value),
    inspect(value, { depth: 9, showHidden: true }),
    inspect([value], { customInspect: false }),
  ].join();
}

describe('secrets', () => {
  it('are these, and marked as such', () => {
    expect(SECRETS.toSorted()).toEqual([
      'DP_CLIENT_SECRET',
      'DP_SUBSCRIPTION_KEY',
      'DP_WEBHOOK_SECRET',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'PLANNR_ACCESS_TOKEN',
      'PLANNR_WEBHOOK_SECRET',
      'REDIS_URL',
    ]);
  });

  it('print as [secret] in every way', () => {
    const secret = new Secret(MARK);
    expect([`${secret}`, String(secret), JSON.stringify(secret), inspect(secret)]).toEqual([
      '[secret]',
      '[secret]',
      '"[secret]"',
      '[secret]',
    ]);
    expect(everyPrinting({ secret })).not.toContain(MARK);
    expect(secret.reveal()).toBe(MARK);
  });

  it('stay out of the settings however they are printed', () => {
    const settings = settingsOf({
      ...Object.fromEntries(SECRETS.map((name) => [name, MARK])),
      REDIS_URL: `redis://someone:${MARK}@redis.example.com`,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example.com',
      OTEL_EXPORTER_OTLP_HEADERS: `api-key=${MARK}`,
      DP_CLIENT_ID: 'wealthgraph',
      AUTH_MODE: 'jwt',
      AUTH_ISSUER: 'https://id.example.com',
      AUTH_AUDIENCE: 'wealthgraph',
    });
    expect(everyPrinting(settings)).not.toContain(MARK);
    const lines = describeSettings(settings);
    expect(lines).toContain('dynamicPlanner.serviceAccount.clientId = wealthgraph');
    expect(lines).toContain('dynamicPlanner.serviceAccount.clientSecret = [secret]');
    expect(lines).toContain('redisUrl = [secret]');
    expect(lines).toContain('tracing.headers = [secret]');
    expect(lines).toContain('auth.mode = jwt');
    expect(lines.join()).not.toContain(MARK);
  });

  it('stay out of faults and warnings whatever stands in any variable, and nothing is thrown', () => {
    const names = fc.oneof(
      fc.constantFrom<string>(...SETTINGS.map((row) => row.name), '__proto__', 'DP_', 'AUTH_X'),
      fc.string().map((tail) => `DP_${tail}`),
    );
    const junk = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
      fc.constantFrom(
        undefined,
        '',
        'true',
        'jwt',
        'sandbox',
        'passthrough',
        'enforce',
        'production',
        '1',
        'http://[',
        ',',
        '\0',
        'package.json',
      ),
    );
    const secret = fc
      .tuple(fc.constantFrom('', 'redis://', 'rediss://:', 'redis://['), fc.constantFrom('', '\n', '\0', 'é', '@', '%'))
      .map(([start, bad]) => `${start}${MARK}${bad}${MARK}`);
    const environment = fc
      .tuple(
        fc.array(fc.tuple(names, junk)),
        fc.record(Object.fromEntries(SECRETS.map((n) => [n, secret])), { requiredKeys: [] }),
      )
      .map(([pairs, secrets]): Environment => ({ ...Object.fromEntries(pairs), ...secrets }));
    fc.assert(
      fc.property(environment, (env) => {
        const reading = read(env);
        expect(reading.ok || reading.faults.length > 0).toBe(true);
        const printed = reading.ok ? describeSettings(reading.settings) : reading.faults;
        expect([...printed, ...reading.warnings, everyPrinting(reading)].join('\n')).not.toContain(MARK);
        for (const line of reading.ok ? [] : reading.faults) expect(line).toMatch(/^[A-Z].*\.$/u);
      }),
      { numRuns: 500 },
    );
  });
});
