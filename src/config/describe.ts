import { Secret } from './secret.ts';
import type { Settings } from './settings.ts';

/** The settings as lines such as `auth.mode = jwt`, fit for a log: secrets read `[secret]`. */
export function describeSettings(settings: Settings): string[] {
  return lines('', settings);
}

function lines(path: string, value: unknown): string[] {
  if (Array.isArray(value)) return [`${path} = ${value.length === 0 ? '(none)' : value.join(', ')}`];
  if (typeof value !== 'object' || value === null || value instanceof Secret) return [`${path} = ${value}`];
  return Object.entries(value).flatMap(([key, part]) => lines(path === '' ? key : `${path}.${key}`, part));
}
