// npm run bench:sum: one masked and encrypted sum of 100,000 parameters among 8 members of which one drops, by the mathematics that a round has
// (bfv-4096, X-Wing, malicious), all sides in one process and one thread: no slot may be wrong. Beside it in the same run the same sum by CKKS
// in NVFlare's default parameters, where nobody may drop after all have the one key. Then 1,000 smaller sums: memory has to stay flat.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadSeal } from '../../crypto/he/seal.ts';
import { type Ckks, newCkks } from '../../crypto/he/testing-ckks.ts';
import { roundLimits } from '../../federation/protocol/round/round-terms.ts';
import { roundCrypto } from '../federate/rounds/round-crypto.ts';
import { seeded } from '../sample/random.ts';
import { median, quick, report, say } from './bench.ts';
import {
  type Batch,
  encryption,
  type Keys,
  noSeconds,
  type Phase,
  phases,
  prepareBatch,
  revealBytes,
  type Seconds,
  stopwatch,
  sumOf,
} from './masked-sum.ts';

const members = 8;
const length = 100_000;
const rounds = quick ? 3 : 9;
const smallSums = quick ? 64 : 1000;
/** Until the garbage collector has grown its young generation to what the work wants. */
const warmUps = quick ? 32 : 384;
const smallLength = 1000;
/** Steps of a real between -1 and 1, so that sums of eight stay far below the modulus. */
const steps = 2 ** 20;
const since = (startMs: number) => (performance.now() - startMs) / 1000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const rssMB = () => {
  collect();
  return process.memoryUsage().rss / 1e6;
};

function vectorsOf(round: number, size: number): Int32Array[] {
  return Array.from({ length: members }, (_, member) => {
    const rng = seeded(round, 'vector', `${member}`);
    return Int32Array.from({ length: size }, () => Math.round((2 * rng.unit() - 1) * steps));
  });
}

/** Of all but the last, who drops. */
function wrongSlots(sum: Int32Array, vectors: readonly Int32Array[]): number {
  const given = vectors.slice(0, -1);
  return sum.reduce((wrong, value, at) => wrong + Number(value !== given.reduce((total, vector) => total + vector[at]!, 0)), 0);
}

async function ours(batch: Batch, index: number, keys: Keys): Promise<{ seconds: Seconds; ciphertextBytes: number }> {
  const vectors = vectorsOf(index, length);
  const watch = stopwatch();
  const { sum, ciphertextBytes } = await sumOf(batch, index, vectors, keys, watch);
  const wrong = wrongSlots(sum, vectors);
  if (wrong !== 0) throw new Error(`${wrong} of ${length} slots are wrong`);
  return { seconds: watch.seconds, ciphertextBytes };
}

type Peer = { encryptS: number; addS: number; decryptS: number; bytes: number; error: number };

/** The same values as reals, of those who give. */
function peer(ckks: Ckks, index: number): Peer {
  const reals = vectorsOf(index, length)
    .slice(0, -1)
    .map((vector) => Float64Array.from(vector, (value) => value / steps));
  const startMs = performance.now();
  const sent = reals.map((values) => ckks.encrypt(values));
  const encryptS = since(startMs);
  const addingMs = performance.now();
  const added = ckks.add(sent);
  const addS = since(addingMs);
  const decryptingMs = performance.now();
  const sum = ckks.decrypt(added, length);
  const decryptS = since(decryptingMs);
  const errors = sum.map((value, at) => Math.abs(value - reals.reduce((total, values) => total + values[at]!, 0)));
  return {
    encryptS,
    addS,
    decryptS,
    bytes: sent[0]!.reduce((total, { length: each }) => total + each, 0),
    error: errors.reduce((most, value) => Math.max(most, value), 0),
  };
}

/** Sums as a round has them one after the other. @returns memory after warming up, and at the end */
async function memory(keys: Keys): Promise<{ wasmMB: number[]; rssMB: number[] }> {
  const { memoryBytes } = await loadSeal();
  const read = { wasmMB: [] as number[], rssMB: [] as number[] };
  for (let done = 0; done <= smallSums + warmUps; done += roundLimits.batchSums) {
    if (done === warmUps || done + roundLimits.batchSums > smallSums + warmUps) {
      read.wasmMB.push(memoryBytes() / 1e6);
      read.rssMB.push(rssMB());
    }
    const batch = await prepareBatch(done, members);
    for (let index = 0; index < roundLimits.batchSums && done + index < smallSums + warmUps; index += 1) {
      const vectors = vectorsOf(done + index, smallLength);
      const { sum } = await sumOf(batch, index, vectors, keys, stopwatch());
      const wrong = wrongSlots(sum, vectors);
      if (wrong !== 0) throw new Error(`${wrong} of ${smallLength} slots of sum ${done + index} are wrong`);
    }
    for (const member of batch.members) for (const { keys: open } of member.sums) open.close();
  }
  return read;
}

