import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  consistencyProof,
  emptyRoot,
  Frontier,
  inclusionProof,
  leafHash,
  merkleHashBytes,
  type NodeAt,
  nodesFor,
  peaksOf,
  rootAt,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle-log.ts';
import { plainConsistency, plainPath, plainRoot } from './reference/merkle-log.ts';

// The eight leaves of the certificate-transparency reference tests, and the roots of the first one, two … of them.
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((hex) =>
  Buffer.from(hex, 'hex'),
);
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** A log of entries with all its nodes at hand. */
function logOf(entries: readonly Uint8Array[]): { nodeAt: NodeAt; frontier: Frontier; stored: Map<string, Buffer> } {
  const frontier = new Frontier();
  const stored = new Map<string, Buffer>();
  for (const entry of entries)
    for (const { level, index, hash } of frontier.append(leafHash(entry))) stored.set(`${level}/${index}`, hash);
  return { nodeAt: (level, index) => stored.get(`${level}/${index}`)!, frontier, stored };
}

const hex = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString('hex'));

test('the roots of the certificate-transparency reference tests', () => {
  const { nodeAt } = logOf(leaves);
  roots.forEach((root, at) => {
    const some = leaves.slice(0, at + 1);
    assert.equal(plainRoot(some).toString('hex'), root);
    assert.equal(rootOf(some.map(leafHash)).toString('hex'), root);
    assert.equal(rootAt(nodeAt, at + 1).toString('hex'), root);
  });
  assert.equal(emptyRoot().toString('hex'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.deepEqual(rootOf([]), plainRoot([]));
});

test('every proof of every size up to 70 is what the plain twin makes, and verifies', () => {
  const entries = Array.from({ length: 70 }, (_, at) => Buffer.from(`entry ${at}`));
  const { nodeAt } = logOf(entries);
  for (let size = 1; size <= entries.length; size++) {
    const some = entries.slice(0, size);
    const root = plainRoot(some);
    assert.deepEqual(rootAt(nodeAt, size), root);
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(nodeAt, index, size);
      assert.deepEqual(hex(proof), hex(plainPath(index, some)));
      assert.ok(verifyInclusion(leafHash(entries[index]!), index, size, proof, root));
    }
    for (let from = 1; from < size; from++) {
      const proof = consistencyProof(nodeAt, from, size);
      assert.deepEqual(hex(proof), hex(plainConsistency(from, some)));
      assert.ok(verifyConsistency(from, size, plainRoot(entries.slice(0, from)), root, proof));
    }
  }
});

/** All the ways in which one proof can be wrong. */
function spoiled(proof: readonly Buffer[], at: number, bit: number): Buffer[][] {
  const all: Buffer[][] = [[...proof, Buffer.alloc(merkleHashBytes, bit)]];
  if (proof.length === 0) return all;
  const place = at % proof.length;
  const changed = proof.map((hash) => Buffer.from(hash));
  changed[place]![bit >> 3]! ^= 1 << (bit & 7);
  all.push(
    changed,
    proof.filter((_, other) => other !== place),
    [...proof, proof[place]!],
  );
  if (proof.length > 1) {
    const swapped = [...proof];
    const other = (place + 1) % proof.length;
    [swapped[place], swapped[other]] = [swapped[other]!, swapped[place]!];
    all.push(swapped);
  }
  return all;
}

const log = fc
  .integer({ min: 1, max: 300 })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1), from: fc.nat(size), salt: fc.nat() }));
const place = fc.nat(20);
const bit = fc.nat(merkleHashBytes * 8 - 1);

test('no other leaf, index, size, root or proof passes for inclusion', () => {
  fc.assert(
    fc.property(log, place, bit, fc.nat(400), ({ size, index, salt }, at, flip, other) => {
      const entries = Array.from({ length: size }, (_, n) => Buffer.from(`${salt} ${n}`));
      const { nodeAt, frontier } = logOf(entries);
      const leaf = leafHash(entries[index]!);
      const root = frontier.root();
      const proof = inclusionProof(nodeAt, index, size);
      assert.ok(verifyInclusion(leaf, index, size, proof, root));
      for (const wrong of spoiled(proof, at, flip)) assert.ok(!verifyInclusion(leaf, index, size, wrong, root));
      assert.ok(!verifyInclusion(leafHash(Buffer.from('another')), index, size, proof, root));
      if (other !== index) assert.ok(!verifyInclusion(leaf, other, size, proof, root));
      assert.ok(!verifyInclusion(leaf, index, size, proof, leafHash(root)));
      // A wrong size with a path of the same shape hashes alike: what binds the size is the signed head. One that is too small never passes.
      assert.ok(!verifyInclusion(leaf, index, index, proof, root));
    }),
    { numRuns: 200 },
  );
});

