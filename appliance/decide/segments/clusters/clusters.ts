// k-means over the columns of a matrix: prepares, samples, starts, steps over all rows on worker threads, chooses k where asked, and says what
// each cluster is. The same rows in any order, by any number of threads, give the same clusters.

import { Fault } from '../../../core/errors.ts';
import { type Column, columnOf, type Matrix } from '../../../core/matrix/matrix.ts';
import { type Pool, type ThreadOptions, withPool } from '../../../core/pool/pool.ts';
import type * as tasks from './clusters.task.ts';
import { freshRows, Means, noCluster, type Rows } from './kernel.ts';
import { type Feature, rowLimit, type Skew } from './prepare.ts';
import { bySize, nameOf, type Profile } from './profile.ts';

const taskFile = new URL('./clusters.task.ts', import.meta.url);
type ClusterPool = Pool<typeof tasks>;

export const clusterLimits = {
  rows: rowLimit,
  columns: 256,
  k: 64,
  steps: 300,
  starts: 64,
  /** Rows that starts are run on: beyond some thousands more rows move a start's centres by less than the steps that follow do. */
  sampleRows: 16_384,
  /** Rows of the sample whose silhouettes are averaged; each is measured against all of these. */
  silhouetteRows: 4096,
  /** The same where k is given, and nothing is chosen by it. */
  silhouetteRowsOfOne: 1024,
} as const;

/** Steps end when the centres together move less than this share of a column's variance, as scikit-learn's do. */
const leastShift = 1e-4;
/** Rows in a sum of what is no whole number of grid steps: fixed, whatever the number of threads. */
const rowsPerBlock = 65_536;

export type ClusterOptions = ThreadOptions & {
  /** Which columns; default all that are numbers or times. */
  readonly columns?: readonly string[] | undefined;
  /** How many clusters, or the range to choose from by silhouette. Default 2 to 10. */
  readonly k?: number | { readonly from: number; readonly to: number };
  /** Default 1. */
  readonly seed?: number;
  /** Starts for each k; the one of least inertia is taken. Default 4. */
  readonly starts?: number;
  /** `auto`: columns without negative values and of skewness above 2 by ln(1 + v); `log`: all without negative values. Default `auto`. */
  readonly skew?: Skew;
  /** `mean`: a missing cell stands at the column's mean. `leaveOut`: its row belongs to no cluster. Default `mean`. */
  readonly missing?: 'mean' | 'leaveOut';
  readonly onProgress?: (stage: 'prepare' | 'start' | 'step', done: number) => void;
};

export type Clustering = {
  readonly k: number;
  /** For each row of the matrix its cluster from 0, by size; 255 for a row left out. */
  readonly labels: Uint8Array;
  /** k x features by rows, standardised: the means of the rows. */
  readonly centres: Float64Array;
  /** Squared standardised distances of rows to their centres, added up. */
  readonly inertia: number;
  readonly steps: number;
  /** Whether the steps ended because centres hardly moved. */
  readonly settled: boolean;
  /** Mean silhouette over the sample, for each k that was tried. */
  readonly silhouettes: readonly { readonly k: number; readonly silhouette: number }[];
  readonly features: readonly Feature[];
  /** Columns that took no part, and why. */
  readonly ignored: readonly { readonly column: string; readonly why: 'category' | 'one value' }[];
  readonly profiles: readonly Profile[];
};

/**
 * @throws {Fault} `bad_request` for options that cannot be, `limit_reached`, `not_identifiable` where no column varies or fewer rows differ than clusters
 *   are asked for; the reason of the signal when it aborts
 */
export async function clusterRows(matrix: Matrix, options: ClusterOptions = {}): Promise<Clustering> {
  const range = rangeOf(options);
  const { columns, ignored } = chooseColumns(matrix, options.columns);
  const starts = options.starts ?? 4;
  if (!Number.isInteger(starts) || starts < 1 || starts > clusterLimits.starts)
    throw new Fault('bad_request', `starts: 1 to ${clusterLimits.starts}`);
  return withPool<typeof tasks, Clustering>(taskFile, options, async (pool) => {
    const prepared = await prepare(pool, matrix, columns, options);
    ignored.push(...prepared.constant.map((column) => ({ column, why: 'one value' as const })));
    const { cells, features, kept } = prepared;
    const width = features.length;
    options.onProgress?.('prepare', 1);
    const seed = options.seed ?? 1;
    const sample = await pool.run('sample', { cells, width, seed, size: clusterLimits.sampleRows });
    const { at, silhouettes } = await chooseStart(pool, sample, width, range, starts, seed, options);
    const rows = freshRows(cells, width, true);
    const { means, steps, settled } = await stepOverAll(pool, rows, at, options);
    const told = await tell(pool, rows, means, prepared.columns, features, kept);
    return {
      ...told,
      labels: labelsOf(matrix.rows, rows.labels, told.order, kept),
      steps,
      settled,
      silhouettes,
      features,
      ignored,
    };
  });
}

