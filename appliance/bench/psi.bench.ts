// npm run bench:psi: private set intersection, both sides in one process and on all its threads. ECDH from items to places, against the bare
// ceiling (as many X25519 of libsodium, on as many threads) and against OpenMined's PSI (ECDH over P-256 in WebAssembly, which has one thread;
// exact: its Raw data structure); count and sum against plain ECDH; and salted hashes of a million items against a million. `--size N` items a
// side for ECDH, 100,000 otherwise; `--threads N`, `--rounds N`.

import { availableParallelism } from 'node:os';
import * as openMined from '@openmined/psi.js';
import { ecdhSteps, newScalar, newSumsKey, prepare, sumsSteps } from '../../crypto/psi/psi.ts';
import { startPool } from '../core/pool/pool.ts';
import { type MatchWork, startMaskingThreads, workOf } from '../federate/masking.ts';
import { median, quick, report, say } from './bench.ts';
import type * as ceilingTasks from './psi-ceiling.task.ts';

// The package declares an export named default; what it has is a function for its only export.
const loadPeer = openMined.default as unknown as typeof openMined.default.default;

function numberFromArguments(name: string, least: number): number | undefined {
  const at = process.argv.indexOf(name);
  if (at < 0) return undefined;
  const given = Number(process.argv[at + 1]);
  if (!Number.isInteger(given) || given < least) throw new RangeError(`${name}: expected a whole number from ${least}`);
  return given;
}

const size = numberFromArguments('--size', 2) ?? (quick ? 20_000 : 100_000);
/** Its time grows with the items as ours does; a tenth of them is enough to know the rate, and spares minutes. */
const peerSize = Math.max(2, Math.min(size, quick ? 2_000 : 10_000));
/** At most: its ratio to plain ECDH is the same for more. */
const sumsSize = Math.min(size, 100_000);
const hashSize = quick ? 200_000 : 1_000_000;
const rounds = numberFromArguments('--rounds', 1) ?? (quick ? 2 : 3);

/** As all of the processors are ours here, nothing is given way to. */
const threads = startMaskingThreads({
  threads: numberFromArguments('--threads', 1) ?? availableParallelism(),
  niceness: 0,
  idleMs: 600_000,
});
const ceilingPool = startPool<typeof ceilingTasks>(new URL('./psi-ceiling.task.ts', import.meta.url), {
  threads: threads.threads,
  idleMs: 600_000,
});

/** Two lists that share half of their items. */
function lists(count: number): [string[], string[]] {
  const from = (first: number) =>
    Array.from({ length: count }, (_, index) => `phone:+86138${String(first + index).padStart(8, '0')}`);
  return [from(0), from(Math.floor(count / 2))];
}
const sharedOf = (count: number) => count - Math.floor(count / 2);
const seed = (n: number) => Buffer.alloc(32, n);
const tag = Buffer.from('holdfast/psi/bench/v1');
const since = (startMs: number) => (performance.now() - startMs) / 1000;

function expect(found: number | bigint, wanted: number | bigint): void {
  if (found !== wanted) throw new Error(`found ${found} shared, expected ${wanted}`);
}

type Part = 'prepareS' | 'encodeS' | 'maskS' | 'compareS' | 'valuesS';
type Times = { [part in Part | 'wholeS' | 'bytes']: number };

/** The steps' work, and the time that each kind of it took. */
function stopwatch(): {
  times: Times;
  timed: <Result>(part: Part, work: () => Result | Promise<Result>) => Promise<Result>;
  work: MatchWork;
} {
  const times: Times = { prepareS: 0, encodeS: 0, maskS: 0, compareS: 0, valuesS: 0, wholeS: 0, bytes: 0 };
  const timed = async <Result>(part: Part, work: () => Result | Promise<Result>): Promise<Result> => {
    const startMs = performance.now();
    const result = await work();
    times[part] += since(startMs);
    return result;
  };
  const { masking, refusing, comparing, encrypting, totalling } = workOf(threads);
  const work: MatchWork = {
    masking: (...of) => timed('maskS', () => masking(...of)),
    refusing: (...of) => timed('compareS', () => refusing(...of)),
    comparing: (...of) => timed('compareS', () => comparing(...of)),
    encrypting: (...of) => timed('valuesS', () => encrypting(...of)),
    totalling: (...of) => timed('valuesS', () => totalling(...of)),
  };
  return { times, timed, work };
}

