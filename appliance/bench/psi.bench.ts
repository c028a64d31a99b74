// npm run bench:psi: private set intersection, both sides in one process and one thread. ECDH from items to places, against the bare
// ceiling (as many X25519 of libsodium in a row) and against OpenMined's PSI (ECDH over P-256 in WebAssembly, exact: its Raw data
// structure); and salted hashes of a million items against a million. `--size N` items a side for ECDH, 100,000 otherwise.

import * as openMined from '@openmined/psi.js';
import { ecdhSteps, encode, hashItems, mask, newScalar, prepare, saltedHashSteps } from '../../crypto/psi/psi.ts';
import { sodium } from '../../crypto/sodium.ts';
import { median, quick, report, say } from './bench.ts';

// The package declares an export named default; what it has is a function for its only export.
const loadPeer = openMined.default as unknown as typeof openMined.default.default;
if (!sodium) throw new Error('sodium-native did not load: there is no ceiling to compare with');
const { crypto_scalarmult: multiply } = sodium;

function sizeFromArguments(): number | undefined {
  const at = process.argv.indexOf('--size');
  if (at < 0) return undefined;
  const size = Number(process.argv[at + 1]);
  if (!Number.isInteger(size) || size < 2) throw new RangeError('--size: expected a whole number from 2');
  return size;
}

const size = sizeFromArguments() ?? (quick ? 20_000 : 100_000);
/** Its time grows with the items as ours does; a tenth of them is enough to know the rate, and spares minutes. */
const peerSize = Math.max(2, Math.min(size, quick ? 2_000 : 10_000));
const hashSize = 1_000_000;
const rounds = 3;

/** Two lists that share half of their items. */
function lists(count: number): [string[], string[]] {
  const from = (first: number) =>
    Array.from({ length: count }, (_, index) => `phone:+86138${String(first + index).padStart(8, '0')}`);
  return [from(0), from(Math.floor(count / 2))];
}
const seed = (n: number) => Buffer.alloc(32, n);
const tag = Buffer.from('holdfast/psi/bench/v1');
const since = (startMs: number) => (performance.now() - startMs) / 1000;

function expect(found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`found ${found} shared items, expected ${wanted}`);
}

type EcdhTimes = { wholeS: number; encodeS: number; maskS: number; bytes: number };

async function ours(count: number): Promise<EcdhTimes> {
  const [x, y] = lists(count);
  const times = { wholeS: 0, encodeS: 0, maskS: 0, bytes: 0 };
  const timed = <Result>(part: 'encodeS' | 'maskS', work: () => Result): Result => {
    const startMs = performance.now();
    const result = work();
    times[part] += since(startMs);
    return result;
  };
  const masking = (points: Uint8Array, scalar: Uint8Array) => timed('maskS', () => mask(points, scalar));
  const startMs = performance.now();
  const own = (items: readonly string[], n: number) => {
    const { items: distinct } = prepare(items, seed(n));
    return { points: timed('encodeS', () => encode(distinct, tag)), scalar: newScalar() };
  };
  const [a, b] = [own(x, 1), own(y, 2)];
  const opened = await ecdhSteps.open(a, masking);
  const answered = await ecdhSteps.open(b, masking);
  const returned = ecdhSteps.forPartner(await ecdhSteps.double(b.scalar, opened.sent, masking));
  const doubled = await ecdhSteps.double(a.scalar, answered.sent, masking);
  const learned = ecdhSteps.compare(opened.kept, doubled, returned);
  times.wholeS = since(startMs);
  times.bytes = opened.sent.length + answered.sent.length + returned.length;
  expect(learned.own.length, count - Math.floor(count / 2));
  return times;
}

/** Nothing but the multiplications: each side's own list and the other's. */
function ceilingS(count: number): number {
  const [out, scalar, point] = [Buffer.alloc(32), newScalar(), encode(['x'], tag)];
  const startMs = performance.now();
  for (let index = 0; index < 4 * count; index += 1) multiply(out, scalar, point);
  return since(startMs);
}

async function peer(count: number): Promise<{ wholeS: number; bytes: number }> {
  const psi = await loadPeer();
  const [x, y] = lists(count);
  const client = psi.client!.createWithNewKey(true);
  const server = psi.server!.createWithNewKey(true);
  // The false-positive rate is of no meaning for Raw.
  const startMs = performance.now();
  const setup = server.createSetupMessage(1e-9, count, y, psi.dataStructure.Raw);
  const request = client.createRequest(x);
  const response = server.processRequest(request);
  const shared = client.getIntersection(setup, response);
  const wholeS = since(startMs);
  expect(shared.length, count - Math.floor(count / 2));
  const bytes = [setup, request, response].reduce((sum, message) => sum + message.serializeBinary().length, 0);
  client.delete();
  server.delete();
  return { wholeS, bytes };
}

