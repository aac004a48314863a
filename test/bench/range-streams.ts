// What is measured of events and subscriptions, and what is aimed at.

/** Many subscribers, and one event. */
export interface CrowdCase {
  readonly name: string;
  /** What they ask, in turns. */
  readonly questions: readonly string[];
}

/** Many events. */
export interface DeliveryCase {
  readonly name: string;
  readonly perSecond: number;
  readonly subscribers: number;
}

const QUESTIONS = 100;

/** What a screen follows: what has happened, and the client as it is now. */
function question(name: string): string {
  return `subscription ${name} {
  events {
    cursor topic occurredAt system resource { type id }
    client { id displayName emails { address } phones { number } }
  }
}`;
}

/** Everyone asks the same, or a hundred different things are asked. */
export const CROWDS: readonly CrowdCase[] = [
  { name: 'subscribers, one question', questions: [question('Screen')] },
  {
    name: `subscribers, ${QUESTIONS} questions`,
    questions: Array.from({ length: QUESTIONS }, (_, index) => question(`Screen${index}`)),
  },
];

/** With nobody who follows, and with some. */
export const DELIVERIES: readonly DeliveryCase[] = [
  { name: 'deliveries, nobody follows', perSecond: 200, subscribers: 0 },
  { name: 'deliveries, 100 follow', perSecond: 200, subscribers: 100 },
];

/** 99 of 100 events are answered in so many milliseconds. */
export const DELIVERY_AIM_MS = 25;
