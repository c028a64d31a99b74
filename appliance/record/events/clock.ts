// Two clocks in one event: the client's, which may be wrong, and the node's. This file works out when the event happened, by the
// rule of Segment's specification (Spec: Common Fields, "timestamps"), and keeps the answer between 1970 and now.

/** Times of one message as they came: strings, numbers, or nothing. */
export type MessageTimes = { originalTimestamp: unknown; timestamp: unknown; sentAt: unknown };

export type Occurred = { occurredAtMs: number } | { reason: string };

// Numbers below this are seconds: in milliseconds they would lie before March 1973.
const leastMilliseconds = 1e11;
const timeTextLimit = 40;
const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|z|[+-]\d\d:?\d\d)?)?$/;
/** What nearly all clients send, and the engine reads as it is. */
const plainIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;
const expandedIso = /^[+-]\d{6}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/**
 * Reads ISO 8601 (no zone means UTC; years beyond 9999 in the expanded form), milliseconds, or seconds since 1970.
 * @returns milliseconds since 1970, or undefined when it is none of these
 */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'string') return readIso(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const ms = Math.abs(value) < leastMilliseconds ? value * 1000 : value;
  return Math.abs(ms) <= 8.64e15 ? Math.trunc(ms) : undefined;
}

function readIso(text: string): number | undefined {
  if (text.length > timeTextLimit) return undefined;
  if (plainIso.test(text)) {
    const ms = Date.parse(text);
    return Number.isNaN(ms) ? undefined : ms;
  }
  if (iso.test(text)) {
    // Without a zone the engine would take local time; a space or a comma it would read by guessing.
    const plain = text.replace(' ', 'T').replace(',', '.');
    const zoned = plain.length === 10 || /(?:[zZ]|[+-]\d\d:?\d\d)$/.test(plain.slice(10)) ? plain : `${plain}Z`;
    const ms = Date.parse(zoned.replace('z', 'Z').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
    return Number.isNaN(ms) ? undefined : ms;
  }
  if (!expandedIso.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

const absent = (value: unknown) => value === undefined || value === null || value === '';

/**
 * When the event happened.
 * - Both `originalTimestamp` and `timestamp`: `timestamp` has been corrected or set on purpose already and stands.
 * - One of them: `receivedAt - (sentAt - it)`, so that a wrong client clock cancels out; as it is when no readable `sentAt` came.
 * - None: the time of arrival.
 * A time after the arrival is the arrival. A correction that would lead before 1970 comes of a nonsensical `sentAt` and is left out.
 * @returns milliseconds since 1970, or the reason why a time that was given cannot be used
 */
export function occurredAt(times: MessageTimes, receivedAtMs: number): Occurred {
  const { originalTimestamp, timestamp } = times;
  const hasOriginal = !absent(originalTimestamp);
  const hasTimestamp = !absent(timestamp);
  if (!hasOriginal && !hasTimestamp) return { occurredAtMs: receivedAtMs };
  const clientMs = readTime(hasTimestamp ? timestamp : originalTimestamp);
  if (clientMs === undefined) return { reason: `${hasTimestamp ? 'timestamp' : 'originalTimestamp'} is not an ISO 8601 time` };
  const sentAtMs = hasOriginal && hasTimestamp ? undefined : readTime(times.sentAt);
  const corrected = sentAtMs === undefined ? clientMs : receivedAtMs - (sentAtMs - clientMs);
  const chosen = corrected < 0 ? clientMs : corrected;
  if (chosen < 0) return { reason: 'timestamp is before 1970' };
  return { occurredAtMs: Math.min(chosen, receivedAtMs) };
}