/** From items to places, or to count and sum: both sides, one after the other, on all threads. */
async function ours(count: number, mode: 'ecdh' | 'sums'): Promise<Times> {
  const [x, y] = lists(count);
  const { times, timed, work } = stopwatch();
  const { masking, refusing, comparing, encrypting, totalling } = work;
  const startMs = performance.now();
  const own = async (items: readonly string[], n: number) => {
    const { items: distinct } = await timed('prepareS', () => prepare(items, seed(n)));
    return {
      items: distinct,
      points: await timed('encodeS', () => threads.encode(distinct, tag)),
      scalar: newScalar(),
      seed: seed(n),
    };
  };
  const [a, b] = [await own(x, 1), await own(y, 2)];
  const [openedA, openedB] = [await ecdhSteps.open(a, masking), await ecdhSteps.open(b, masking)];
  const baX = await ecdhSteps.double(b.scalar, openedA.sent, masking, refusing);
  const abY = await ecdhSteps.double(a.scalar, openedB.sent, masking, refusing);
  times.bytes = openedA.sent.length + openedB.sent.length + baX.length;
  if (mode === 'ecdh') {
    const found = await comparing(openedA.kept, abY, ecdhSteps.forPartner(baX));
    times.wholeS = since(startMs);
    expect(found.own.length, sharedOf(count));
    return times;
  }
  const values = b.items.map((item) => Number(item.slice(-7)));
  const [key, sizes] = [newSumsKey(), { initiator: count, responder: count }];
  const encrypted = await sumsSteps.encrypt({ values, key, seed: seed(3) }, encrypting);
  const closed = await sumsSteps.close(openedA.kept, abY, sumsSteps.forPartner(baX, b.seed), encrypted, totalling, comparing);
  const { sum, sent } = await timed('valuesS', () => threads.whole.reveal(key, closed.total, sizes));
  times.wholeS = since(startMs);
  times.bytes += encrypted.publicKey.length + encrypted.ciphertexts.length + closed.total.length + sent.length;
  expect(closed.count, sharedOf(count));
  const both = new Set(x);
  expect(sum, BigInt(y.reduce((total, item) => total + (both.has(item) ? Number(item.slice(-7)) : 0), 0)));
  return times;
}

/** Nothing but the multiplications: each side's own list and the other's. */
async function ceilingS(count: number): Promise<number> {
  const startMs = performance.now();
  const done = await ceilingPool.stretches('multiply', 4 * count, (stretch) => stretch, { size: 4096 });
  const tookS = since(startMs);
  expect(
    done.reduce((sum, part) => sum + part, 0),
    4 * count,
  );
  return tookS;
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
  expect(shared.length, sharedOf(count));
  const bytes = [setup, request, response].reduce((sum, message) => sum + message.serializeBinary().length, 0);
  client.delete();
  server.delete();
  return { wholeS, bytes };
}

async function saltedHash(count: number): Promise<{ wholeS: number; hashS: number; compareS: number; bytes: number }> {
  const [x, y] = lists(count);
  const key = seed(5);
  const startMs = performance.now();
  const [ours, theirs] = [prepare(x, seed(1)).items, prepare(y, seed(2)).items];
  const preparedMs = performance.now();
  const [a, b] = [await threads.hashItems(ours, key), await threads.hashItems(theirs, key)];
  const hashS = since(preparedMs);
  const hashedMs = performance.now();
  expect((await threads.whole.compareHashed(a, b)).own.length, sharedOf(count));
  return { wholeS: since(startMs), hashS, compareS: since(hashedMs), bytes: b.length };
}

const rows = {
  ecdh: [] as Times[],
  sums: [] as Times[],
  ecdhForSums: [] as Times[],
  ceilings: [] as number[],
  peers: [] as Awaited<ReturnType<typeof peer>>[],
  hashes: [] as Awaited<ReturnType<typeof saltedHash>>[],
};
// Starts the threads and has the code compiled in each of them.
await Promise.all(Array.from({ length: threads.threads }, () => ours(6_000, 'sums')));
await ceilingS(4_096);
for (let round = 0; round < rounds; round += 1) {
  say(`round ${round + 1} of ${rounds}`);
  rows.ceilings.push(await ceilingS(size));
  rows.ecdh.push(await ours(size, 'ecdh'));
  rows.sums.push(await ours(sumsSize, 'sums'));
  rows.ecdhForSums.push(size === sumsSize ? rows.ecdh.at(-1)! : await ours(sumsSize, 'ecdh'));
  rows.peers.push(await peer(peerSize));
  rows.hashes.push(await saltedHash(hashSize));
}
await threads.close();
await ceilingPool.close();

