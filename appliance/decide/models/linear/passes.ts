// Passes over the rows: the sums that training needs, block by block. All work that grows with the number of rows is here, without any
// state, so that any thread can do any block.

import { blockRows, type Design, type Family, rowsOf } from './design.ts';

/** How features are standardised: (feature - center) x inverse scale, 0 where it is missing. */
export type Standard = { readonly centers: Float64Array; readonly inverseScales: Float64Array };

export type Pass =
  /** Sums: for each feature the weight of present rows and the weighted sum of values; then all weight, and weight x target. */
  | { readonly kind: 'means' }
  /** Sums: for each feature weight x (value - center) squared; then weight x (target - targetCenter) squared. */
  | { readonly kind: 'spreads'; readonly centers: Float64Array; readonly targetCenter: number }
  /** Sums: for each feature and then the intercept the gradient of the loss; then the loss. Coefficients are standardised, intercept last. */
  | { readonly kind: 'gradient'; readonly family: Family; readonly standard: Standard; readonly coefficients: Float64Array }
  /** Sums: the curvature of the loss, the square of features and intercept row by row, then the weight summed. Every `stride`-th row of a block. */
  | {
      readonly kind: 'curvature';
      readonly family: Family;
      readonly standard: Standard;
      readonly coefficients: Float64Array;
      readonly stride: number;
    };

/** Numbers that a pass gives for each block. */
export function sumsOf(pass: Pass, features: number): number {
  switch (pass.kind) {
    case 'means':
      return 2 * features + 2;
    case 'spreads':
      return features + 1;
    case 'gradient':
      return features + 2;
    case 'curvature':
      return (features + 1) ** 2 + 1;
  }
}

/** Rows that are standardised at a time: small enough that all features of them stay in the cache. */
const tileRows = 256;
/** Curvature of a row that is all but certain: no less, so that no direction is flat only because everybody is classified. */
const leastCurvature = 1e-14;

/**
 * Adds up blocks `from` to `to` (without) into `sums`, which has `sumsOf` zeros for each block of the design.
 * The same block gives the same digits in whatever thread and whatever range.
 */
export function runBlocks(design: Design, pass: Pass, from: number, to: number, sums: Float64Array): void {
  const length = sumsOf(pass, design.features.length);
  const rows = rowsOf(design);
  const scratch = pass.kind === 'gradient' || pass.kind === 'curvature' ? scratchOf(design.features.length) : undefined;
  for (let block = from; block < to; block += 1) {
    const out = sums.subarray(block * length, (block + 1) * length);
    const start = block * blockRows;
    const end = Math.min(rows, start + blockRows);
    if (pass.kind === 'means') addMeans(design, start, end, out);
    else if (pass.kind === 'spreads') addSpreads(design, pass, start, end, out);
    else {
      const stride = pass.kind === 'curvature' ? pass.stride : 1;
      for (let tile = start; tile < end; tile += tileRows * stride) {
        const count = Math.min(tileRows, Math.ceil((end - tile) / stride));
        fillTile(design, pass.standard, tile, count, stride, scratch!);
        predict(pass.coefficients, count, scratch!);
        if (pass.kind === 'gradient') addGradient(pass.family, count, scratch!, out);
        else addCurvature(pass.family, count, scratch!, out);
      }
    }
  }
}

/** Sums of all blocks, added in their order. */
export function total(sums: Float64Array, length: number): Float64Array {
  const added = new Float64Array(length);
  for (let block = 0; block < sums.length; block += length) {
    for (let index = 0; index < length; index += 1) added[index]! += sums[block + index]!;
  }
  return added;
}

function addMeans({ features, targets, weights, rows }: Design, start: number, end: number, out: Float64Array): void {
  features.forEach((column, feature) => {
    let [present, sum] = [0, 0];
    for (let place = start; place < end; place += 1) {
      const row = rows ? rows[place]! : place;
      const value = column[row]!;
      if (Number.isNaN(value)) continue;
      const weight = weights ? weights[row]! : 1;
      present += weight;
      sum += weight * value;
    }
    out[2 * feature] = present;
    out[2 * feature + 1] = sum;
  });
  for (let place = start; place < end; place += 1) {
    const row = rows ? rows[place]! : place;
    const weight = weights ? weights[row]! : 1;
    out[2 * features.length]! += weight;
    out[2 * features.length + 1]! += weight * targets[row]!;
  }
}

type Spreads = Extract<Pass, { kind: 'spreads' }>;

function addSpreads(
  { features, targets, weights, rows }: Design,
  pass: Spreads,
  start: number,
  end: number,
  out: Float64Array,
): void {
  features.forEach((column, feature) => {
    const center = pass.centers[feature]!;
    let squares = 0;
    for (let place = start; place < end; place += 1) {
      const row = rows ? rows[place]! : place;
      const value = column[row]! - center;
      if (!Number.isNaN(value)) squares += (weights ? weights[row]! : 1) * value * value;
    }
    out[feature] = squares;
  });
  for (let place = start; place < end; place += 1) {
    const row = rows ? rows[place]! : place;
    out[features.length]! += (weights ? weights[row]! : 1) * (targets[row]! - pass.targetCenter) ** 2;
  }
}

/** Standardised features of one tile, column after column, the intercept's ones behind them, and a column of zeros to make them even. */
type Scratch = {
  readonly width: number;
  readonly cells: Float64Array;
  readonly margins: Float64Array;
  readonly targets: Float64Array;
  readonly weights: Float64Array;
};

function scratchOf(features: number): Scratch {
  const width = features + 1 + ((features + 1) % 2);
  const column = () => new Float64Array(tileRows);
  return { width, cells: new Float64Array(width * tileRows), margins: column(), targets: column(), weights: column() };
}

