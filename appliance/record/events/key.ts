// Where a tracking request carries its write key: every family of clients has its own place.

import type { IncomingHttpHeaders } from 'node:http';

const keyLength = 256;

/** A key to look up; several where the header can be read in more than one way, most likely first. */
export type KeyCandidates = readonly string[];

/**
 * - Segment, RudderStack: `Authorization: Basic base64(key:)`.
 * - Dittofeed: the Authorization header is the key as configured, with or without `Basic ` or `Bearer ` before it.
 * - Jitsu: `X-Write-Key: key` or `key:secret`.
 */
export function keysInHeaders(headers: IncomingHttpHeaders): KeyCandidates {
  const jitsu = headers['x-write-key'];
  if (typeof jitsu === 'string') return tidy([beforeColon(jitsu)]);
  const authorization = headers.authorization;
  if (authorization === undefined || authorization.length > 4 * keyLength) return [];
  const [, scheme = '', rest = ''] = /^(?:(basic|bearer) +)?(.*)$/i.exec(authorization.trim()) ?? [];
  if (scheme.toLowerCase() !== 'basic') return tidy([beforeColon(rest)]);
  const decoded = Buffer.from(rest, 'base64').toString('utf8');
  return tidy([beforeColon(decoded), beforeColon(rest)]);
}

/** `?writeKey=` of RudderStack's beacons, for which a browser can set no header. */
export function keyInQuery(query: unknown): KeyCandidates {
  const key = typeof query === 'object' && query !== null ? (query as { [name: string]: unknown }).writeKey : undefined;
  return typeof key === 'string' ? tidy([key]) : [];
}

/** `writeKey` in the body, as analytics.js sends it; in a batch also in the first message. */
export function keyInBody(body: unknown): KeyCandidates {
  const key = property(body, 'writeKey') ?? property(first(property(body, 'batch') ?? body), 'writeKey');
  return typeof key === 'string' ? tidy([key]) : [];
}

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as { [name: string]: unknown })[name]
    : undefined;

const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);

const beforeColon = (text: string): string => text.split(':', 1)[0] ?? '';

function tidy(keys: readonly string[]): KeyCandidates {
  return keys.map((key) => key.trim()).filter((key) => key.length > 0 && key.length <= keyLength);
}
