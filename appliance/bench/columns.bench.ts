// npm run bench:columns: one node of a tree over two organisations. One has gradients and hessians of 10,000 rows, the other 10 columns of 32 bins:
// sums over the bins without either seeing the other's, both sides in one process and one thread; no sum may be wrong. Beside it in the same run the
// bare sums of plain numbers, and what the same sums take by Paillier with a modulus of 2,048 bits, as SecureBoost has it (Cheng and others 2021),
// in V8's BigInt: some hundred of its steps are timed and multiplied up.

import { decryptSums, encryptRows, newRowKeys, noBin, openRows } from '../../crypto/he/he.ts';
import { loadSeal } from '../../crypto/he/seal.ts';
import { seeded } from '../sample/random.ts';
import { median, quick, report, say } from './bench.ts';

const rows = 10_000;
const columnCount = 10;
const count = 32;
const rounds = quick ? 3 : 9;
const rng = seeded(8192, 'columns');
const whole = (below: number) => Math.floor(rng.unit() * below);

/** The largest steps that a caller may take for so many rows. */
const steps = 200_000;
const gradients = Int32Array.from({ length: rows }, () => whole(2 * steps + 1) - steps);
const hessians = Int32Array.from({ length: rows }, () => whole(steps));
const lists = [gradients, hessians];
const columns = Array.from({ length: columnCount }, () => ({
  count,
  bins: Uint16Array.from({ length: rows }, () => whole(count)),
}));
const counts = columns.map((column) => column.count);

function plainSums(): Int32Array[][] {
  return lists.map((values) =>
    columns.map(({ bins }) => {
      const sums = new Int32Array(count);
      for (let row = 0; row < rows; row += 1) {
        const bin = bins[row]!;
        if (bin !== noBin) sums[bin]! += values[row]!;
      }
      return sums;
    }),
  );
}

const msOf = (startMs: number) => performance.now() - startMs;
const bytesOf = (parts: readonly Uint8Array[][]) => parts.flat().reduce((sum, { length }) => sum + length, 0);

type Round = {
  encryptMs: number;
  openMs: number;
  sumsMs: number;
  decryptMs: number;
  plainMs: number;
  upBytes: number;
  downBytes: number;
};

async function ours(): Promise<Round> {
  const keys = await newRowKeys();
  let startMs = performance.now();
  const encrypted = [await encryptRows(keys.secretKey, gradients), await encryptRows(keys.secretKey, hessians)];
  const encryptMs = msOf(startMs);
  startMs = performance.now();
  using open = await openRows(keys.publicKey, encrypted, rows);
  const openMs = msOf(startMs);
  startMs = performance.now();
  const answers = open.sums(columns);
  const sumsMs = msOf(startMs);
  startMs = performance.now();
  const read = answers.map((list) => decryptSums(keys.secretKey, list, counts, rows));
  const decryptMs = msOf(startMs);
  startMs = performance.now();
  const expected = plainSums();
  const plainMs = msOf(startMs);
  const wrong = expected.flat().filter((sums, at) => sums.join() !== read.flat()[at]!.join()).length;
  if (wrong !== 0) throw new Error(`sums of ${wrong} of ${2 * columnCount} columns are wrong`);
  return { encryptMs, openMs, sumsMs, decryptMs, plainMs, upBytes: bytesOf(encrypted), downBytes: bytesOf(answers) };
}

