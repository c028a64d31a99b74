// The page's checks against a slow twin: trees and proofs as RFC 9162 defines them by recursion, for every index of logs of many sizes; and nothing
// holds any more once a single byte is changed.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { bytesOf, readHead, readLeaf, verifyConsistency, verifyCosignature, verifyHead, verifyInclusion } from './merkle.ts';

const hash = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafBytes = (seq: number) => {
  const bytes = Buffer.alloc(20, seq);
  bytes.writeUInt8(1, 0);
  bytes.writeBigInt64BE(BigInt(seq), 1);
  bytes.writeBigInt64BE(BigInt(1_790_000_000_000 + seq), 9);
  return bytes;
};
const leaves = (size: number) => Array.from({ length: size }, (_, seq) => hash(Buffer.of(0), leafBytes(seq)));
const split = (size: number) => 2 ** Math.floor(Math.log2(size - 1));
function rootOf(of: Buffer[]): Buffer {
  if (of.length === 0) return hash();
  if (of.length === 1) return of[0]!;
  const at = split(of.length);
  return hash(Buffer.of(1), rootOf(of.slice(0, at)), rootOf(of.slice(at)));
}
function path(index: number, of: Buffer[]): Buffer[] {
  if (of.length === 1) return [];
  const at = split(of.length);
  return index < at
    ? [...path(index, of.slice(0, at)), rootOf(of.slice(at))]
    : [...path(index - at, of.slice(at)), rootOf(of.slice(0, at))];
}
function subproof(from: number, of: Buffer[], known: boolean): Buffer[] {
  if (from === of.length) return known ? [] : [rootOf(of)];
  const at = split(of.length);
  return from <= at
    ? [...subproof(from, of.slice(0, at), known), rootOf(of.slice(at))]
    : [...subproof(from - at, of.slice(at), false), rootOf(of.slice(0, at))];
}
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const flip = (text: string) => (text.startsWith('0') ? '1' : '0') + text.slice(1);

test('inclusion holds for every entry of logs of up to 20, and for nothing that was changed', async () => {
  for (let size = 1; size <= 20; size += 1) {
    const all = leaves(size);
    for (let entry = 0; entry < size; entry += 1) {
      const proof = path(entry, all).map(hex);
      const told = {
        entry,
        size,
        leaf: hex(leafBytes(entry)),
        leafHash: hex(all[entry]!),
        root: hex(rootOf(all)),
        proof,
      };
      const where = `entry ${entry} of ${size}`;
      assert.equal(await verifyInclusion(told), true, where);
      assert.equal(await verifyInclusion({ ...told, root: flip(told.root) }), false, where);
      assert.equal(await verifyInclusion({ ...told, leaf: flip(told.leaf) }), false, where);
      assert.equal(await verifyInclusion({ ...told, entry: size }), false, where);
      assert.equal(await verifyInclusion({ ...told, proof: [...proof, hex(all[0]!)] }), false, where);
      if (proof.length > 0) {
        assert.equal(await verifyInclusion({ ...told, proof: proof.slice(1) }), false, where);
        assert.equal(await verifyInclusion({ ...told, proof: [flip(proof[0]!), ...proof.slice(1)] }), false, where);
      }
    }
  }
});

test('consistency holds between all sizes up to 20, and for no other older root', async () => {
  for (let to = 0; to <= 20; to += 1) {
    for (let from = 0; from <= to; from += 1) {
      const [older, newer] = [leaves(from), leaves(to)];
      const proof = from === 0 || from === to ? [] : subproof(from, newer, true).map(hex);
      const told = { from, to, fromRoot: hex(rootOf(older)), toRoot: hex(rootOf(newer)), proof };
      const where = `${from} to ${to}`;
      assert.equal(await verifyConsistency(told), true, where);
      assert.equal(await verifyConsistency({ ...told, fromRoot: flip(told.fromRoot) }), false, where);
      if (proof.length > 0) assert.equal(await verifyConsistency({ ...told, proof: proof.slice(0, -1) }), false, where);
    }
  }
});

test('a leaf tells its number and time', () => {
  assert.deepEqual(readLeaf(bytesOf(hex(leafBytes(7)))!), { seq: 7, atMs: 1_790_000_000_007 });
  assert.equal(readLeaf(bytesOf('01')!), undefined);
  assert.equal(readLeaf(bytesOf(hex(Buffer.alloc(20, 2)))!), undefined);
});

test('heads and co-signatures hold as they were signed, and not with another size or key', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = hex(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
  const root = rootOf(leaves(5));
  const numbers = Buffer.alloc(16);
  numbers.writeBigInt64BE(5n, 0);
  numbers.writeBigInt64BE(1_790_000_000_000n, 8);
  const signature = hex(sign(null, Buffer.concat([Buffer.from('holdfast audit head v1\n'), numbers, root]), privateKey));
  const head = { size: 5, atMs: 1_790_000_000_000, root: hex(root), signature, publicKey: key };
  assert.equal(await verifyHead(head), true);
  assert.equal(await verifyHead({ ...head, size: 6 }), false);
  assert.equal(await verifyHead({ ...head, publicKey: flip(key) }), false);
  const log = flip(key);
  const note = `cosignature/v1\ntime 1790000000\nholdfast/audit/${log}\n5\n${root.toString('base64')}\n`;
  const one = { size: 5, publicKey: key, timeS: 1_790_000_000, signature: hex(sign(null, Buffer.from(note), privateKey)) };
  assert.equal(await verifyCosignature(log, hex(root), one), true);
  assert.equal(await verifyCosignature(key, hex(root), one), false);
  assert.equal(await verifyCosignature(log, hex(root), { ...one, timeS: one.timeS + 1 }), false);
});

test('a head is read from an answer or from the last whole line of a file, and from nothing else', () => {
  const head = { size: 5, atMs: 1, root: 'ab', signature: 'cd', publicKey: 'ef' };
  assert.deepEqual(readHead(JSON.stringify({ ...head, sink: { state: 'ok' } }, null, 2)), head);
  const lines = `${JSON.stringify({ ...head, size: 4 })}\n${JSON.stringify(head)}\n{"size":`;
  assert.deepEqual(readHead(lines), head);
  for (const wrong of ['', 'null', '{}', '[]', JSON.stringify({ ...head, root: 'zz' })]) assert.equal(readHead(wrong), undefined);
});
