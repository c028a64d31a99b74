// Clusters seen from where they lie farthest apart: customers on a plane of two features, or of the two directions in which they differ most (principal
// components), counted by the squares of a lattice, so that the picture shows where many are and nobody in particular.

import type { Column } from '../../../core/matrix/matrix.ts';
import { noCluster } from '../clusters/kernel.ts';
import { type Feature, fillCells } from '../clusters/prepare.ts';

/** `rows`: counted at most, spread evenly; `side`: squares of a side; `edge`: deviations from the mean, beyond which somebody counts at the edge. */
export const planeLimits = { rows: 50_000, side: 36, edge: 4 } as const;

export type Plane = {
  /** Where the squares' middles are, in standard deviations, and how many of a cluster (from 1) are in it. */
  points: { x: number; y: number; cluster: number; customers: number }[];
  /** Of each axis: how much each feature adds to it, the most first; and of all that customers differ by, the share it shows. */
  axes: { share: number | null; features: { name: string; weight: number }[] }[];
};

export type PlaneOrder = {
  columns: readonly Column[];
  features: readonly Feature[];
  /** Rows of the columns that were clustered, and the cluster of each. */
  rows: number;
  labels: Uint8Array;
  /** Names of two features; principal components when absent. */
  along?: readonly [string, string];
};

export function planeOf({ columns, features, rows, labels, along }: PlaneOrder): Plane {
  const width = features.length;
  const cells = new Float32Array(rows * width);
  fillCells(columns, features, undefined, cells, 0, rows);
  const axes = along
    ? along.map((name) =>
        unit(
          features.findIndex((one) => one.name === name),
          width,
        ),
      )
    : principal(cells, width);
  const total = features.length;
  const variances = axes.map((axis) => varianceAlong(cells, width, axis));
  const counts = new Map<number, number>();
  const step = Math.max(1, Math.floor(rows / planeLimits.rows));
  for (let row = 0; row < rows; row += step) {
    const label = labels[row]!;
    if (label === noCluster) continue;
    const [x, y] = axes.map((axis, at) =>
      squareOf(along ? project(cells, width, row, axis) : project(cells, width, row, axis) / Math.sqrt(variances[at]! || 1)),
    );
    const key = (label * planeLimits.side + x!) * planeLimits.side + y!;
    counts.set(key, (counts.get(key) ?? 0) + step);
  }
  const points = [...counts].map(([key, customers]) => {
    const y = key % planeLimits.side;
    const x = Math.floor(key / planeLimits.side) % planeLimits.side;
    const cluster = Math.floor(key / planeLimits.side ** 2) + 1;
    return { x: middleOf(x), y: middleOf(y), cluster, customers };
  });
  const named = axes.map((axis, at) => ({
    share: along ? null : variances[at]! / total,
    features: features
      .map(({ name }, index) => ({ name, weight: axis[index]! }))
      .filter(({ weight }) => weight !== 0)
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || (a.name < b.name ? -1 : 1))
      .slice(0, 4),
  }));
  return { points, axes: named };
}

const { side, edge } = planeLimits;
const squareOf = (value: number) => Math.min(side - 1, Math.max(0, Math.floor(((value + edge) / (2 * edge)) * side)));
const middleOf = (square: number) => ((square + 0.5) / side) * 2 * edge - edge;

const unit = (at: number, width: number): Float64Array =>
  Float64Array.from({ length: width }, (_, index) => (index === at ? 1 : 0));

function project(cells: Float32Array, width: number, row: number, axis: Float64Array): number {
  let sum = 0;
  for (let c = 0, at = row * width; c < width; c += 1, at += 1) sum += cells[at]! * axis[c]!;
  return sum;
}

function varianceAlong(cells: Float32Array, width: number, axis: Float64Array): number {
  const rows = cells.length / width;
  let sum = 0;
  for (let row = 0; row < rows; row += 1) sum += project(cells, width, row, axis) ** 2;
  return rows === 0 ? 0 : sum / rows;
}

/** The first two principal components of standardised cells: of their correlations, by orthogonal iteration. */
export function principal(cells: Float32Array, width: number): Float64Array[] {
  const rows = cells.length / width;
  const correlation = new Float64Array(width * width);
  for (let row = 0; row < rows; row += 1)
    for (let a = 0; a < width; a += 1) {
      const left = cells[row * width + a]!;
      if (left !== 0) for (let b = 0; b < width; b += 1) correlation[a * width + b]! += (left * cells[row * width + b]!) / rows;
    }
  const axes = [0, 1].map((axis) => Float64Array.from({ length: width }, (_, at) => Math.cos((axis + 1) * (at + 1))));
  for (let turn = 0; turn < 200; turn += 1) {
    for (const [at, axis] of axes.entries()) {
      const next = new Float64Array(width);
      for (let a = 0; a < width; a += 1) for (let b = 0; b < width; b += 1) next[a]! += correlation[a * width + b]! * axis[b]!;
      for (const before of axes.slice(0, at)) {
        const overlap = next.reduce((sum, value, index) => sum + value * before[index]!, 0);
        for (let index = 0; index < width; index += 1) next[index]! -= overlap * before[index]!;
      }
      const length = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0));
      // Of one feature alone there is no second direction.
      axes[at] = length > 1e-12 ? next.map((value) => value / length) : new Float64Array(width);
    }
  }
  // The strongest feature points up, so that the same customers always give the same picture.
  return axes.map((axis) => {
    const strongest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    return strongest < 0 ? axis.map((value) => -value) : axis;
  });
}
