// From the bytes of a tracking request to parsed JSON. Clients send it packed or plain, and under types that are not JSON's, because
// browsers ask nobody's leave for those (sendBeacon, forms); a small packed body must not unpack to a large one.

import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { Fault } from '../../core/errors.ts';
import { decodeUtf8 } from '../../core/http/json.ts';
import { eventLimits } from '../../core/model/event.ts';
import { needsMending } from './fields.ts';

export type TrackingBody = {
  value: unknown;
  /** Bytes of the JSON text. */
  bytes: number;
  /** See `Arrival.mending`. */
  mending: boolean;
};

type Unpack = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

const unpackers: ReadonlyMap<string, Unpack> = new Map<string, Unpack>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/**
 * @param encoding the Content-Encoding header; at most one coding
 * @param type the Content-Type header; only the form type is read differently, all others are taken as JSON
 * @throws {Fault} `too_large` beyond 500 KB unpacked, `unreadable_body`
 */
export async function readTrackingBody(
  bytes: Uint8Array,
  encoding: string | undefined,
  type: string | undefined,
): Promise<TrackingBody> {
  const plain = encoding === undefined || encoding === 'identity' ? bytes : await unpack(bytes, encoding);
  if (plain.byteLength > eventLimits.batchBytes) throw new Fault('too_large', 'body');
  const text = decodeUtf8(plain);
  if (!isForm(type)) return parse(text, plain.byteLength);
  const json = jsonOfForm(text);
  return parse(json, Buffer.byteLength(json));
}

async function unpack(bytes: Uint8Array, encoding: string): Promise<Uint8Array> {
  const unpacker = unpackers.get(encoding.trim().toLowerCase());
  if (unpacker === undefined) throw new Fault('unreadable_body', 'content-encoding');
  try {
    return await unpacker(bytes, { maxOutputLength: eventLimits.batchBytes });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw new Fault('too_large', 'body: unpacked');
    throw new Fault('unreadable_body', 'content-encoding');
  }
}

function parse(text: string, bytes: number): TrackingBody {
  try {
    return { value: JSON.parse(text), bytes, mending: needsMending(text) };
  } catch {
    // The parser's message quotes the body, so it goes no further.
    throw new Fault('unreadable_body', 'body');
  }
}

const isForm = (type: string | undefined) => type?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true;

/** JSON under the form type as it is (axios sends packed bodies so), or in `data=`, URL-encoded or in base64. */
function jsonOfForm(text: string): string {
  if (/^\s*[{[]/.test(text)) return text;
  const data = new URLSearchParams(text).get('data');
  if (data === null) throw new Fault('unreadable_body', 'data');
  if (/^\s*[{[]/.test(data)) return data;
  // In a form a space may stand for the plus of base64.
  return decodeUtf8(Buffer.from(data.replaceAll(' ', '+'), 'base64'));
}