function fillTile(design: Design, standard: Standard, start: number, count: number, stride: number, scratch: Scratch): void {
  const { features, targets, weights, rows } = design;
  for (let feature = 0; feature < features.length; feature += 1) {
    const into = scratch.cells.subarray(feature * tileRows, feature * tileRows + count);
    fillColumn(features[feature]!, rows, start, stride, standard.centers[feature]!, standard.inverseScales[feature]!, into);
  }
  scratch.cells.fill(1, features.length * tileRows, features.length * tileRows + count);
  for (let index = 0; index < count; index += 1) {
    const place = start + index * stride;
    const row = rows ? rows[place]! : place;
    scratch.targets[index] = targets[row]!;
    scratch.weights[index] = weights ? weights[row]! : 1;
  }
}

function fillColumn(
  column: Float32Array,
  rows: Uint32Array | undefined,
  start: number,
  stride: number,
  center: number,
  inverse: number,
  into: Float64Array,
): void {
  for (let index = 0; index < into.length; index += 1) {
    const place = start + index * stride;
    const value = (column[rows ? rows[place]! : place]! - center) * inverse;
    into[index] = Number.isNaN(value) ? 0 : value;
  }
}

/** Two columns at a time: every margin is read and written half as often. */
function predict(coefficients: Float64Array, count: number, { cells, margins }: Scratch): void {
  const features = coefficients.length - 1;
  margins.fill(coefficients[features]!);
  for (let feature = 0; feature < features; feature += 2) {
    const one = coefficients[feature]!;
    const two = feature + 1 < features ? coefficients[feature + 1]! : 0;
    if (one === 0 && two === 0) continue;
    const a = cells.subarray(feature * tileRows, feature * tileRows + count);
    const b = cells.subarray((feature + 1) * tileRows, (feature + 1) * tileRows + count);
    for (let index = 0; index < a.length; index += 1) margins[index]! += one * a[index]! + two * b[index]!;
  }
}

/** Gradient of weight x loss. Logistic: cross-entropy in nats. Gaussian: half the squared error. */
function addGradient(family: Family, count: number, scratch: Scratch, out: Float64Array): void {
  const { cells, margins, targets, weights } = scratch;
  const coefficients = out.length - 1;
  let loss = 0;
  for (let index = 0; index < count; index += 1) {
    const margin = margins[index]!;
    const target = targets[index]!;
    const weight = weights[index]!;
    if (family === 'gaussian') {
      const residual = margin - target;
      loss += 0.5 * weight * residual * residual;
      margins[index] = weight * residual;
    } else {
      const small = Math.exp(-Math.abs(margin));
      const probability = margin >= 0 ? 1 / (1 + small) : small / (1 + small);
      loss += weight * (Math.max(margin, 0) - target * margin + Math.log(1 + small));
      margins[index] = weight * (probability - target);
    }
  }
  out[coefficients]! += loss;
  // The column behind the last one is the zeros that make them even.
  for (let feature = 0; feature < coefficients; feature += 2) {
    const a = cells.subarray(feature * tileRows, feature * tileRows + count);
    const b = cells.subarray((feature + 1) * tileRows, (feature + 1) * tileRows + count);
    let [one, two] = [0, 0];
    for (let index = 0; index < a.length; index += 1) {
      const residual = margins[index]!;
      one += a[index]! * residual;
      two += b[index]! * residual;
    }
    out[feature]! += one;
    if (feature + 1 < coefficients) out[feature + 1]! += two;
  }
}

/** Only the part on and above the diagonal is meant; what stands below it is unfinished. */
function addCurvature(family: Family, count: number, scratch: Scratch, out: Float64Array): void {
  const { cells, margins, weights, width } = scratch;
  const size = Math.sqrt(out.length - 1);
  for (let index = 0; index < count; index += 1) {
    const weight = weights[index]!;
    out[size * size]! += weight;
    const small = Math.exp(-Math.abs(margins[index]!));
    const curve = family === 'gaussian' ? 1 : Math.max(leastCurvature, small / (1 + small) ** 2);
    margins[index] = Math.sqrt(weight * curve);
  }
  for (let feature = 0; feature < size; feature += 1) {
    const column = cells.subarray(feature * tileRows, feature * tileRows + count);
    for (let index = 0; index < column.length; index += 1) column[index]! *= margins[index]!;
  }
  for (let row = 0; row < width; row += 2) {
    for (let column = row; column < width; column += 2) addSquare(cells, row, column, count, size, out);
  }
}

/** Four products of two and two columns at once: each cell is read twice instead of four times, which doubles the speed. */
function addSquare(cells: Float64Array, row: number, column: number, count: number, size: number, out: Float64Array): void {
  const a = cells.subarray(row * tileRows, row * tileRows + count);
  const b = cells.subarray((row + 1) * tileRows, (row + 1) * tileRows + count);
  const c = cells.subarray(column * tileRows, column * tileRows + count);
  const d = cells.subarray((column + 1) * tileRows, (column + 1) * tileRows + count);
  let [ac, ad, bc, bd] = [0, 0, 0, 0];
  for (let index = 0; index < a.length; index += 1) {
    const left = a[index]!;
    const right = b[index]!;
    const up = c[index]!;
    const down = d[index]!;
    ac += left * up;
    ad += left * down;
    bc += right * up;
    bd += right * down;
  }
  out[row * size + column]! += ac;
  if (column + 1 < size) out[row * size + column + 1]! += ad;
  if (row + 1 < size) out[(row + 1) * size + column]! += bc;
  if (row + 1 < size && column + 1 < size) out[(row + 1) * size + column + 1]! += bd;
}
