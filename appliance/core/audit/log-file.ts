// The log as it leaves the node: one JSON line for each entry and head, sealed bodies and hashes and no key, in the order in which a
// verifier needs them: each head, and each peer's signature over one, right after the last entry that it covers.

import { Fault } from '../errors.ts';
import { type Cosignature, cosignatureText, parseCosignature } from './cosign.ts';
import type { StoredEntry } from './entry.ts';
import { bytesOf, hex, isCount, type SignedHead } from './head.ts';

export type LogItem =
  | { type: 'log'; publicKey: Uint8Array; size: number }
  | ({ type: 'entry' } & StoredEntry)
  | ({ type: 'head' } & SignedHead)
  | ({ type: 'cosignature' } & Cosignature);

const formatVersion = 1;
/** A line of an export. Beyond: unreadable_file. */
const lineLength = 1024 * 1024;

export function lineOf(item: LogItem): string {
  return `${JSON.stringify(textOf(item))}\n`;
}

function textOf(item: LogItem): object {
  if (item.type === 'log') return { type: 'log', version: formatVersion, publicKey: hex(item.publicKey), size: item.size };
  if (item.type === 'head') {
    const { size, atMs, root, signature } = item;
    return { type: 'head', size, atMs, root: hex(root), signature: hex(signature) };
  }
  if (item.type === 'cosignature') {
    const { note: _note, ...text } = cosignatureText(item);
    return { type: 'cosignature', ...text };
  }
  const { seq, atMs, recordId, body, subject, leafHash } = item;
  return { type: 'entry', seq, atMs, recordId, body: base64(body), subject: subject && base64(subject), leafHash: hex(leafHash) };
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** @throws {Fault} `unreadable_file` naming the line */
export async function* itemsOf(lines: AsyncIterable<string>): AsyncGenerator<LogItem> {
  let at = 0;
  for await (const line of lines) {
    at += 1;
    if (line === '') continue;
    const item = line.length > lineLength ? undefined : parseItem(line);
    if (!item) throw new Fault('unreadable_file', `line ${at} is not of an exported audit log`);
    yield item;
  }
}

function parseItem(line: string): LogItem | undefined {
  let value: { [name: string]: unknown };
  try {
    value = JSON.parse(line) as { [name: string]: unknown };
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (value.type === 'log') return headerOf(value);
  if (value.type === 'cosignature') {
    const cosignature = parseCosignature(value);
    return cosignature && { type: 'cosignature', ...cosignature };
  }
  return value.type === 'head' ? headOf(value) : value.type === 'entry' ? entryOf(value) : undefined;
}

type Fields = { [name: string]: unknown };

function headerOf({ version, publicKey, size }: Fields): LogItem | undefined {
  const key = bytesOf(publicKey, 32);
  return version === formatVersion && key && isCount(size) ? { type: 'log', publicKey: key, size } : undefined;
}

function headOf({ size, atMs, root, signature }: Fields): LogItem | undefined {
  const [rootBytes, signed] = [bytesOf(root, 32), bytesOf(signature, 64)];
  if (!isCount(size) || !isCount(atMs) || !rootBytes || !signed) return undefined;
  return { type: 'head', size, atMs, root: rootBytes, signature: signed };
}

function entryOf({ seq, atMs, recordId, body, subject, leafHash }: Fields): LogItem | undefined {
  const hash = bytesOf(leafHash, 32);
  const known = recordId === null || Number.isSafeInteger(recordId);
  if (!isCount(seq) || !Number.isSafeInteger(atMs) || !known || typeof body !== 'string' || !hash) return undefined;
  if (subject !== null && typeof subject !== 'string') return undefined;
  return {
    type: 'entry',
    seq,
    atMs: atMs as number,
    recordId: recordId as number | null,
    body: Buffer.from(body, 'base64'),
    subject: subject === null ? null : Buffer.from(subject, 'base64'),
    leafHash: hash,
  };
}
