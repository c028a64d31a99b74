// Margins of many rows: what a worker thread does. Blocks of rows are laid out row by row in the first caches, then every tree walks over them;
// any thread may take any block. A margin is the base and the leaves of the trees in their order in double precision, as scoring.ts says.

import type { Tree, Trees } from '../../../core/model/scoring.ts';
import { ownKernel, type SharedMemory } from './kernel.ts';

export type PredictOrder = {
  readonly trees: Trees;
  readonly columns: readonly Float32Array<SharedArrayBuffer>[];
  /** Rows of the table, or how many come first. */
  readonly count: number;
  readonly rows: Uint32Array | undefined;
  readonly margins: Float64Array<SharedArrayBuffer>;
  /** [next block] */
  readonly next: Int32Array<SharedArrayBuffer>;
};

const nodeBytes = 16;
const blockBytes = 2 ** 17;

/** Takes blocks of rows until none is left. */
export function predictBlocks(order: PredictOrder, stopped: () => boolean): void {
  const { trees, count, rows, margins, next } = order;
  const used = [...new Set(trees.trees.flatMap(({ feature }) => feature.filter((one) => one >= 0)))].sort((a, b) => a - b);
  const stride = Math.max(4, used.length * 4);
  const blockRows = Math.min(2048, Math.max(64, Math.floor(blockBytes / stride / 8) * 8));
  const firsts: number[] = [];
  let end = 1024;
  for (const tree of trees.trees) {
    firsts.push(end);
    end += tree.feature.length * nodeBytes;
  }
  const values = end;
  const column = values + blockRows * stride;
  const out = Math.ceil((column + blockRows * 4) / 64) * 64;
  const { memory, kernel } = ownKernel(out + blockRows * 8);
  const steps = trees.trees.map((tree, which) => writeTree(memory, firsts[which]!, tree, used));
  const numbers = new Float32Array(memory.buffer, column, blockRows);
  const sums = new Float64Array(memory.buffer, out, blockRows);
  for (;;) {
    const from = Atomics.add(next, 0, 1) * blockRows;
    if (from >= count || stopped()) return;
    const here = Math.min(blockRows, count - from);
    for (const [place, feature] of used.entries()) {
      const cells = order.columns[feature]!;
      if (rows) for (let at = 0; at < here; at += 1) numbers[at] = cells[rows[from + at]!]!;
      else numbers.set(cells.subarray(from, from + here));
      kernel.interleave(column, here, values + place * 4, stride);
    }
    sums.fill(trees.base);
    for (const [which, first] of firsts.entries()) kernel.predictTree(first, steps[which]!, values, here, stride, out);
    margins.set(sums.subarray(0, here), from);
  }
}

/**
 * Nodes as the kernel reads them, children side by side and in the order of levels, so that the top of a tree shares cache lines.
 * @returns the depth of the deepest leaf
 */
function writeTree(memory: SharedMemory, first: number, tree: Tree, used: readonly number[]): number {
  const u32 = new Uint32Array(memory.buffer);
  const f32 = new Float32Array(memory.buffer);
  const placeOf = new Map(used.map((feature, place) => [feature, place * 4]));
  let level = [{ node: 0, at: 0 }];
  let free = 1;
  let depth = 0;
  for (;;) {
    const below: { node: number; at: number }[] = [];
    for (const { node, at } of level) {
      const word = (first + at * nodeBytes) / 4;
      const feature = tree.feature[node]!;
      if (feature < 0) {
        f32[word] = Number.POSITIVE_INFINITY;
        u32[word + 1] = 0x80000000;
        u32[word + 2] = at * nodeBytes;
        f32[word + 3] = tree.value[node]!;
      } else {
        f32[word] = tree.threshold[node]!;
        u32[word + 1] = placeOf.get(feature)! | (tree.missingLeft[node] === 1 ? 0x80000000 : 0);
        u32[word + 2] = free * nodeBytes;
        below.push({ node: tree.left[node]!, at: free }, { node: tree.right[node]!, at: free + 1 });
        free += 2;
      }
    }
    if (below.length === 0) return depth;
    level = below;
    depth += 1;
  }
}
