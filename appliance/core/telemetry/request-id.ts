// The id of a request: the caller's own where it is plainly an id, else a new one. An id stands in logs, traces and the audit log, so nothing that could
// be a name, an address or a number of somebody is taken for one: a UUID, or 32 hexadecimal digits as trace ids have, and nothing else.

import type { IncomingHttpHeaders } from 'node:http';
import type { Ports } from '../ports.ts';

export type ParentTrace = { readonly traceId: string; readonly spanId: string; readonly sampled: boolean };

const idPattern = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|[0-9a-f]{32})$/;
const traceparentPattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** Digits alone could be two phone numbers in a row; of 32 digits drawn by chance, 1 in 3 million has no letter. */
const digitsOnly = /^[0-9-]+$/;

/** `X-Request-Id`, else the trace of `traceparent`, else a UUID of version 7 (RFC 9562), which sorts by time. */
export function requestIdOf(headers: IncomingHttpHeaders, ports: Pick<Ports, 'clock' | 'random'>): string {
  const given = headers['x-request-id'];
  if (typeof given === 'string' && given.length <= 36) {
    const id = given.toLowerCase();
    if (idPattern.test(id) && !digitsOnly.test(id)) return id;
  }
  return parentOf(headers)?.traceId ?? uuid7(ports);
}

/** W3C Trace Context, level 1: undefined for a header that is none, which is to be treated as absent. */
export function parentOf(headers: IncomingHttpHeaders): ParentTrace | undefined {
  const given = headers.traceparent;
  if (typeof given !== 'string' || given.length > 512) return undefined;
  const [, version, traceId, spanId, flags, more] = traceparentPattern.exec(given) ?? [];
  if (traceId === undefined || spanId === undefined || version === 'ff' || (version === '00' && more !== undefined))
    return undefined;
  if (digitsOnly.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags!, 16) & 1) === 1 };
}

function uuid7({ clock, random }: Pick<Ports, 'clock' | 'random'>): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(clock.nowMs(), 0, 6);
  bytes.set(random.bytes(10), 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
