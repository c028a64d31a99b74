// Web-server access logs (Common and Combined Log Format of Apache, nginx and its usual additions): each hit is one row of
// named fields. The remote address is used to tell visitors apart and is never a field.

import { createHash } from 'node:crypto';
import type { JsonObject } from '../../core/model/event.ts';
import { normaliseTimestamp } from '../../core/values/date.ts';

// [vhost] remote ident user [time] "request" status bytes ["referer" "agent"] additions
const shape =
  /^(?:(\S+:\d{1,5}) )?(\S{1,256}) (\S+) (.{1,256}?) \[(\d{1,2}\/[A-Za-z]{3}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] "((?:[^"\\]|\\.)*)" (\d{3}) (\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"(.*))?$/;
const visitorField = /(?:^|[\s"';,?&])(?:uid|user_?id|visitor_?id|cid|anonymous_?id|_ga)[=:]"?([A-Za-z0-9._@-]{4,128})/i;

export type Hit = { readonly fields: JsonObject; readonly ok: true } | { readonly ok: false; readonly reason: string };

export function isAccessLog(line: string): boolean {
  return line.length < 64 * 1024 && shape.test(line);
}

/**
 * @param salt mixed into the hash that stands for a visitor, so that it says nothing outside this source
 * @returns fields ready for `accessLogMap`
 */
export function parseHit(line: string, salt: string): Hit {
  const parts = shape.exec(line);
  if (!parts) return { ok: false, reason: 'not a line of an access log' };
  const [, host, remote, , user, time, request, status, bytes, referrer, agent, additions] = parts;
  const at = normaliseTimestamp(time);
  if (!at.ok) return { ok: false, reason: at.reason };
  const [method, target] = splitRequest(plainText(request!));
  const fields: JsonObject = { timestamp: at.value, status: Number(status), ...urlFields(target, host) };
  if (method !== '') fields.method = method;
  if (bytes !== '-') fields.sizeBytes = Number(bytes);
  if (referrer && referrer !== '-') fields.referrer = plainText(referrer);
  const userAgent = agent && agent !== '-' ? plainText(agent) : '';
  if (userAgent !== '') fields.userAgent = userAgent;
  if (user && user !== '-' && user !== '""') fields.userId = plainText(user).trim();
  const seconds = /(?:^|\s|=)"?(\d+\.\d{3})"?(?:\s|$)/.exec(additions ?? '')?.[1];
  if (seconds) fields.latencyMs = Math.round(Number(seconds) * 1000);
  const visitor = visitorField.exec(additions ?? '')?.[1];
  fields.anonymousId =
    visitor ?? `log:${createHash('sha256').update(`${salt}\n${remote}\n${userAgent}`).digest('hex').slice(0, 32)}`;
  return { ok: true, fields };
}

function splitRequest(request: string): [string, string] {
  const parts = /^([A-Z]{3,10}) (.*?)(?: HTTP\/[\d.]+)?$/.exec(request);
  return parts ? [parts[1]!, parts[2]!] : ['', request];
}

function urlFields(target: string, host: string | undefined): JsonObject {
  const absolute = /^https?:\/\/[^/]+/i.exec(target);
  const rest = absolute ? target.slice(absolute[0].length) : target;
  const cut = rest.search(/[?#]/);
  const path = decode(cut < 0 ? rest : rest.slice(0, cut)) || '/';
  const fields: JsonObject = { path };
  const query = cut >= 0 && rest[cut] === '?' ? rest.slice(cut).replace(/#.*$/s, '') : '';
  if (query.length > 1) fields.search = query;
  const origin = absolute ? absolute[0] : host ? `http://${host.replace(/:(80|443)$/, '')}` : '';
  if (origin !== '') fields.url = origin + rest;
  return fields;
}

function decode(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** Apache writes \" and \xhh, nginx \xHH, for what it will not put in a log as it came. */
function plainText(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes = text.replace(/\\x([0-9a-fA-F]{2})|\\(.)/gs, (_, hex: string | undefined, c: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return c === 'n' ? '\n' : c === 't' ? '\t' : (c ?? '');
  });
  // Escaped bytes above ASCII are UTF-8; they can only be told from text when the line is otherwise ASCII.
  return /^[\0-\xff]*$/.test(bytes) && /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}