function rangeOf({ k = { from: 2, to: 10 } }: ClusterOptions): { from: number; to: number } {
  const range = typeof k === 'number' ? { from: k, to: k } : k;
  const { from, to } = range;
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 2 || to < from || to > clusterLimits.k) {
    throw new Fault('bad_request', `k: from 2 to ${clusterLimits.k}, got ${from} to ${to}`);
  }
  return range;
}

type Ignored = { column: string; why: 'category' | 'one value' };

function chooseColumns(matrix: Matrix, wanted: readonly string[] | undefined): { columns: Column[]; ignored: Ignored[] } {
  if (matrix.rows > clusterLimits.rows) throw new Fault('limit_reached', `rows: at most ${clusterLimits.rows}`);
  const given = wanted
    ? wanted.map((name) => {
        const column = columnOf(matrix, name);
        if (!column) throw new Fault('bad_request', `columns: there is none called ${name}`);
        if (column.kind === 'category')
          throw new Fault('bad_request', `columns: ${name} is a category, and k-means takes numbers`);
        return column;
      })
    : matrix.columns;
  const columns = given.filter(({ kind }) => kind !== 'category');
  const ignored: Ignored[] = given
    .filter(({ kind }) => kind === 'category')
    .map(({ name }) => ({ column: name, why: 'category' }));
  if (columns.length === 0) throw new Fault('not_identifiable', 'clusters: there is no column of numbers');
  if (columns.length > clusterLimits.columns) throw new Fault('limit_reached', `columns: at most ${clusterLimits.columns}`);
  return { columns, ignored };
}

async function prepare(pool: ClusterPool, matrix: Matrix, wanted: readonly Column[], options: ClusterOptions) {
  const kept = options.missing === 'leaveOut' ? await pool.run('complete', { columns: wanted, rows: matrix.rows }) : undefined;
  const rows = kept?.length ?? matrix.rows;
  if (rows === 0) throw new Fault('not_identifiable', 'clusters: there is no row');
  const skew = options.skew ?? 'auto';
  const described = await Promise.all(wanted.map((column) => pool.run('describe', { column, rows: kept ?? rows, skew })));
  const features = described.filter((feature) => feature !== undefined);
  const columns = wanted.filter((_, index) => described[index] !== undefined);
  const constant = wanted.filter((_, index) => described[index] === undefined).map(({ name }) => name);
  if (features.length === 0) throw new Fault('not_identifiable', 'clusters: every column has one value only');
  const cells = new Float32Array(new SharedArrayBuffer(rows * features.length * 4));
  await pool.stretches('fill', rows, ({ from, to }) => ({ columns, features, kept, cells, from, to }));
  return { kept, cells, features, columns, constant };
}

async function chooseStart(
  pool: ClusterPool,
  sample: Float32Array<SharedArrayBuffer>,
  width: number,
  { from, to }: { from: number; to: number },
  starts: number,
  seed: number,
  options: ClusterOptions,
) {
  const ks = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  let done = 0;
  const best = await Promise.all(
    ks.map(async (k) => {
      const tried = await Promise.all(
        Array.from({ length: starts }, (_, start) =>
          pool.run('start', { sample, width, k, seed: seed * 7919 + k * 131 + start }),
        ),
      );
      done += starts;
      options.onProgress?.('start', done / (ks.length * starts));
      return { k, ...tried.reduce((least, one) => (one.inertia < least.inertia ? one : least)) };
    }),
  );
  const judged = Math.min(from === to ? clusterLimits.silhouetteRowsOfOne : clusterLimits.silhouetteRows, sample.length / width);
  const part = sample.subarray(0, judged * width);
  const labelings = best.map(({ k, labels }) => ({ k, labels: labels.subarray(0, judged) }));
  const answers = await pool.stretches('silhouette', judged, ({ from: first, to: last }) => ({
    sample: part,
    width,
    labelings,
    from: first,
    to: last,
  }));
  const silhouettes = ks.map((k, which) => {
    let sum = 0;
    for (const answer of answers) for (const value of answer[which]!) sum += value;
    return { k, silhouette: sum / judged };
  });
  const highest = silhouettes.reduce((most, one, which) => (one.silhouette > silhouettes[most]!.silhouette ? which : most), 0);
  return { at: best[highest]!.at, silhouettes };
}