const keys = await roundCrypto.newKeys(encryption);
using ckks = await newCkks();
const setUpS: number[] = [];
const rows: { seconds: Seconds; ciphertextBytes: number }[] = [];
const peers: Peer[] = [];
let batch = await prepareBatch(0, members);
await ours(batch, 0, keys);
peer(ckks, 0);
for (let round = 0; round < rounds; round += 1) {
  say(`round ${round + 1} of ${rounds}`);
  const startMs = performance.now();
  batch = await prepareBatch((round + 1) * roundLimits.batchSums, members);
  setUpS.push(since(startMs) / roundLimits.batchSums / members);
  rows.push(await ours(batch, round, keys));
  peers.push(peer(ckks, round));
}
say(`${smallSums} sums of ${smallLength}`);
const held = await memory(keys);

const givers = members - 1;
/** Of one member where members do it, of all where coordinator or custodian do. */
const by: { [phase in Phase]: number } = {
  ...noSeconds(),
  setUp: 1,
  mask: givers,
  encrypt: givers,
  add: 1,
  decrypt: 1,
  unmask: 1,
};
const ms = Object.fromEntries(
  phases.map((phase) => [
    phase,
    1000 * (phase === 'setUp' ? median(setUpS) : median(rows.map(({ seconds }) => seconds[phase] / by[phase]))),
  ]),
) as Seconds;
const peerMs = (of: (row: Peer) => number) => 1000 * median(peers.map(of));
const aheadBytes = batch.bytesByMember / roundLimits.batchSums;
const upBytes = rows[0]!.ciphertextBytes + aheadBytes + (await revealBytes(batch));
const memberMs = ms.setUp + ms.mask + ms.encrypt;
const othersMs = ms.add + ms.decrypt + ms.unmask;
const figures = {
  wrongSlots: 0,
  bytesPerParameter: upBytes / length,
  ciphertextBytesPerParameter: rows[0]!.ciphertextBytes / length,
  peerBytesPerParameter: peers[0]!.bytes / length,
  peerLargestError: Math.max(...peers.map(({ error }) => error)),
  setUpMs: ms.setUp,
  maskMs: ms.mask,
  encryptMs: ms.encrypt,
  addMs: ms.add,
  decryptMs: ms.decrypt,
  unmaskMs: ms.unmask,
  peerEncryptMs: peerMs(({ encryptS }) => encryptS / givers),
  peerAddMs: peerMs(({ addS }) => addS),
  peerDecryptMs: peerMs(({ decryptS }) => decryptS),
  wasmFirstMB: held.wasmMB[0]!,
  wasmLastMB: held.wasmMB.at(-1)!,
  rssFirstMB: held.rssMB[0]!,
  rssLastMB: held.rssMB.at(-1)!,
};
const peerOthersMs = figures.peerAddMs + figures.peerDecryptMs;
const ratios = {
  bytesToPeer: figures.bytesPerParameter / figures.peerBytesPerParameter,
  memberTimeToPeer: memberMs / figures.peerEncryptMs,
  othersTimeToPeer: othersMs / peerOthersMs,
};
const fixed = (value: number, digits = 1) => value.toFixed(digits);
report('sum', figures, ratios, [
  `medians of ${rounds} rounds: ${length} parameters, ${members} members, one of them drops after sharing; one thread; 0 wrong slots`,
  `up: ${fixed(figures.bytesPerParameter, 2)} bytes a parameter (aim 15.2): ciphertexts ${fixed(figures.ciphertextBytesPerParameter, 2)}, keys and shares ahead ${fixed(aheadBytes / 1000)} KB a sum`,
  `a member: keys and shares ${fixed(ms.setUp)} ms, masking ${fixed(ms.mask)} ms, encrypting ${fixed(ms.encrypt)} ms`,
  `coordinator: adding ${fixed(ms.add)} ms; custodian: decrypting ${fixed(ms.decrypt)} ms, taking masks off ${fixed(ms.unmask)} ms, the dropped member's pairs with it`,
  `CKKS as NVFlare sets it up, the ${givers} who give, one key for all, no masks: ${fixed(figures.peerBytesPerParameter, 2)} bytes a parameter, off by up to ${figures.peerLargestError.toExponential(1)}`,
  `  a member: encrypting ${fixed(figures.peerEncryptMs)} ms; adding ${fixed(figures.peerAddMs)} ms, decrypting ${fixed(figures.peerDecryptMs)} ms`,
  `ours to that: ${fixed(ratios.bytesToPeer, 2)} times the bytes, ${fixed(ratios.memberTimeToPeer, 2)} times a member's time, ${fixed(ratios.othersTimeToPeer, 2)} times the others'`,
  `memory over ${smallSums} sums of ${smallLength}, after ${warmUps}: SEAL's heap ${fixed(figures.wasmFirstMB)} MB, then ${fixed(figures.wasmLastMB)} MB; resident ${fixed(figures.rssFirstMB, 0)} MB, then ${fixed(figures.rssLastMB, 0)} MB`,
]);
if (figures.wasmLastMB !== figures.wasmFirstMB) throw new Error("SEAL's heap has grown");
