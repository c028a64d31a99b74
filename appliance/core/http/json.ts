// Reading JSON that a stranger wrote: valid UTF-8, no deeper than a limit, no key that could poison a prototype. One walk
// checks all of it, so that nothing behind the door has to think of it again.

import { isUtf8 } from 'node:buffer';
import { Fault } from '../errors.ts';

/** Why a parsed value is refused; short English, with no value of it inside. */
export type Flaw =
  | 'nested too deeply'
  | 'a key named __proto__ or constructor.prototype'
  | 'a number beyond the range of a double';

export type Inspection = {
  flaw: Flaw | undefined;
  /** Never less than the bytes of the value as compact JSON in UTF-8; cheap, so often several times more. */
  bytesAtMost: number;
};

// A character of a JSON string takes at most six bytes (an escape such as \u0001); quotes, colon and comma come on top.
const bytesPerCharacter = 6;
const bytesPerScalar = 28;
const bytesAround = 4;

// Walks never interleave (nothing here awaits), so the sum can live outside the recursion and cost no allocation.
let bytesAtMost = 0;

/**
 * Looks at every key and value once. Recursion stops at `depth`, so a hostile nesting cannot exhaust the stack.
 * @param depth how many objects or arrays may stand inside each other, the outermost counted
 */
export function inspectJson(value: unknown, depth: number): Inspection {
  bytesAtMost = 0;
  const flaw = walk(value, depth);
  return { flaw, bytesAtMost };
}

function walk(value: unknown, depthLeft: number): Flaw | undefined {
  if (typeof value === 'string') {
    bytesAtMost += value.length * bytesPerCharacter + bytesAround;
    return undefined;
  }
  if (typeof value !== 'object' || value === null) {
    bytesAtMost += bytesPerScalar;
    return typeof value === 'number' && !Number.isFinite(value) ? 'a number beyond the range of a double' : undefined;
  }
  if (depthLeft <= 0) return 'nested too deeply';
  bytesAtMost += bytesAround;
  return Array.isArray(value) ? walkArray(value, depthLeft - 1) : walkObject(value, depthLeft - 1);
}

function walkArray(array: readonly unknown[], depthLeft: number): Flaw | undefined {
  for (let index = 0; index < array.length; index++) {
    const flaw = walk(array[index], depthLeft);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function walkObject(object: object, depthLeft: number): Flaw | undefined {
  const held = object as { [key: string]: unknown };
  // Parsed JSON has only own keys, and an own "__proto__" is enumerated like any other.
  for (const key in held) {
    if (key === '__proto__') return 'a key named __proto__ or constructor.prototype';
    const value = held[key];
    if (key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype')) {
      return 'a key named __proto__ or constructor.prototype';
    }
    bytesAtMost += key.length * bytesPerCharacter + bytesAround;
    const flaw = walk(value, depthLeft);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

/**
 * Bytes to text to value, without looking inside.
 * @throws {Fault} `unreadable_body` when the bytes are not UTF-8 or not JSON
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, so it goes no further.
    throw new Fault('unreadable_body', 'body');
  }
}

/** @throws {Fault} `unreadable_body` when the bytes are not UTF-8; a byte order mark is taken off */
export function decodeUtf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new Fault('unreadable_body', 'body: not UTF-8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/**
 * Parses and refuses what `inspectJson` finds: for bodies that are taken whole or not at all.
 * @throws {Fault} `unreadable_body`, or `bad_request` with the flaw as its `where`
 */
export function parseSafeJson(bytes: Uint8Array, depth: number): unknown {
  const value = parseJson(bytes);
  const { flaw } = inspectJson(value, depth);
  if (flaw !== undefined) throw new Fault('bad_request', `body: ${flaw}`);
  return value;
}
