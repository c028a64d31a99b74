// Lines out of chunks of UTF-8, each with its number and where it ends, so that reading can go on from there. A line that
// is longer than the limit is passed over without being held.

import { importLimits } from './limits.ts';

export type Line = {
  /** Without its line end. At most `importLimits.lineBytes`; the beginning only when `tooLong`. */
  readonly bytes: Buffer;
  /** From 1. */
  readonly number: number;
  /** Bytes of UTF-8 up to and with the line's end. */
  readonly end: number;
  readonly tooLong: boolean;
};
export type Position = { readonly offset: number; readonly line: number };

const LF = 10;
const CR = 13;

/**
 * @param separator LF, which also takes CR LF, or CR for files of old Macintosh programs
 * @param from where the chunks begin: the offset in UTF-8 bytes and the number of the line there
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  separator: 'lf' | 'cr',
  from: Position = { offset: 0, line: 1 },
): AsyncGenerator<Line[]> {
  const end = separator === 'lf' ? LF : CR;
  let parts: Buffer[] = [];
  let held = 0;
  let { offset, line } = from;
  let bom = offset === 0;
  const finish = (tail: Buffer, width: number): Line => {
    const length = held + tail.length;
    const tooLong = length > importLimits.lineBytes;
    let bytes = parts.length === 0 ? tail : Buffer.concat([...parts, tail]);
    if (tooLong) bytes = bytes.subarray(0, importLimits.rejectRawBytes);
    else if (separator === 'lf' && bytes.at(-1) === CR) bytes = bytes.subarray(0, -1);
    if (bom && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    bom = false;
    offset += length + width;
    parts = [];
    held = 0;
    return { bytes, number: line++, end: offset, tooLong };
  };
  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let start = 0;
    for (let at = chunk.indexOf(end); at >= 0; at = chunk.indexOf(end, start)) {
      lines.push(finish(chunk.subarray(start, at), 1));
      start = at + 1;
    }
    const rest = chunk.subarray(start);
    held += rest.length;
    // Of a line already beyond the limit nothing more is kept: its beginning is enough to show what it was.
    if (rest.length > 0 && held - rest.length <= importLimits.lineBytes) parts.push(rest);
    if (lines.length > 0) yield lines;
  }
  if (held > 0) yield [finish(Buffer.alloc(0), 0)];
}
