import { type Reading, readSettings, type Settings } from '../../src/config/index.ts';
import { SETTINGS, type Setting, type SettingName } from '../../src/config/table.ts';

export type Environment = Record<string, string | undefined>;

export const DP = { DP_CLIENT_ID: 'wealthgraph', DP_CLIENT_SECRET: 'dp-s3cret', DP_SUBSCRIPTION_KEY: 'dp-k3y' };
export const PLANNR = { PLANNR_ACCESS_TOKEN: 'plannr-t0ken' };
export const JWT = { AUTH_MODE: 'jwt', AUTH_ISSUER: 'https://id.example.com/', AUTH_AUDIENCE: 'wealthgraph' };

/** Reads the settings; a name of its own, so that the tests read as sentences. */
export function read(env: Environment): Reading {
  return readSettings(env);
}

/** The settings of an environment that has no fault. */
export function settingsOf(env: Environment): Settings {
  const reading = readSettings(env);
  if (!reading.ok) throw new Error(reading.faults.join('\n'));
  return reading.settings;
}

/** What holds where a setting is not set, as it is documented. */
export function defaultOf(name: SettingName): string | undefined {
  return (SETTINGS as readonly Setting[]).find((row) => row.name === name)?.default;
}

/** The faults and the warnings of an environment. */
export function notesOf(env: Environment): { faults: string[]; warnings: string[] } {
  const reading = readSettings(env);
  return { faults: reading.ok ? [] : reading.faults, warnings: reading.warnings };
}
