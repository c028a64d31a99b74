// JSON documents of any size, one element of their array at a time: the document is an array, or an object that holds one
// array of objects. Bytes are only counted and cut here; each element is parsed on its own, so one bad element costs one row.

import { isUtf8 } from 'node:buffer';
import type { Json } from '../../core/model/event.ts';
import { importLimits } from './limits.ts';
import type { Line, Position } from './lines.ts';
import type { Bad, Row } from './rows.ts';

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

// The name itself, or an escape for one of its letters.
const suspect = /__proto__|\\u00(?:5f|6f|7[024])/i;

/** Parses one row. Keys such as `__proto__` are refused: they mean nothing to a customer and much to a careless program. */
export function parseRow(bytes: Buffer): { ok: true; fields: { [name: string]: Json } } | { ok: false; reason: string } {
  if (!isUtf8(bytes)) return { ok: false, reason: 'bytes that are no text in the encoding of the file' };
  const depth = depthOf(bytes);
  if (depth > importLimits.depth) return { ok: false, reason: `nested deeper than ${importLimits.depth}` };
  let value: unknown;
  let refused = false;
  try {
    const text = bytes.toString('utf8');
    value = suspect.test(text)
      ? JSON.parse(text, (key, inner) => {
          if (key === '__proto__') refused = true;
          return inner;
        })
      : JSON.parse(text);
  } catch {
    return { ok: false, reason: 'not valid JSON' };
  }
  if (refused) return { ok: false, reason: 'a key that is refused (__proto__)' };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, reason: 'not a JSON object' };
  return { ok: true, fields: value as { [name: string]: Json } };
}

function depthOf(bytes: Buffer): number {
  let [depth, deepest, inString] = [0, 0, false];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) deepest = Math.max(deepest, ++depth);
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
  }
  return deepest;
}

/** One JSON object a line; empty lines are none. */
export async function* ndjsonRows(batches: AsyncIterable<readonly Line[]>): AsyncGenerator<Row[]> {
  for await (const lines of batches) {
    const rows: Row[] = [];
    for (const line of lines) {
      const place = { line: line.number, next: { offset: line.end, line: line.number + 1 } };
      if (line.tooLong)
        rows.push({ ok: false, reason: `line longer than ${importLimits.lineBytes} bytes`, ...place, raw: line.bytes });
      else if (line.bytes.some((byte) => byte > 32)) rows.push(finish(line.bytes, place));
    }
    if (rows.length > 0) yield rows;
  }
}

function finish(bytes: Buffer, place: Omit<Bad, 'ok' | 'reason' | 'raw'>): Row {
  const parsed = parseRow(bytes);
  return parsed.ok
    ? { ...parsed, ...place, raw: bytes }
    : { ...parsed, ...place, raw: bytes.subarray(0, importLimits.rejectRawBytes) };
}

/** @param from inside the array when its offset is not 0; `line` counts elements */
export async function* jsonRows(chunks: AsyncIterable<Buffer>, from: Position = { offset: 0, line: 1 }): AsyncGenerator<Row[]> {
  const scanner = new ArrayScanner(from);
  for await (const chunk of chunks) {
    const rows = scanner.push(chunk);
    if (rows.length > 0) yield rows;
  }
  const last = scanner.end();
  if (last) yield [last];
}

/** Follows depth and strings byte by byte; holds no more than the element under way, and of an overlong one its beginning. */
class ArrayScanner {
  #offset: number;
  #element: number;
  #inArray: boolean;
  #done = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #started = false;
  #parts: Buffer[] = [];
  #held = 0;
  /** Before the array: the depth of the document's own brackets, and whether a `[` just opened at depth 1 may be it. */
  #outer = 0;
  #candidate = false;

  constructor(from: Position) {
    this.#offset = from.offset;
    this.#element = from.line;
    this.#inArray = from.offset > 0;
  }

  push(chunk: Buffer): Row[] {
    const rows: Row[] = [];
    let begin = 0;
    for (let i = 0; i < chunk.length && !this.#done; i++) {
      const byte = chunk[i]!;
      if (!this.#inArray) {
        this.#seek(byte);
        // The object that proves the array is its first element, so it is looked at again.
        if (this.#inArray && byte === OPEN_OBJECT) i--;
        begin = i + 1;
        continue;
      }
      if (this.#step(byte)) {
        this.#hold(chunk.subarray(begin, i));
        this.#emit(rows, this.#offset + i + 1);
        begin = i + 1;
        this.#done = byte === CLOSE_ARRAY;
      }
    }
    if (this.#inArray && !this.#done) this.#hold(chunk.subarray(begin));
    this.#offset += chunk.length;
    return rows;
  }

  end(): Row | undefined {
    if (this.#done) return undefined;
    const place = {
      line: this.#element,
      next: { offset: this.#offset, line: this.#element + 1 },
      raw: Buffer.concat(this.#parts).subarray(0, importLimits.rejectRawBytes),
    };
    if (!this.#inArray) return { ok: false, reason: 'no array of objects in the document', ...place };
    return { ok: false, reason: 'the document ends inside its array', ...place };
  }

  /** @returns true at the comma or bracket that ends an element */
  #step(byte: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return false;
    }
    if (byte > 32 && byte !== COMMA && byte !== CLOSE_ARRAY) this.#started = true;
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) this.#depth++;
    else if (this.#depth > 0 && (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT)) this.#depth--;
    else if (this.#depth === 0 && (byte === COMMA || byte === CLOSE_ARRAY)) return true;
    return false;
  }

  #hold(bytes: Buffer): void {
    if (bytes.length > 0 && this.#held <= importLimits.lineBytes) this.#parts.push(bytes);
    this.#held += bytes.length;
  }

  #emit(rows: Row[], end: number): void {
    const whole = Buffer.concat(this.#parts);
    const started = this.#started;
    const tooLong = this.#held > importLimits.lineBytes;
    this.#parts = [];
    this.#held = 0;
    this.#started = false;
    if (!started) return;
    const place = { line: this.#element, next: { offset: end, line: this.#element + 1 } };
    this.#element++;
    if (tooLong)
      rows.push({
        ok: false,
        reason: `element longer than ${importLimits.lineBytes} bytes`,
        ...place,
        raw: whole.subarray(0, importLimits.rejectRawBytes),
      });
    else rows.push(finish(trimmed(whole), place));
  }

  #seek(byte: number): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return;
    }
    if (byte <= 32 || byte === 0xef || byte === 0xbb || byte === 0xbf) return;
    if (this.#candidate) {
      this.#candidate = false;
      if (byte === OPEN_OBJECT) {
        this.#inArray = true;
        return;
      }
    }
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_ARRAY && this.#outer === 0) this.#inArray = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      this.#candidate = byte === OPEN_ARRAY && this.#outer === 1;
      this.#outer++;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) this.#outer--;
  }
}

function trimmed(bytes: Buffer): Buffer {
  let [from, to] = [0, bytes.length];
  while (from < to && bytes[from]! <= 32) from++;
  while (to > from && bytes[to - 1]! <= 32) to--;
  return bytes.subarray(from, to);
}
