// The Merkle tree of an append-only log (RFC 9162, section 2.1, SHA-256): its root, and the short proofs that an entry is in it
// (2.1.3) and that a later tree only adds to an earlier one (2.1.4). Pure: hashes come in through a function, nothing is stored.
//
// A complete subtree is named by its level and index: node (level, index) covers the leaves from index * 2^level on, 2^level of them.
// Every range that the RFC's recursion splits off is made of such nodes, so a proof needs at most two of them for each level.
//
// Known ways to misuse it:
// - A proof says something only together with a root that came another way: signed, or saved earlier elsewhere.
// - Leaf and node hashes have different prefixes; hash entries with leafHash and never with anything else, or a node can pass for one.

import { hash, timingSafeEqual } from 'node:crypto';

export const merkleHashBytes = 32;
/** Sizes stay far below 2^53, so numbers are exact; this bounds the loops below. */
const sizeLimit = 2 ** 48;

/** Gives the hash of a complete subtree; level 0 are the leaves' hashes. */
export type NodeAt = (level: number, index: number) => Uint8Array;
export type NodePlace = { readonly level: number; readonly index: number };
export type MerkleNode = NodePlace & { readonly hash: Buffer };

/** The root of no leaves: the hash of nothing. */
export function emptyRoot(): Buffer {
  return hash('sha256', Buffer.alloc(0), 'buffer');
}

/** MTH({d}) = SHA-256(0x00 || d). */
export function leafHash(leaf: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(1 + leaf.length);
  input[0] = 0;
  input.set(leaf, 1);
  return hash('sha256', input, 'buffer');
}

const pair = Buffer.alloc(1 + 2 * merkleHashBytes, 1);

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  checkHash('left', left);
  checkHash('right', right);
  pair.set(left, 1);
  pair.set(right, 1 + merkleHashBytes);
  return hash('sha256', pair, 'buffer');
}

/** What an append needs of everything before: the roots of the complete subtrees that make up the log, largest first. */
export class Frontier {
  #size = 0;
  #peaks: Uint8Array[] = [];

  get size(): number {
    return this.#size;
  }

  /**
   * @param leaf the leaf's hash
   * @returns the subtrees that it completes, the leaf itself first; those are the nodes to store
   */
  append(leaf: Uint8Array): MerkleNode[] {
    checkHash('leaf', leaf);
    checkSize('size', this.#size + 1);
    let node: MerkleNode = { level: 0, index: this.#size, hash: Buffer.from(leaf) };
    const completed = [node];
    while (node.index % 2 === 1) {
      const left = this.#peaks.pop() as Uint8Array;
      node = { level: node.level + 1, index: (node.index - 1) / 2, hash: nodeHash(left, node.hash) };
      completed.push(node);
    }
    this.#peaks.push(node.hash);
    this.#size += 1;
    return completed;
  }

  root(): Buffer {
    const last = this.#peaks.at(-1);
    if (!last) return emptyRoot();
    let root: Buffer = Buffer.from(last);
    for (let at = this.#peaks.length - 2; at >= 0; at -= 1) root = nodeHash(this.#peaks[at]!, root);
    return root;
  }

  clone(): Frontier {
    const copy = new Frontier();
    copy.#size = this.#size;
    copy.#peaks = [...this.#peaks];
    return copy;
  }

  /** u64 size, big endian, then the peaks, largest first. */
  toBytes(): Buffer {
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(this.#size));
    return Buffer.concat([size, ...this.#peaks]);
  }

  /** @throws {RangeError} when they are not what toBytes gave */
  static fromBytes(bytes: Uint8Array): Frontier {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.length < 8) throw new RangeError(`bytes: expected at least 8, got ${view.length}`);
    const size = Number(view.readBigUInt64BE());
    checkSize('size', size);
    const expected = 8 + peaksOf(size).length * merkleHashBytes;
    if (view.length !== expected) throw new RangeError(`bytes: expected ${expected}, got ${view.length}`);
    return Frontier.of(size, (_level, _index, at) => view.subarray(8 + at * merkleHashBytes, 8 + (at + 1) * merkleHashBytes));
  }

  /** The frontier of a log of this size, from its stored nodes: those that `peaksOf` names. */
  static of(size: number, nodeAt: (level: number, index: number, peak: number) => Uint8Array): Frontier {
    const frontier = new Frontier();
    frontier.#size = size;
    frontier.#peaks = peaksOf(size).map(({ level, index }, at) => {
      const peak = nodeAt(level, index, at);
      checkHash('peak', peak);
      return Buffer.from(peak);
    });
    return frontier;
  }
}

/** The complete subtrees that make up a log of this size, largest first. */
export function peaksOf(size: number): NodePlace[] {
  checkSize('size', size);
  const peaks: NodePlace[] = [];
  let from = 0;
  for (let width = largestPowerUpTo(size); width >= 1 && from < size; width /= 2) {
    if (from + width > size) continue;
    peaks.push({ level: Math.log2(width), index: from / width });
    from += width;
  }
  return peaks;
}

/** MTH of leaf hashes. */
export function rootOf(leaves: readonly Uint8Array[]): Buffer {
  const frontier = new Frontier();
  for (const leaf of leaves) frontier.append(leaf);
  return frontier.root();
}

/** The root that the log had at this size. */
export function rootAt(nodeAt: NodeAt, size: number): Buffer {
  checkSize('size', size);
  return size === 0 ? emptyRoot() : rangeHash(nodeAt, 0, size);
}

/** PATH(index, D[size]) of section 2.1.3.1. @throws {RangeError} for an index outside */
export function inclusionProof(nodeAt: NodeAt, index: number, size: number): Buffer[] {
  checkSize('size', size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new RangeError(`index: expected 0 to ${size - 1}, got ${index}`);
  }
  const path = (at: number, from: number, width: number): Buffer[] => {
    if (width === 1) return [];
    const left = largestPowerBelow(width);
    return at < left
      ? [...path(at, from, left), rangeHash(nodeAt, from + left, width - left)]
      : [...path(at - left, from + left, width - left), rangeHash(nodeAt, from, left)];
  };
  return path(index, 0, size);
}

/** Section 2.1.3.2. `leaf` is the leaf's hash. False for anything that is not exactly a proof of this. */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!isSize(size) || !isSize(index) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let first = index;
  let last = size - 1;
  let hashed: Uint8Array = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(first) || first === last) {
      hashed = nodeHash(sibling, hashed);
      while (!isOdd(first) && first !== 0) [first, last] = [half(first), half(last)];
    } else {
      hashed = nodeHash(hashed, sibling);
    }
    [first, last] = [half(first), half(last)];
  }
  return last === 0 && timingSafeEqual(hashed, root);
}

