export { openFileIntents } from './file-store.ts';
export { Intents, OtherInput, OutcomeUnknown } from './intents.ts';
export { redisIntents } from './redis-store.ts';
export { type IntentStore, IntentsUnavailable, KEEP_MS } from './store.ts';
