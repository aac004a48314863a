import type { z } from 'zod';
import { CACHE_SETTINGS } from './table-cache.ts';
import { DOCUMENT_SETTINGS } from './table-documents.ts';
import { EVENT_SETTINGS } from './table-events.ts';
import { PLATFORM_SETTINGS } from './table-platforms.ts';
import { SERVER_SETTINGS } from './table-server.ts';

export type { Setting } from './setting.ts';

/** Every setting, in the order of the documentation. `.env.example` and the README's table are generated from it. */
export const SETTINGS = [
  ...SERVER_SETTINGS,
  ...CACHE_SETTINGS,
  ...EVENT_SETTINGS,
  ...DOCUMENT_SETTINGS,
  ...PLATFORM_SETTINGS,
] as const;

type Row = (typeof SETTINGS)[number];

export type SettingName = Row['name'];

/** What each variable reads as; one without a default may be absent. */
export type Values = {
  readonly [R in Row as R['name']]: z.output<R['kind']> | (R extends { default: string } ? never : undefined);
};
