// What a person may put in an event's place: an event still, as strictly read as the tracking door reads one.

import { Fault } from '../../core/errors.ts';
import { type Event, eventKinds, eventLimits } from '../../core/model/event.ts';

const eventKeys = new Set([
  'kind',
  'messageId',
  'userId',
  'anonymousId',
  'previousId',
  'groupId',
  'name',
  'properties',
  'traits',
  'context',
  'occurredAtMs',
  'receivedAtMs',
]);

/** What a kind cannot do without, beside somebody whom it is about. */
const needed = { track: 'name', alias: 'previousId', group: 'groupId' } as const;

/** @param messageId what it must be @throws {Fault} `bad_request` that names the field, `too_large` */
export function checkEvent(event: Event, messageId: string): void {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) throw new Fault('bad_request', 'event');
  for (const key of Object.keys(event)) if (!eventKeys.has(key)) throw new Fault('bad_request', `event.${key.slice(0, 64)}`);
  if (!eventKinds.includes(event.kind)) throw new Fault('bad_request', 'event.kind');
  if (event.messageId !== messageId) throw new Fault('bad_request', 'event.messageId: stays what it was');
  for (const key of ['userId', 'anonymousId', 'previousId', 'groupId', 'name'] as const) {
    const value = event[key];
    if (value === undefined) continue;
    const usable = typeof value === 'string' && value !== '' && value.length <= eventLimits.idLength;
    if (!usable || value.includes('\0') || !value.isWellFormed()) throw new Fault('bad_request', `event.${key}`);
  }
  if (event.userId === undefined && (event.kind === 'alias' || event.anonymousId === undefined))
    throw new Fault('bad_request', 'event.userId');
  const must = event.kind in needed ? needed[event.kind as keyof typeof needed] : undefined;
  if (must !== undefined && event[must] === undefined) throw new Fault('bad_request', `event.${must}`);
  for (const key of ['properties', 'traits', 'context'] as const) {
    const value: unknown = event[key];
    if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value)))
      throw new Fault('bad_request', `event.${key}`);
  }
  for (const key of ['occurredAtMs', 'receivedAtMs'] as const)
    if (!Number.isSafeInteger(event[key])) throw new Fault('bad_request', `event.${key}`);
  if (eventBytes(event) > eventLimits.eventBytes) throw new Fault('too_large', 'event');
}

export const eventBytes = (event: Event): number => Buffer.byteLength(JSON.stringify(event));

/** Cuts rows into batches that the record takes, in their order. */
export function* batches<T extends { readonly event: Event }>(rows: readonly T[]): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const row of rows) {
    const sizeBytes = eventBytes(row.event);
    if (batch.length > 0 && (bytes + sizeBytes > eventLimits.batchBytes || batch.length >= eventLimits.batchEvents)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(row);
    bytes += sizeBytes;
  }
  if (batch.length > 0) yield batch;
}
