// Which features matter over all: by what the trees' splits separate, and by what is lost when a column is shuffled (Breiman 2001; Fisher,
// Rudin and Dominici 2019). The mean of |SHAP| is in threads.ts.

import { Fault } from '../../../core/errors.ts';
import { type Column, columnOf, emptyChunk, type Matrix, rowsPerChunk } from '../../../core/matrix/matrix.ts';
import type { ScoringModel, Tree } from '../../../core/model/scoring.ts';
import type { Random } from '../../../core/ports.ts';

export const importanceLimits = { rows: 1_000_000, repeats: 100 } as const;

export type SplitImportance = {
  readonly name: string;
  /** How many nodes ask for it. */
  readonly splits: number;
  /** Cover of those nodes, summed. */
  readonly cover: number;
  /**
   * By how much those nodes part what comes below: cover left x cover right / cover x (mean left - mean right)^2, summed. A model does not
   * hold the gain in the training loss; this is the same measure on the model's own output.
   */
  readonly gain: number;
};

/** Of all features in the model's order; in a blend gains and covers count by the parts' weights, linear parts have none. */
export function splitImportance(model: ScoringModel): SplitImportance[] {
  const found = model.features.map(({ name }) => ({ name, splits: 0, cover: 0, gain: 0 }));
  const parts = model.margin.kind === 'blend' ? model.margin.parts : [{ weight: 1, of: model.margin }];
  for (const { weight, of } of parts) {
    for (const tree of of.kind === 'trees' ? of.trees : []) addSplits(tree, weight, found);
  }
  return found;
}

/** @returns the mean of the leaves below the node, by cover */
function addSplits(tree: Tree, weight: number, found: { splits: number; cover: number; gain: number }[], node = 0): number {
  const feature = tree.feature[node]!;
  if (feature < 0) return tree.value[node]!;
  const [left, right] = [tree.left[node]!, tree.right[node]!];
  const [a, b] = [addSplits(tree, weight, found, left), addSplits(tree, weight, found, right)];
  const [coverLeft, coverRight] = [tree.cover[left]!, tree.cover[right]!];
  const cover = tree.cover[node]!;
  const one = found[feature]!;
  one.splits += 1;
  one.cover += weight * cover;
  one.gain += (weight ** 2 * coverLeft * coverRight * (a - b) ** 2) / cover;
  return (coverLeft * a + coverRight * b) / cover;
}

/** Scores of all rows of a matrix: the scorer's threads, ONNX, or a customer's own model. */
export type ScoreMatrix = (matrix: Matrix) => Promise<ArrayLike<number>>;
/** How good scores are against what happened; more is better. */
export type Metric = (labels: ArrayLike<number>, scores: ArrayLike<number>) => number;

export type PermutationImportance = {
  readonly column: string;
  /** What the metric loses when the column is shuffled: mean and standard deviation over the repeats. */
  readonly loss: number;
  readonly deviation: number;
};

/**
 * Shuffles one column after another and scores again. Works for every model, ours or not.
 * @param columns names of columns of the matrix
 * @param labels one for each row
 * @throws {Fault} `limit_reached` beyond `importanceLimits`, `model_invalid` for a column that the matrix has not
 */
export async function permutationImportance(
  score: ScoreMatrix,
  matrix: Matrix,
  {
    columns,
    labels,
    metric,
    random,
    repeats = 5,
  }: {
    readonly columns: readonly string[];
    readonly labels: ArrayLike<number>;
    readonly metric: Metric;
    readonly random: Random;
    readonly repeats?: number;
  },
): Promise<PermutationImportance[]> {
  if (matrix.rows > importanceLimits.rows)
    throw new Fault('limit_reached', `permutation importance: at most ${importanceLimits.rows} rows`);
  if (repeats > importanceLimits.repeats)
    throw new Fault('limit_reached', `permutation importance: at most ${importanceLimits.repeats} repeats`);
  if (labels.length !== matrix.rows)
    throw new RangeError(`labels: expected one for each of ${matrix.rows} rows, got ${labels.length}`);
  const before = metric(labels, await score(matrix));
  const found: PermutationImportance[] = [];
  for (const name of columns) {
    const column = requiredColumn(matrix, name);
    const losses: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const shuffled = rearrange(column, shuffle(matrix.rows, random));
      losses.push(before - metric(labels, await score(withColumn(matrix, shuffled))));
    }
    const loss = losses.reduce((sum, one) => sum + one, 0) / repeats;
    const deviation = Math.sqrt(losses.reduce((sum, one) => sum + (one - loss) ** 2, 0) / repeats);
    found.push({ column: name, loss, deviation });
  }
  return found;
}

/** @throws {Fault} `model_invalid` */
export function requiredColumn(matrix: Matrix, name: string): Column {
  const column = columnOf(matrix, name);
  if (!column) throw new Fault('model_invalid', `${name}: the data has no such column`);
  return column;
}

/** The matrix with one column in another's place; the memory of the rest is shared. */
export function withColumn(matrix: Matrix, column: Column): Matrix {
  return { rows: matrix.rows, columns: matrix.columns.map((one) => (one.name === column.name ? column : one)) };
}

/** Fisher and Yates. */
function shuffle(rows: number, { bytes }: Random): Uint32Array {
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  const drawn = bytes(rows * 4);
  const view = new DataView(drawn.buffer, drawn.byteOffset, drawn.byteLength);
  for (let row = rows - 1; row > 0; row -= 1) {
    const other = Math.floor((view.getUint32(row * 4) / 2 ** 32) * (row + 1));
    const held = order[row]!;
    order[row] = order[other]!;
    order[other] = held;
  }
  return order;
}

function rearrange(column: Column, order: Uint32Array): Column {
  const chunks = column.chunks.map(() => emptyChunk(column.storage));
  order.forEach((from, row) => {
    chunks[Math.floor(row / rowsPerChunk)]![row % rowsPerChunk] =
      column.chunks[Math.floor(from / rowsPerChunk)]![from % rowsPerChunk]!;
  });
  return { ...column, chunks };
}