test('a log that was not only added to does not pass for consistent', () => {
  fc.assert(
    fc.property(log, place, bit, fc.nat(299), ({ size, from, salt }, at, flip, changed) => {
      const entries = Array.from({ length: size }, (_, n) => Buffer.from(`${salt} ${n}`));
      const { nodeAt, frontier } = logOf(entries);
      const root = frontier.root();
      const old = rootAt(nodeAt, from);
      const proof = consistencyProof(nodeAt, from, size);
      assert.ok(verifyConsistency(from, size, old, root, proof));
      for (const wrong of spoiled(proof, at, flip)) assert.ok(!verifyConsistency(from, size, old, root, wrong));
      assert.ok(!verifyConsistency(from, size, leafHash(old), root, proof));
      if (from > 0) assert.ok(!verifyConsistency(from, size, old, leafHash(root), proof));
      assert.ok(!verifyConsistency(size + 1, size, old, root, proof));
      if (changed < from) {
        const rewritten = logOf(entries.with(changed, Buffer.from('rewritten')));
        const forged = consistencyProof(rewritten.nodeAt, from, size);
        assert.ok(!verifyConsistency(from, size, old, rewritten.frontier.root(), forged));
      }
    }),
    { numRuns: 200 },
  );
});

test('a frontier goes on from its bytes, from its peaks, and from a copy', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(50), (before, after) => {
      const entries = Array.from({ length: before + after }, (_, n) => Buffer.from(`${n}`));
      const { nodeAt, frontier } = logOf(entries.slice(0, before));
      const copies = [Frontier.fromBytes(frontier.toBytes()), Frontier.of(before, nodeAt), frontier.clone()];
      for (const copy of copies) {
        assert.equal(copy.size, before);
        for (const entry of entries.slice(before)) copy.append(leafHash(entry));
        assert.deepEqual(copy.root(), plainRoot(entries));
      }
      assert.deepEqual(frontier.root(), plainRoot(entries.slice(0, before)));
    }),
    { numRuns: 60 },
  );
});

test('n leaves make fewer than 2n nodes, and a proof reads at most two a level', () => {
  const entries = Array.from({ length: 1000 }, (_, n) => Buffer.from(`${n}`));
  const { stored } = logOf(entries);
  assert.ok(stored.size < 2000);
  assert.ok(peaksOf(1000).length <= 10);
  for (const index of [0, 511, 512, 999]) {
    const needed = nodesFor((nodeAt) => inclusionProof(nodeAt, index, 1000));
    assert.ok(needed.length <= 20);
    assert.ok(needed.every(({ level, index: at }) => stored.has(`${level}/${at}`)));
  }
  const large = 2 ** 40 + 12_345;
  assert.ok(nodesFor((nodeAt) => inclusionProof(nodeAt, 2 ** 39 + 7, large)).length <= 82);
});

test('misuse is refused', () => {
  const { nodeAt } = logOf(leaves);
  assert.throws(() => inclusionProof(nodeAt, 8, 8), new RangeError('index: expected 0 to 7, got 8'));
  assert.throws(() => consistencyProof(nodeAt, 9, 8), new RangeError('from: expected 0 to 8, got 9'));
  assert.throws(() => new Frontier().append(Buffer.alloc(31)), new RangeError('leaf: expected 32 bytes, got 31'));
  assert.throws(() => Frontier.fromBytes(Buffer.alloc(9)), new RangeError('bytes: expected 8, got 9'));
  assert.equal(verifyInclusion(Buffer.alloc(5), 0, 1, [], Buffer.alloc(32)), false);
});