const bits = 2048n;
function randomBelow(modulus: bigint): bigint {
  let out = 0n;
  for (let at = 0n; at < 2n * bits + 32n; at += 32n) out = (out << 32n) | BigInt(whole(2 ** 32));
  return out % modulus;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** Paillier 1999: (1 + n v) r^n modulo n^2 to encrypt, one product to add. What n is made of makes no difference to the time. */
function paillier(): { encryptMs: number; addMs: number } {
  const n = (1n << (bits - 1n)) | randomBelow(1n << (bits - 1n)) | 1n;
  const square = n * n;
  const encryptions = 3;
  let startMs = performance.now();
  let held = 1n;
  for (let i = 0; i < encryptions; i += 1) held = (power(randomBelow(n), n, square) * (1n + n * BigInt(i))) % square;
  const encryptMs = msOf(startMs) / encryptions;
  const additions = 2000;
  startMs = performance.now();
  let sum = held;
  for (let i = 0; i < additions; i += 1) sum = (sum * held) % square;
  return { encryptMs, addMs: msOf(startMs) / additions };
}

await ours();
const { memoryBytes } = await loadSeal();
const results: Round[] = [];
const peers: ReturnType<typeof paillier>[] = [];
for (let round = 0; round < rounds; round += 1) {
  say(`round ${round + 1} of ${rounds}`);
  results.push(await ours());
  peers.push(paillier());
}

const of = (pick: (round: Round) => number) => median(results.map(pick));
const cells = columnCount * count;
const peerEncryptMs = 2 * rows * median(peers.map(({ encryptMs }) => encryptMs));
const peerSumsMs = 2 * rows * columnCount * median(peers.map(({ addMs }) => addMs));
const peerBytes = (2 * Number(bits)) / 8;
const figures = {
  wrongSums: 0,
  encryptMs: of(({ encryptMs }) => encryptMs),
  openMs: of(({ openMs }) => openMs),
  sumsMs: of(({ sumsMs }) => sumsMs),
  decryptMs: of(({ decryptMs }) => decryptMs),
  plainMs: of(({ plainMs }) => plainMs),
  upBytes: results[0]!.upBytes,
  downBytes: results[0]!.downBytes,
  plainDownBytes: 2 * cells * 4,
  paillierEncryptMs: peerEncryptMs,
  paillierSumsMs: peerSumsMs,
  paillierUpBytes: 2 * rows * peerBytes,
  paillierDownBytes: 2 * cells * peerBytes,
  wasmMB: memoryBytes() / 1e6,
};
const nodeMs = figures.sumsMs + figures.decryptMs;
const ratios = {
  nodeTimeToPlain: nodeMs / figures.plainMs,
  downBytesToPlain: figures.downBytes / figures.plainDownBytes,
  encryptTimeToPaillier: figures.encryptMs / peerEncryptMs,
  sumsTimeToPaillier: figures.sumsMs / peerSumsMs,
  upBytesToPaillier: figures.upBytes / figures.paillierUpBytes,
  downBytesToPaillier: figures.downBytes / figures.paillierDownBytes,
};
const fixed = (value: number, digits = 0) => value.toFixed(digits);
const mb = (bytes: number) => `${fixed(bytes / 1e6, 2)} MB`;
report('columns', figures, ratios, [
  `medians of ${rounds} rounds: ${rows} rows, ${columnCount} columns of ${count} bins, gradients and hessians; one thread; 0 wrong sums`,
  `once in a tree: owner encrypts ${fixed(figures.encryptMs)} ms, ${mb(figures.upBytes)} up; partner opens ${fixed(figures.openMs)} ms`,
  `a node: partner sums ${fixed(figures.sumsMs)} ms, ${mb(figures.downBytes)} down; owner decrypts ${fixed(figures.decryptMs)} ms`,
  `plain sums: ${fixed(figures.plainMs, 2)} ms, ${mb(figures.plainDownBytes)}; ours takes ${fixed(ratios.nodeTimeToPlain)} times the time, ${fixed(ratios.downBytesToPlain)} times the bytes`,
  `Paillier in BigInt, multiplied up: encrypting ${fixed(peerEncryptMs / 1000)} s, ${mb(figures.paillierUpBytes)} up; a node ${fixed(peerSumsMs)} ms, ${mb(figures.paillierDownBytes)} down`,
  `ours to that: ${fixed(ratios.encryptTimeToPaillier, 4)} and ${fixed(ratios.sumsTimeToPaillier, 2)} times the time, ${fixed(ratios.upBytesToPaillier, 2)} and ${fixed(ratios.downBytesToPaillier, 2)} times the bytes`,
  `SEAL's heap: ${fixed(figures.wasmMB)} MB`,
]);