/** PROOF(from, D[to]) of section 2.1.4.1; empty where there is nothing to prove: from 0, or from the same size. */
export function consistencyProof(nodeAt: NodeAt, from: number, to: number): Buffer[] {
  checkSize('to', to);
  if (!isSize(from) || from > to) throw new RangeError(`from: expected 0 to ${to}, got ${from}`);
  if (from === 0 || from === to) return [];
  const subproof = (old: number, at: number, width: number, known: boolean): Buffer[] => {
    if (old === width) return known ? [] : [rangeHash(nodeAt, at, width)];
    const left = largestPowerBelow(width);
    return old <= left
      ? [...subproof(old, at, left, known), rangeHash(nodeAt, at + left, width - left)]
      : [...subproof(old - left, at + left, width - left, false), rangeHash(nodeAt, at, left)];
  };
  return subproof(from, 0, to, true);
}

/** Section 2.1.4.2: that the log of `to` begins with exactly what the log of `from` was. */
export function verifyConsistency(
  from: number,
  to: number,
  fromRoot: Uint8Array,
  toRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!isSize(from) || !isSize(to) || from > to || !areHashes([fromRoot, toRoot, ...proof])) return false;
  if (from === to) return proof.length === 0 && timingSafeEqual(fromRoot, toRoot);
  if (from === 0) return proof.length === 0 && timingSafeEqual(fromRoot, emptyRoot());
  if (proof.length === 0) return false;
  const path = largestPowerUpTo(from) === from ? [fromRoot, ...proof] : proof;
  let first = from - 1;
  let last = to - 1;
  while (isOdd(first)) [first, last] = [half(first), half(last)];
  let older = path[0] as Uint8Array;
  let newer = older;
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (isOdd(first) || first === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      while (!isOdd(first) && first !== 0) [first, last] = [half(first), half(last)];
    } else {
      newer = nodeHash(newer, sibling);
    }
    [first, last] = [half(first), half(last)];
  }
  return last === 0 && timingSafeEqual(older, fromRoot) && timingSafeEqual(newer, toRoot);
}

/** Which nodes a proof or root is made of, so that a store can read them in one go. */
export function nodesFor(make: (nodeAt: NodeAt) => unknown): NodePlace[] {
  const asked: NodePlace[] = [];
  const nothing = Buffer.alloc(merkleHashBytes);
  make((level, index) => {
    asked.push({ level, index });
    return nothing;
  });
  return asked;
}

/** MTH(D[from : from + width]), where the range is one that the RFC's recursion splits off. */
function rangeHash(nodeAt: NodeAt, from: number, width: number): Buffer {
  const power = largestPowerUpTo(width);
  if (power === width) {
    const found = nodeAt(Math.log2(width), from / width);
    checkHash(`node ${Math.log2(width)}/${from / width}`, found);
    return Buffer.from(found);
  }
  return nodeHash(rangeHash(nodeAt, from, power), rangeHash(nodeAt, from + power, width - power));
}

const isOdd = (number: number) => number % 2 === 1;
const half = (number: number) => Math.floor(number / 2);

function largestPowerUpTo(size: number): number {
  let power = 1;
  while (power * 2 <= size) power *= 2;
  return power;
}

/** The k of the RFC: the largest power of two below n, for n of 2 and more. */
function largestPowerBelow(size: number): number {
  const power = largestPowerUpTo(size);
  return power === size ? power / 2 : power;
}

const isSize = (size: number) => Number.isSafeInteger(size) && size >= 0 && size <= sizeLimit;

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((one) => one instanceof Uint8Array && one.length === merkleHashBytes);
}

function checkSize(argument: string, size: number): void {
  if (!isSize(size)) throw new RangeError(`${argument}: expected an integer from 0 to 2^48, got ${size}`);
}

function checkHash(argument: string, bytes: Uint8Array): void {
  if (bytes.length !== merkleHashBytes)
    throw new RangeError(`${argument}: expected ${merkleHashBytes} bytes, got ${bytes.length}`);
}
