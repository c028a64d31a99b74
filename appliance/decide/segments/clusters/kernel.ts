// The inner loops of k-means: each row to its nearest centre, with Hamerly's bounds (2010, "Making k-means even faster") that leave out most
// distances once centres hardly move, and never change an answer. As cells lie on a grid, sums over clusters are exact and may be kept up by differences.

/** No cluster yet, or a row left out. */
export const noCluster = 255;

/** Rows x width by rows, and what is remembered of each row between two steps. */
export type Rows = {
  readonly cells: Float32Array;
  readonly width: number;
  readonly labels: Uint8Array;
  /** At least the distance to the row's own centre. */
  readonly upper: Float64Array;
  /** At most the distance to any other centre. */
  readonly lower: Float64Array;
};

/** Where centres stand (k x width by rows), and how far each moved in the last step. */
export type Centres = { readonly k: number; readonly at: Float64Array; readonly drift: Float64Array };

/** What a step changed: sums of the rows of each cluster (k x width), their counts, and how many rows went elsewhere. */
export type Change = { readonly sums: Float64Array; readonly counts: Float64Array; readonly moved: number };

/** Bounds lose this share to rounding, so that a distance is left out only where it cannot matter. */
const slack = 1 + 1e-9;

/** Assigns rows `from` to `to` to their nearest centres; of equals the first. */
export function assignRows(rows: Rows, centres: Centres, from: number, to: number): Change {
  const { cells, width, labels, upper, lower } = rows;
  const { k, at, drift } = centres;
  const sums = new Float64Array(k * width);
  const counts = new Float64Array(k);
  const half = halfToNearest(centres);
  const [first, second, fastest] = twoLargest(drift);
  const point = new Float64Array(width);
  let moved = 0;
  for (let row = from; row < to; row += 1) {
    const base = row * width;
    const old = labels[row]!;
    if (old !== noCluster) {
      const above = (upper[row]! + drift[old]!) * slack;
      const below = lower[row]! - (old === fastest ? second : first) * slack;
      upper[row] = above;
      lower[row] = below;
      const safe = Math.max(below, half[old]!);
      if (above < safe) continue;
      let sum = 0;
      for (let c = 0, o = old * width; c < width; c += 1, o += 1) {
        const away = cells[base + c]! - at[o]!;
        sum += away * away;
      }
      upper[row] = Math.sqrt(sum);
      if (upper[row]! * slack < safe) continue;
    }
    for (let c = 0; c < width; c += 1) point[c] = cells[base + c]!;
    let [nearest, next, label] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
    for (let centre = 0, o = 0; centre < k; centre += 1) {
      let sum = 0;
      for (let c = 0; c < width; c += 1, o += 1) {
        const away = point[c]! - at[o]!;
        sum += away * away;
      }
      if (sum < nearest) {
        next = nearest;
        nearest = sum;
        label = centre;
      } else if (sum < next) next = sum;
    }
    upper[row] = Math.sqrt(nearest);
    lower[row] = Math.sqrt(next);
    if (label === old) continue;
    labels[row] = label;
    moved += 1;
    counts[label]! += 1;
    for (let c = 0; c < width; c += 1) sums[label * width + c]! += point[c]!;
    if (old === noCluster) continue;
    counts[old]! -= 1;
    for (let c = 0; c < width; c += 1) sums[old * width + c]! -= point[c]!;
  }
  return { sums, counts, moved };
}

/** Half the distance of each centre to the nearest other: rows within it need no look at others. */
function halfToNearest({ k, at }: Centres): Float64Array {
  const width = at.length / k;
  return Float64Array.from({ length: k }, (_, one) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (let other = 0; other < k; other += 1) {
      if (other !== one) nearest = Math.min(nearest, squaredDistance(at, one * width, at, other * width, width));
    }
    return Math.sqrt(nearest) / 2 / slack;
  });
}

function twoLargest(drift: Float64Array): [first: number, second: number, index: number] {
  let [first, second, index] = [0, 0, -1];
  drift.forEach((value, at) => {
    if (value > first) [first, second, index] = [value, first, at];
    else if (value > second) second = value;
  });
  return [first, second, index];
}

export function squaredDistance(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, width: number): number {
  let sum = 0;
  for (let c = 0; c < width; c += 1) {
    const away = a[i + c]! - b[j + c]!;
    sum += away * away;
  }
  return sum;
}

/** The centres of clusters by their sums; a cluster without rows stays where it is. */
export class Means {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
  centres: Centres;
  /** Squared distances that the centres moved in the last step, added up. */
  shift = Number.POSITIVE_INFINITY;

  constructor(k: number, at: Float64Array) {
    this.sums = new Float64Array(at.length);
    this.counts = new Float64Array(k);
    this.centres = { k, at, drift: new Float64Array(k) };
  }

  /** Takes in what a step changed. */
  add({ sums, counts }: Change): void {
    for (let at = 0; at < sums.length; at += 1) this.sums[at]! += sums[at]!;
    for (let at = 0; at < counts.length; at += 1) this.counts[at]! += counts[at]!;
  }

  /** Moves the centres to the means of their rows. */
  move(): void {
    const { k, at: before } = this.centres;
    const width = before.length / k;
    const at = before.map((old, index) => {
      const count = this.counts[Math.floor(index / width)]!;
      return count > 0 ? this.sums[index]! / count : old;
    });
    const squares = Float64Array.from({ length: k }, (_, one) => squaredDistance(at, one * width, before, one * width, width));
    this.shift = squares.reduce((sum, square) => sum + square, 0);
    this.centres = { k, at, drift: squares.map(Math.sqrt) };
  }
}

/** Squared distances of rows to the centres of their clusters, added up. */
export function inertiaOf({ cells, width, labels }: Rows, at: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let row = from; row < to; row += 1) sum += squaredDistance(cells, row * width, at, labels[row]! * width, width);
  return sum;
}

/** Memory for rows that no step has seen. @param shared to be read by other threads */
export function freshRows(cells: Float32Array, width: number, shared: boolean): Rows {
  const rows = cells.length / width;
  const memory = (bytes: number) => (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  return {
    cells,
    width,
    labels: new Uint8Array(memory(rows)).fill(noCluster),
    upper: new Float64Array(memory(rows * 8)),
    lower: new Float64Array(memory(rows * 8)),
  };
}