function saltedHash(count: number): { wholeS: number; hashS: number; compareS: number } {
  const [x, y] = lists(count);
  const key = seed(5);
  const startMs = performance.now();
  const prepared = [prepare(x, seed(1)), prepare(y, seed(2))] as const;
  const preparedMs = performance.now();
  const [a, b] = prepared.map(({ items }) => hashItems(items, key)) as [Buffer, Buffer];
  const hashS = since(preparedMs);
  const hashedMs = performance.now();
  expect(saltedHashSteps.compare(a, b).own.length, count - Math.floor(count / 2));
  return { wholeS: since(startMs), hashS, compareS: since(hashedMs) };
}

const ecdh: EcdhTimes[] = [];
const ceilings: number[] = [];
const peers: { wholeS: number; bytes: number }[] = [];
const hashes: ReturnType<typeof saltedHash>[] = [];
await ours(Math.min(size, 2_000));
for (let round = 0; round < rounds; round += 1) {
  say(`round ${round + 1} of ${rounds}`);
  ceilings.push(ceilingS(size));
  ecdh.push(await ours(size));
  peers.push(await peer(peerSize));
  hashes.push(saltedHash(hashSize));
}

const microsecondsPer = (values: readonly number[], items: number) => (median(values) / items) * 1e6;
const of = <Row>(rows: readonly Row[], value: (row: Row) => number) => rows.map(value);
const figures = {
  ecdhS: median(of(ecdh, (row) => row.wholeS)),
  ecdhUsPerItem: microsecondsPer(
    of(ecdh, (row) => row.wholeS),
    size,
  ),
  encodeUs: microsecondsPer(
    of(ecdh, (row) => row.encodeS),
    2 * size,
  ),
  maskUs: microsecondsPer(
    of(ecdh, (row) => row.maskS),
    4 * size,
  ),
  x25519Us: microsecondsPer(ceilings, 4 * size),
  ecdhBytesPerItem: ecdh[0]!.bytes / size,
  peerUsPerItem: microsecondsPer(
    of(peers, (row) => row.wholeS),
    peerSize,
  ),
  peerBytesPerItem: peers[0]!.bytes / peerSize,
  saltedHashS: median(of(hashes, (row) => row.wholeS)),
};
const ratios = {
  ecdhToCeiling: median(of(ecdh, (row, index = ecdh.indexOf(row)) => row.wholeS / ceilings[index]!)),
  encodeToX25519: figures.encodeUs / figures.x25519Us,
  peerToEcdh: figures.peerUsPerItem / figures.ecdhUsPerItem,
  tenSecondsToSaltedHash: 10 / figures.saltedHashS,
};
const fixed = (value: number, digits = 1) => value.toFixed(digits);
report('psi', figures, ratios, [
  `medians of ${rounds} rounds, one thread, both sides; half of the items shared`,
  `ECDH, ${size} x ${size}: ${fixed(figures.ecdhS)} s, ${fixed(figures.ecdhUsPerItem)} us for an item of each side, ${figures.ecdhBytesPerItem} bytes`,
  `  encoding ${fixed(figures.encodeUs)} us, masking ${fixed(figures.maskUs)} us, bare X25519 ${fixed(figures.x25519Us)} us; encoding / X25519 ${fixed(ratios.encodeToX25519, 2)}`,
  `  against the ceiling, ${4 * size} bare X25519: ${fixed(ratios.ecdhToCeiling, 2)} times its time`,
  `OpenMined PSI 2.0.6 (WebAssembly, Raw), ${peerSize} x ${peerSize}: ${fixed(figures.peerUsPerItem)} us for an item of each side, ${fixed(figures.peerBytesPerItem)} bytes`,
  `  ours is ${fixed(ratios.peerToEcdh)} times as fast an item`,
  `salted hash, ${hashSize} x ${hashSize}: ${fixed(figures.saltedHashS)} s (hashing ${fixed(median(of(hashes, (row) => row.hashS)))} s, comparing ${fixed(median(of(hashes, (row) => row.compareS)))} s, the rest dropping repeats and shuffling)`,
]);
