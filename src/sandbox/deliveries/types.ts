/** How deliveries are made; everything has a default. */
export interface DeliveryOptions {
  /** Milliseconds before the second attempt; each later pause is twice as long, a minute at most. Default 1,000. */
  retryBaseMs?: number;
  /** How often a delivery is tried in all. Default 6. */
  attempts?: number;
  /** Milliseconds that a receiver has for its answer. Default 5,000. */
  timeoutMs?: number;
}

/** One event on its way to one subscription. Times are `performance.now()` milliseconds. */
export interface RecordedDelivery {
  readonly subscriptionId: string;
  readonly eventId: string;
  /** The topic; on Plannr the event's name. */
  readonly topic: string;
  readonly queuedAt: number;
  /** Null while it waits or is tried. */
  endedAt: number | null;
  /** `dropped`: the subscription's queue was full, or the subscription is gone or not active any more. */
  state: 'waiting' | 'delivered' | 'failed' | 'dropped';
  /** How often it was posted. */
  attempts: number;
  /** What the newest attempt was answered; null where it was not. */
  status: number | null;
}

export type DeliveryFaultKind = 'twice' | 'late' | 'badSignature' | 'tampered' | 'halfJson' | 'cut';

/**
 * Something that goes wrong with deliveries on purpose.
 * - `twice`: posted once more after its success.
 * - `late`: changes places with the next of its subscription; alone after `delayMs` (default 1,000) where none comes.
 * - `badSignature`: signed with another key.
 * - `tampered`: another digit in the body than was signed.
 * - `halfJson`: half of the body, rightly signed.
 * - `cut`: the connection breaks in the middle of the body.
 */
export interface DeliveryFault {
  kind: DeliveryFaultKind;
  /** Default: every subscription, and every topic (on Plannr: event). */
  subscriptionId?: string;
  topic?: string;
  delayMs?: number;
  /** How many attempts of a delivery are spoilt; the retries after them are right. Default: all. */
  attempts?: number;
  /** How many deliveries it applies to; default for ever. */
  times?: number;
  /** 0 to 1, drawn from the sandbox's seed; default 1. */
  probability?: number;
}

/** What a test sees and changes of the deliveries that a platform makes. */
export interface DeliveryControls {
  /** Every delivery since the last `clearDeliveries`, oldest first, bounded to about the newest 100,000. Live. */
  readonly deliveries: readonly RecordedDelivery[];
  clearDeliveries(): void;
  /** Applies to what happens from now on; returns a function that removes the fault. */
  addDeliveryFault(fault: DeliveryFault): () => void;
  clearDeliveryFaults(): void;
}

/** What one subscription is to be told. */
export interface Letter {
  readonly subscriptionId: string;
  readonly eventId: string;
  readonly topic: string;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** Where a subscription wants to be called, and how what it is sent is signed, at this moment. */
export interface Recipient {
  readonly url: string;
  /** The headers that sign these bytes. */
  sign(body: Buffer): Record<string, string>;
}
