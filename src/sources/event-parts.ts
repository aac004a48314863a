import { isIdPart } from '../platform/relay/ids.ts';
import { Wire, type WireItem } from '../platform/wire.ts';

/** What a topic may look like: the platforms' words with dots, dashes and underscores between them. */
const TOPIC = /^[\w.:-]{1,128}$/;

/** A topic, whether it is known or not; undefined for what can't be one. */
export const topicIn = (value: unknown): string | undefined =>
  typeof value === 'string' && TOPIC.test(value) ? value : undefined;

/** An id that can stand in a tag and in a URL; undefined for what is none. */
export const idIn = (value: unknown): string | undefined => (isIdPart(value) ? value : undefined);

/** Those of the values that are ids, each once. */
export const idsIn = (values: readonly unknown[]): string[] => [...new Set(values.filter(isIdPart))];

/** When it happened, in UTC; when it was received where that is not said, or not as an instant. */
export const instantIn = (item: WireItem, field: string, receivedAt: Date): string =>
  Wire.safely(() => new Wire('DYNAMIC_PLANNER', 'event', item).instant(field), null) ?? receivedAt.toISOString();
