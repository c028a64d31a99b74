// `npm run bench:clusters`: RFM and k-means (k 8, ten columns) and BG/NBD on a million customers, beside scikit-learn's KMeans and a vectorised
// BG/NBD by SciPy's L-BFGS-B in the same run where Python has them, else beside a plain single-threaded Lloyd.
// Options: --quick (200,000 customers), --json (one line), --runs N, --threads N.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Matrix, numberColumn } from '../core/matrix/matrix.ts';
import { squaredDistance } from '../decide/segments/clusters/kernel.ts';
import { simulate } from '../decide/segments/lifetime/testing.ts';
import { seededNumbers } from '../decide/segments/seeded.ts';
import { clusterRows, fitBgNbd, scoreCustomers, scoreRfm } from '../decide/segments/segments.ts';
import { median, peakMemoryMB, quick, report, say, temporaryFolder } from './bench.ts';
import { sklearnPeer } from './clusters-peer.ts';

const value = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const rows = quick ? 200_000 : 1_000_000;
const runs = value('runs', quick ? 1 : 3);
const threads = value('threads', Math.min(2, availableParallelism()));
const k = 8;
const truth = { r: 0.55, alpha: 7, a: 0.8, b: 2.5 };

/** Ten columns of customers of eight kinds that overlap: days since, purchases and money, and seven more. */
function makeColumns(): Float64Array[] {
  const random = seededNumbers(7);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const kinds = Array.from({ length: k }, () => Array.from({ length: 10 }, () => 1.2 * normal()));
  const columns = Array.from({ length: 10 }, () => new Float64Array(rows));
  for (let row = 0; row < rows; row += 1) {
    const kind = kinds[Math.floor(random() * k)]!;
    columns.forEach((column, c) => {
      const latent = kind[c]! + normal();
      column[row] =
        c === 0 ? Math.max(0, Math.round(180 + 60 * latent)) : c === 1 ? Math.max(1, Math.round(5 + 2 * latent)) : latent;
      if (c === 2) column[row] = Math.round(1e4 + 2500 * latent) / 100;
    });
  }
  return columns;
}

/** `cpuSeconds`: of all threads; on two free cores the clock would show about half of it. `blockedMs`: the longest the main thread was busy. */
type Timed<T> = { seconds: number; cpuSeconds: number; blockedMs: number; result: T };

async function timed<T>(work: () => T | Promise<T>): Promise<Timed<T>> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const cpu = process.cpuUsage();
  const started = performance.now();
  delays.enable();
  const result = await work();
  delays.disable();
  const { user, system } = process.cpuUsage(cpu);
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    blockedMs: delays.max / 1e6,
    result,
  };
}

async function medianOf<T>(work: () => T | Promise<T>): Promise<Timed<T>> {
  const all: Timed<T>[] = [];
  for (let run = 0; run < runs; run += 1) all.push(await timed(work));
  const middle = (name: 'seconds' | 'cpuSeconds' | 'blockedMs') => median(all.map((one) => one[name]));
  return { seconds: middle('seconds'), cpuSeconds: middle('cpuSeconds'), blockedMs: middle('blockedMs'), result: all[0]!.result };
}

/** Runs Python and reads the last line it prints as JSON; undefined where it or a library is not there. */
async function python(script: string, args: readonly string[]): Promise<{ [name: string]: number } | undefined> {
  for (const program of ['python3', '/usr/bin/python3']) {
    const out = await new Promise<string | undefined>((resolve) => {
      const env = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
      const child = spawn(program, ['-', ...args], { stdio: ['pipe', 'pipe', 'ignore'], env });
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += String(chunk);
      });
      child.stdin.on('error', () => {});
      child.on('error', () => resolve(undefined));
      child.on('close', (code) => resolve(code === 0 ? text : undefined));
      child.stdin.end(script);
    });
    if (out !== undefined) return JSON.parse(out.trim().split('\n').at(-1)!) as { [name: string]: number };
  }
  return undefined;
}

/** Where there is no scikit-learn: k-means++ and Lloyd as they are written down, in one thread, to the same tolerance. */
function plainLloyd(cells: Float32Array, width: number): { inertia: number } {
  const random = seededNumbers(1);
  let at = new Float64Array(k * width);
  const nearest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  for (let centre = 0; centre < k; centre += 1) {
    let share = centre === 0 ? 0 : random() * nearest.reduce((sum, one) => sum + one, 0);
    let row = centre === 0 ? Math.floor(random() * rows) : 0;
    if (centre > 0) while (row < rows - 1 && share > nearest[row]!) share -= nearest[row++]!;
    at.set(cells.subarray(row * width, (row + 1) * width), centre * width);
    for (let other = 0; other < rows; other += 1) {
      nearest[other] = Math.min(nearest[other]!, squaredDistance(cells, other * width, at, centre * width, width));
    }
  }
  for (let step = 0; step < 300; step += 1) {
    const sums = new Float64Array(k * width);
    const counts = new Float64Array(k);
    let inertia = 0;
    for (let row = 0; row < rows; row += 1) {
      let [least, label] = [Number.POSITIVE_INFINITY, 0];
      for (let centre = 0; centre < k; centre += 1) {
        const distance = squaredDistance(cells, row * width, at, centre * width, width);
        if (distance < least) [least, label] = [distance, centre];
      }
      inertia += least;
      counts[label]! += 1;
      for (let c = 0; c < width; c += 1) sums[label * width + c]! += cells[row * width + c]!;
    }
    const next = at.map((old, index) =>
      counts[Math.floor(index / width)]! > 0 ? sums[index]! / counts[Math.floor(index / width)]! : old,
    );
    const shift = squaredDistance(next, 0, at, 0, next.length);
    at = next;
    if (shift <= 1e-4) return { inertia };
  }
  throw new Error('plain Lloyd did not settle');
}

