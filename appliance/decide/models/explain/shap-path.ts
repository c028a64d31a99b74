// The path of TreeSHAP: the unique features from the root down, and for each size of subset the sum of its subsets' weights. EXTEND and UNWIND
// of Lundberg et al. 2020, algorithm 2, over typed arrays in which each level of the walk has a stretch of its own.

/** By place: of a feature on the path. */
export type Path = {
  readonly feature: Int32Array;
  /** The share of rows that go on where the feature is not known. */
  readonly zero: Float64Array;
  /** Whether this row goes on where it is known: 0 or 1. */
  readonly one: Float64Array;
  /** Of subsets by their size, as many as there are features on the path. */
  readonly weight: Float64Array;
};

export function createPath(places: number): Path {
  return {
    feature: new Int32Array(places),
    zero: new Float64Array(places),
    one: new Float64Array(places),
    weight: new Float64Array(places),
  };
}

export function copyPath({ feature, zero, one, weight }: Path, from: number, to: number, length: number): void {
  for (let i = 0; i < length; i += 1) {
    feature[to + i] = feature[from + i]!;
    zero[to + i] = zero[from + i]!;
    one[to + i] = one[from + i]!;
    weight[to + i] = weight[from + i]!;
  }
}

/** Adds a feature to a path of `length` that begins at `at`. */
export function extend(path: Path, at: number, length: number, zeroShare: number, oneShare: number, by: number): void {
  const { weight } = path;
  const end = at + length;
  path.feature[end] = by;
  path.zero[end] = zeroShare;
  path.one[end] = oneShare;
  weight[end] = length === 0 ? 1 : 0;
  const per = 1 / (length + 1);
  for (let i = length - 1; i >= 0; i -= 1) {
    const before = weight[at + i]!;
    weight[at + i + 1]! += oneShare * before * (i + 1) * per;
    weight[at + i] = zeroShare * before * (length - i) * per;
  }
}

/** Takes the feature at `index` out of a path that ends at `last`. */
export function unwind({ feature, zero, one, weight }: Path, at: number, last: number, index: number): void {
  const oneShare = one[at + index]!;
  const zeroShare = zero[at + index]!;
  let next = weight[at + last]!;
  for (let i = last - 1; i >= 0; i -= 1) {
    if (oneShare !== 0) {
      const held = weight[at + i]!;
      weight[at + i] = (next * (last + 1)) / ((i + 1) * oneShare);
      next = held - (weight[at + i]! * zeroShare * (last - i)) / (last + 1);
    } else weight[at + i] = (weight[at + i]! * (last + 1)) / (zeroShare * (last - i));
  }
  for (let i = at + index; i < at + last; i += 1) {
    feature[i] = feature[i + 1]!;
    zero[i] = zero[i + 1]!;
    one[i] = one[i + 1]!;
  }
}

/** What the weights would sum to with the feature at `index` taken out. */
export function sumWithout({ zero, one, weight }: Path, at: number, last: number, index: number): number {
  const zeroShare = zero[at + index]!;
  let sum = 0;
  if (one[at + index] === 0) {
    for (let i = last - 1; i >= 0; i -= 1) sum += weight[at + i]! / (last - i);
    return (sum * (last + 1)) / zeroShare;
  }
  let next = weight[at + last]!;
  for (let i = last - 1; i >= 0; i -= 1) {
    const part = next / (i + 1);
    sum += part;
    next = weight[at + i]! - part * zeroShare * (last - i);
  }
  return sum * (last + 1);
}
