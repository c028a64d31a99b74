// The event: one fact about one customer, as every slice knows it. Clients speak the Segment tracking protocol; this is
// what is left after its body has been read, checked and given both clocks.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export type EventKind = 'identify' | 'track' | 'page' | 'screen' | 'group' | 'alias';

export const eventKinds: readonly EventKind[] = ['identify', 'track', 'page', 'screen', 'group', 'alias'];

export type Event = {
  kind: EventKind;
  /** Unique per source; the client's own, or one the node made when none came. */
  messageId: string;
  /** The customer's id in the source, once known. At least one of userId and anonymousId is present. */
  userId?: string;
  anonymousId?: string;
  /** alias only: the id used before. */
  previousId?: string;
  /** group only. */
  groupId?: string;
  /** track: the event's name; page and screen: the page's name. */
  name?: string;
  /** track, page, screen. */
  properties?: JsonObject;
  /** identify and group. */
  traits?: JsonObject;
  context?: JsonObject;
  /** When it happened, client clock corrected by sentAt. */
  occurredAtMs: number;
  /** When the node received it. */
  receivedAtMs: number;
};

export type SourceId = number;

export const eventLimits = {
  /** One event's JSON. */
  eventBytes: 32 * 1024,
  batchBytes: 500 * 1024,
  batchEvents: 2500,
  idLength: 512,
  nameLength: 512,
  depth: 32,
} as const;

/**
 * What became of one event of a batch. `reason` is a short English code sentence with no customer's value in it; `person` is
 * whom a recorded event now belongs to.
 */
export type Outcome = { messageId: string; outcome: 'recorded' | 'duplicate' | 'quarantined'; reason?: string; person?: number };

/**
 * Records a batch durably: when the promise resolves, every event is on disk (fsynced), folded and readable.
 * Order in the batch is kept per customer. Outcomes come in the order of the events.
 * @throws {Fault} `too_busy`, `sealed`, `stopping`, `disk_full`, `store_unavailable`: then nothing of the batch was recorded
 */
export type RecordBatch = (source: SourceId, events: readonly Event[]) => Promise<Outcome[]>;
