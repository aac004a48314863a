import * as kind from './kinds.ts';
import type { Setting } from './setting.ts';
import { CACHE_MODES } from './settings.ts';

/** A day, in seconds: longer than that nothing is kept. */
const DAY = 86_400;

const seconds = <const N extends string>(name: N, value: number, description: string) =>
  ({ name, group: 'Cache', kind: kind.whole(0, DAY), default: String(value), description }) as const;

/** The settings of what is kept between operations. */
export const CACHE_SETTINGS = [
  {
    name: 'CACHE',
    group: 'Cache',
    kind: kind.oneOf(CACHE_MODES),
    default: 'on',
    description:
      'What is kept between operations: `on`, what the platforms sent and whole answers; `entities`, what the platforms sent; ' +
      '`off`, nothing.',
  },
  {
    name: 'CACHE_MEMORY_MB',
    group: 'Cache',
    kind: kind.whole(1, 8_192),
    default: '64',
    description:
      'Room for it in memory, in megabytes of JSON (1 to 8192); as objects they take up to four times as much. What was used longest ago goes first. ' +
      'Tables have a sixteenth of it besides.',
  },
  seconds('CACHE_CLIENTS_SECONDS', 60, 'How long clients are fresh, in seconds (0 to 86400, as all of these).'),
  seconds('CACHE_RELATIONSHIPS_SECONDS', 300, 'How long relationships are fresh.'),
  seconds('CACHE_PLANS_SECONDS', 60, 'How long plans are fresh, with the latest valuations that come with them.'),
  seconds('CACHE_VALUATIONS_SECONDS', 300, 'How long histories of valuations are fresh.'),
  seconds('CACHE_PROFILING_SECONDS', 300, 'How long profiling results and risks are fresh.'),
  seconds('CACHE_REFERENCE_SECONDS', 3_600, 'How long employees, questionnaires and organisation units are fresh.'),
  seconds('CACHE_ABSENT_SECONDS', 10, 'How long it is remembered that something does not exist.'),
  seconds(
    'CACHE_STALE_SECONDS',
    60,
    'How long behind that a value is still given while a new one is read behind the answer.',
  ),
  seconds(
    'CACHE_STALE_IF_ERROR_SECONDS',
    3_600,
    'How long behind that a value is given, and marked as stale, where the platform can not be asked.',
  ),
  seconds(
    'CACHE_RESPONSE_SECONDS',
    30,
    'How long at most a whole answer is given again to the same caller; never longer than what it was made of is fresh.',
  ),
] as const satisfies readonly Setting[];
