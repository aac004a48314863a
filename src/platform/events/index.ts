export { openEmbeddedLog } from './embedded-log.ts';
export { ForeignPosition, LogUnavailable, TrimmedAway } from './errors.ts';
export type { Appended, Bounds, EventLog, LogEntry, LogOptions, NewEntry, Retention } from './log.ts';
export { acceptedAt, decodeCursor, encodeCursor, type Position } from './position.ts';
export { type RedisLogOptions, redisLog } from './redis-log.ts';