async function stepOverAll(pool: ClusterPool, rows: Rows, at: Float64Array, options: ClusterOptions) {
  const count = rows.labels.length;
  const means = new Means(at.length / rows.width, at);
  let steps = 0;
  let settled = false;
  while (!settled && steps < clusterLimits.steps) {
    const moved = await step(pool, rows, means, count);
    steps += 1;
    options.onProgress?.('step', steps);
    settled = moved === 0;
    if (settled) return { means, steps, settled };
    means.move();
    settled = means.shift <= leastShift;
  }
  // Once more, so that every row is with the centre nearest to it; then the centres are the means of their rows.
  await step(pool, rows, means, count);
  means.move();
  return { means, steps, settled };
}

async function step(pool: ClusterPool, rows: Rows, means: Means, count: number): Promise<number> {
  const { centres } = means;
  const changes = await pool.stretches('assign', count, ({ from, to }) => ({ rows, centres, from, to }));
  let moved = 0;
  for (const change of changes) {
    means.add(change);
    moved += change.moved;
  }
  return moved;
}

/** Sizes, names and means of the clusters, the largest first; clusters that lost all their rows are gone. */
async function tell(
  pool: ClusterPool,
  rows: Rows,
  means: Means,
  columns: readonly Column[],
  features: readonly Feature[],
  kept: Int32Array | undefined,
) {
  const { width } = rows;
  const { centres } = means;
  const count = rows.labels.length;
  const blocks = await Promise.all(
    Array.from({ length: Math.ceil(count / rowsPerBlock) }, (_, block) =>
      pool.run('tally', {
        rows,
        centres,
        columns,
        kept,
        from: block * rowsPerBlock,
        to: Math.min(count, (block + 1) * rowsPerBlock),
      }),
    ),
  );
  const sums = new Float64Array(centres.k * width);
  const counts = new Float64Array(centres.k * width);
  let inertia = 0;
  for (const block of blocks) {
    inertia += block.inertia;
    block.sums.forEach((value, at) => {
      sums[at]! += value;
      counts[at]! += block.counts[at]!;
    });
  }
  const order = orderOf(means);
  const profiles = order.map((old, index): Profile => {
    const differences = bySize(
      features.map(({ name }, c) => ({
        column: name,
        standardised: centres.at[old * width + c]!,
        mean: sums[old * width + c]! / counts[old * width + c]!,
      })),
    );
    const size = means.counts[old]!;
    return { cluster: index + 1, size, share: size / count, name: nameOf(differences), differences };
  });
  const sorted = Float64Array.from(order.flatMap((old) => [...centres.at.subarray(old * width, (old + 1) * width)]));
  return { k: order.length, centres: sorted, inertia, profiles, order };
}

/** Old numbers in their new order: by size, then by where the centres stand. */
function orderOf({ counts, centres: { k, at } }: Means): number[] {
  const width = at.length / k;
  return Array.from({ length: k }, (_, old) => old)
    .filter((old) => counts[old]! > 0)
    .sort((a, b) => {
      let by = counts[b]! - counts[a]!;
      for (let c = 0; by === 0 && c < width; c += 1) by = at[a * width + c]! - at[b * width + c]!;
      return by;
    });
}

function labelsOf(rows: number, old: Uint8Array, order: readonly number[], kept: Int32Array | undefined): Uint8Array {
  const renumbered = new Uint8Array(256).fill(noCluster);
  order.forEach((from, to) => {
    renumbered[from] = to;
  });
  const labels = new Uint8Array(rows).fill(noCluster);
  for (let row = 0; row < old.length; row += 1) labels[kept ? kept[row]! : row] = renumbered[old[row]!]!;
  return labels;
}