/** Rows beside each other, as they are or standardised. */
function byRows<T extends Float32Array | Float64Array>(columns: readonly Float64Array[], cells: T, standardise: boolean): T {
  columns.forEach((column, c) => {
    const mean = standardise ? column.reduce((sum, one) => sum + one, 0) / rows : 0;
    const deviation = standardise ? Math.sqrt(column.reduce((sum, one) => sum + (one - mean) ** 2, 0) / rows) : 1;
    for (let row = 0; row < rows; row += 1) cells[row * columns.length + c] = (column[row]! - mean) / deviation;
  });
  return cells;
}

say(`making ${rows.toLocaleString('en')} customers`);
const columns = makeColumns();
const matrix: Matrix = { rows, columns: columns.map((column, c) => numberColumn(`c${c}`, column)) };
const [recencyDays, frequency, monetary] = columns as [Float64Array, Float64Array, Float64Array];
const purchases = simulate(truth, rows, 7, { roundTo: 1 / 7 });

say('RFM and k-means');
const rfm = await medianOf(() => scoreRfm({ recencyDays, frequency, monetary }));
const clusters = await medianOf(() => clusterRows(matrix, { k, threads, skew: 'none' }));
say('BG/NBD');
const fit = await medianOf(() => fitBgNbd(purchases, { threads }));
const weeks = await medianOf(() => fitBgNbd(purchases, { threads, quantise: true }));
const scores = await medianOf(() => scoreCustomers(purchases, fit.result.model, { threads, periods: 52, discount: 0.0018 }));

say('the peers');
const folder = temporaryFolder();
const length = rows * columns.length;
writeFileSync(join(folder.path, 'cells'), byRows(columns, new Float64Array(length), false));
for (const name of ['frequency', 'recency', 'age'] as const) writeFileSync(join(folder.path, name), purchases[name]);
const peer = await python(sklearnPeer, [folder.path, String(rows), String(runs)]);
folder.remove();
const plain = peer ? undefined : await timed(() => plainLloyd(byRows(columns, new Float32Array(length), true), columns.length));
const peerKmeans = peer
  ? { seconds: peer.kmeansSeconds!, inertia: peer.inertia! }
  : { seconds: plain!.seconds, inertia: plain!.result.inertia };

const both = rfm.seconds + clusters.seconds;
const figures = {
  rows,
  threads,
  rfmSeconds: rfm.seconds,
  kmeansSeconds: clusters.seconds,
  rfmAndKmeansSeconds: both,
  rfmAndKmeansCpuSeconds: rfm.cpuSeconds + clusters.cpuSeconds,
  peerKmeansSeconds: peerKmeans.seconds,
  bgnbdSeconds: fit.seconds,
  bgnbdCpuSeconds: fit.cpuSeconds,
  bgnbdMainThreadBlockedMs: fit.blockedMs,
  bgnbdGroups: fit.result.groups,
  bgnbdWholeWeeksSeconds: weeks.seconds,
  bgnbdWholeWeeksGroups: weeks.result.groups,
  scoreSeconds: scores.seconds,
  ...(peer ? { scipyBgnbdSeconds: peer.bgnbdSeconds!, scipyLogLikelihood: peer.logLikelihood! } : {}),
  logLikelihood: fit.result.logLikelihood,
  peakMemoryMB: peakMemoryMB(process.pid),
};
const ratios = {
  kmeansToPeer: clusters.seconds / peerKmeans.seconds,
  inertiaToPeer: clusters.result.inertia / peerKmeans.inertia,
  ...(peer ? { bgnbdToScipy: fit.seconds / peer.bgnbdSeconds! } : {}),
};
const seconds = (one: number) => `${one.toFixed(2)} s`;
const { model } = fit.result;
report('clusters', figures, ratios, [
  `${rows.toLocaleString('en')} customers, ${threads} threads, medians of ${runs}`,
  `RFM ${seconds(rfm.seconds)}, k-means (k ${k}, 10 columns, ${clusters.result.steps} steps) ${seconds(clusters.seconds)}, together ${seconds(both)} (${seconds(figures.rfmAndKmeansCpuSeconds)} of processor time)`,
  `${peer ? "scikit-learn's StandardScaler and KMeans" : 'plain Lloyd in one thread'} ${seconds(peerKmeans.seconds)}: ratio ${ratios.kmeansToPeer.toFixed(2)}, of inertias ${ratios.inertiaToPeer.toFixed(4)}`,
  `BG/NBD ${seconds(fit.seconds)} (${seconds(fit.cpuSeconds)} of processor time, the main thread busy for ${fit.blockedMs.toFixed(0)} ms at most; ${fit.result.groups.toLocaleString('en')} groups, ${fit.result.evaluations} evaluations): r ${model.r.toFixed(4)} alpha ${model.alpha.toFixed(4)} a ${model.a.toFixed(4)} b ${model.b.toFixed(4)}, from r ${truth.r} alpha ${truth.alpha} a ${truth.a} b ${truth.b}`,
  `BG/NBD in whole weeks ${seconds(weeks.seconds)} (${weeks.result.groups.toLocaleString('en')} groups); scoring all customers, discounted, ${seconds(scores.seconds)}`,
  peer
    ? `SciPy's L-BFGS-B on every customer ${seconds(peer.bgnbdSeconds!)}: ratio ${(fit.seconds / peer.bgnbdSeconds!).toFixed(3)}; log-likelihoods ${fit.result.logLikelihood.toFixed(2)} and ${peer.logLikelihood!.toFixed(2)}`
    : 'no SciPy to compare with',
  `peak memory ${figures.peakMemoryMB.toFixed(0)} MB`,
]);
