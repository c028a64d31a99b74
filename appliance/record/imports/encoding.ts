// Which encoding a file is in, and everything after it as UTF-8. Chinese exports are GB18030 as often as UTF-8 and say so
// nowhere, so it is told from the bytes; a file that is ASCII at first is decided where the first other byte appears.

import { isAscii, isUtf8 } from 'node:buffer';

export const encodings = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

/** @returns undefined while all bytes are ASCII, `binary` when it is no text */
export function detectEncoding(sample: Buffer): Encoding | 'binary' | undefined {
  if (sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf) return 'utf-8';
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be';
  const wide = wideZeros(sample);
  if (wide) return wide;
  if (controlShare(sample) > 0.05) return 'binary';
  if (isAscii(sample)) return undefined;
  if (isUtf8(withoutTornEnd(sample))) return 'utf-8';
  return looksGb18030(sample) ? 'gb18030' : mostlyUtf8(sample) ? 'utf-8' : 'windows-1252';
}

function wideZeros(sample: Buffer): Encoding | undefined {
  const length = Math.min(sample.length, 4096) & ~1;
  if (length < 8) return undefined;
  let [even, odd] = [0, 0];
  for (let i = 0; i < length; i += 2) {
    if (sample[i] === 0) even++;
    if (sample[i + 1] === 0) odd++;
  }
  const pairs = length / 2;
  // Headers and digits are ASCII in nearly every file: half of UTF-16's bytes are zero there, all on one side.
  if (odd > pairs * 0.3 && even < pairs * 0.02) return 'utf-16le';
  return even > pairs * 0.3 && odd < pairs * 0.02 ? 'utf-16be' : undefined;
}

function controlShare(sample: Buffer): number {
  const length = Math.min(sample.length, 64 * 1024);
  let control = 0;
  for (let i = 0; i < length; i++) {
    const byte = sample[i]!;
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) control++;
  }
  return length === 0 ? 0 : control / length;
}

// A sample may end inside a character; at most three bytes of one are left hanging.
function withoutTornEnd(sample: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= sample.length; back++) {
    const byte = sample[sample.length - back]!;
    if (byte < 0x80) return sample;
    if (byte >= 0xc0) return sample.subarray(0, sample.length - back);
  }
  return sample;
}

/** Pairs that are hanzi of GB 2312 make up Chinese text; é before a letter, as in Latin-1, is a pair of quite another kind. */
function looksGb18030(sample: Buffer): boolean {
  let [pairs, hanzi, broken] = [0, 0, 0];
  for (let i = 0; i + 1 < sample.length; i++) {
    const lead = sample[i]!;
    if (lead < 0x80) continue;
    const trail = sample[i + 1]!;
    if (lead === 0x80 || lead === 0xff) broken++;
    else if (trail >= 0x40 && trail !== 0x7f && trail !== 0xff) {
      pairs++;
      if (trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xf7) || (lead >= 0xa1 && lead <= 0xa3))) hanzi++;
      i += 1;
    } else if (trail >= 0x30 && trail <= 0x39) {
      pairs++;
      i += 3;
    } else broken++;
  }
  return pairs > 0 && broken <= pairs * 0.02 && hanzi >= pairs * 0.6;
}

function mostlyUtf8(sample: Buffer): boolean {
  const text = sample.toString('utf8');
  let [damaged, wide] = [0, 0];
  for (const c of text) {
    if (c === '\ufffd') damaged++;
    else if (c.charCodeAt(0) > 0x7f) wide++;
  }
  return damaged * 4 < wide;
}

export type Transcoded = { readonly bytes: Buffer; readonly encoding: Encoding | undefined };

/** Chunks of any encoding as chunks of UTF-8. @param known the encoding, when a map or a checkpoint gives it */
export async function* toUtf8(chunks: AsyncIterable<Buffer>, known: Encoding | undefined): AsyncGenerator<Transcoded> {
  let encoding = known;
  let held: Buffer | undefined;
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  const decode = (bytes: Buffer): Transcoded => {
    if (encoding === undefined || encoding === 'utf-8') return { bytes, encoding };
    decoder ??= new TextDecoder(encoding, { ignoreBOM: false });
    return { bytes: Buffer.from(decoder.decode(bytes, { stream: true })), encoding };
  };
  const decide = (bytes: Buffer): void => {
    const detected = detectEncoding(bytes);
    encoding = detected === 'binary' ? 'utf-8' : detected;
  };
  for await (const chunk of chunks) {
    if (encoding !== undefined) {
      yield decode(chunk);
    } else if (held === undefined && isAscii(chunk)) {
      yield { bytes: chunk, encoding };
    } else {
      // One more chunk after the first byte beyond ASCII makes the decision surer.
      const start = held === undefined ? firstWide(chunk) : 0;
      if (start > 0) yield { bytes: chunk.subarray(0, start), encoding };
      held = held === undefined ? chunk.subarray(start) : Buffer.concat([held, chunk]);
      if (held.length < 32 * 1024) continue;
      decide(held);
      yield decode(held);
      held = undefined;
    }
  }
  if (held) {
    decide(held);
    yield decode(held);
  }
  if (decoder) yield { bytes: Buffer.from(decoder.decode()), encoding };
}

function firstWide(chunk: Buffer): number {
  let at = 0;
  while (at < chunk.length && chunk[at]! < 0x80) at++;
  return at;
}