const medianOf = <Row>(of: readonly Row[], value: (row: Row, index: number) => number) => median(of.map(value));
const perUs = 1e6;
const figures = {
  threads: threads.threads,
  ecdhS: medianOf(rows.ecdh, (row) => row.wholeS),
  ecdhUsPerItem: (medianOf(rows.ecdh, (row) => row.wholeS) / size) * perUs,
  encodeS: medianOf(rows.ecdh, (row) => row.encodeS),
  maskS: medianOf(rows.ecdh, (row) => row.maskS),
  prepareS: medianOf(rows.ecdh, (row) => row.prepareS),
  compareS: medianOf(rows.ecdh, (row) => row.compareS),
  ceilingS: median(rows.ceilings),
  ecdhBytesPerItem: rows.ecdh[0]!.bytes / size,
  sumsS: medianOf(rows.sums, (row) => row.wholeS),
  sumsValuesS: medianOf(rows.sums, (row) => row.valuesS),
  sumsBytesPerItem: rows.sums[0]!.bytes / sumsSize,
  peerUsPerItem: (medianOf(rows.peers, (row) => row.wholeS) / peerSize) * perUs,
  peerBytesPerItem: rows.peers[0]!.bytes / peerSize,
  saltedHashS: medianOf(rows.hashes, (row) => row.wholeS),
  saltedHashBytesPerItem: rows.hashes[0]!.bytes / hashSize,
};
const ratios = {
  ecdhToCeiling: medianOf(rows.ecdh, (row, index) => row.wholeS / rows.ceilings[index]!),
  peerToEcdh: figures.peerUsPerItem / figures.ecdhUsPerItem,
  sumsToEcdh: medianOf(rows.sums, (row, index) => row.wholeS / rows.ecdhForSums[index]!.wholeS),
  tenSecondsToSaltedHash: 10 / figures.saltedHashS,
};
const fixed = (value: number, digits = 1) => value.toFixed(digits);
report('psi', figures, ratios, [
  `medians of ${rounds} rounds, ${figures.threads} threads, both sides; half of the items shared`,
  `ECDH, ${size} x ${size}: ${fixed(figures.ecdhS)} s, ${fixed(figures.ecdhUsPerItem)} us and ${figures.ecdhBytesPerItem} bytes for an item of each side`,
  `  encoding ${fixed(figures.encodeS)} s, masking ${fixed(figures.maskS)} s, preparing ${fixed(figures.prepareS)} s, comparing ${fixed(figures.compareS)} s`,
  `  against the ceiling, ${4 * size} bare X25519 on as many threads, ${fixed(figures.ceilingS)} s: ${fixed(ratios.ecdhToCeiling, 2)} times its time (aim 1.5)`,
  `OpenMined PSI 2.0.6 (WebAssembly, one thread, Raw), ${peerSize} x ${peerSize}: ${fixed(figures.peerUsPerItem)} us and ${fixed(figures.peerBytesPerItem)} bytes for an item of each side`,
  `  ours is ${fixed(ratios.peerToEcdh)} times as fast an item (aim 10)`,
  `count and sum, ${sumsSize} x ${sumsSize}: ${fixed(figures.sumsS)} s, ${fixed(figures.sumsBytesPerItem)} bytes for an item of each side; ${fixed(ratios.sumsToEcdh, 2)} times plain ECDH`,
  `  encrypting, checking, adding and finding the sum ${fixed(figures.sumsValuesS)} s`,
  `salted hash, ${hashSize} x ${hashSize}: ${fixed(figures.saltedHashS)} s (aim 10), ${figures.saltedHashBytesPerItem} bytes an item (hashing ${fixed(medianOf(rows.hashes, (row) => row.hashS))} s, comparing ${fixed(medianOf(rows.hashes, (row) => row.compareS))} s, the rest dropping repeats and shuffling)`,
]);
