// Seeded rows that several organisations could hold, for tests of averaging: features of different kinds and sizes, some missing, a label that
// follows some of them, and parts that differ from each other in size, in kind and in how often the label is 1.

import { drawsOf } from '../numerics/chance.ts';
import type { Source } from './shapes.ts';

export function unitsOf(seed: number, label: string): { unit(): number; normal(): number } {
  const draw = drawsOf(seed, label);
  const unit = () => (draw() + 0.5) / 2 ** 32;
  return { unit, normal: () => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit()) };
}

export const shared = (values: ArrayLike<number>) => {
  const column = new Float32Array(new SharedArrayBuffer(values.length * 4));
  column.set(values);
  return column;
};

/** Amounts up to 4,096, a yes or no, a small number, a rating that is missing for a tenth, and two that say nothing. */
export function sampleSource(rows: number, seed: number, options: { readonly curved?: boolean } = {}): Source {
  const { unit, normal } = unitsOf(seed, 'rows');
  const columns = Array.from({ length: 6 }, () => new Float32Array(rows));
  const labels = new Uint8Array(new SharedArrayBuffer(rows));
  for (let row = 0; row < rows; row += 1) {
    const [a, b, c] = [normal(), normal(), normal()];
    const yes = unit() < 0.3 ? 1 : 0;
    columns[0]![row] = Math.min(4000, Math.exp(4 + a));
    columns[1]![row] = yes;
    columns[2]![row] = b;
    columns[3]![row] = unit() < 0.1 ? Number.NaN : Math.round(3 + c + 0.3 * a);
    columns[4]![row] = normal() * 100;
    columns[5]![row] = 1;
    const margin = options.curved ? 2.5 * a * b - 0.5 : 0.9 * a + 1.1 * yes - 0.8 * b + 0.5 * c - 1.2;
    labels[row] = unit() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  }
  return { features: columns.map(shared), labels, limits: [4096, 1, 8, 16, 1024, 1] };
}

/**
 * Rows of a source in parts: the first has the most, each leans to one end of the first column, and labels of 1 are rarer in one than in
 * another.
 */
export function skewedParts(source: Source, parts: number, seed: number): Source[] {
  const { unit } = unitsOf(seed, 'parts');
  const column = source.features[0]!;
  const order = Float32Array.from(column).sort();
  const chosen: number[][] = Array.from({ length: parts }, () => []);
  for (let row = 0; row < source.labels.length; row += 1) {
    let low = 0;
    while (low < parts - 1 && column[row]! > order[Math.floor(((low + 1) * order.length) / parts)]!) low += 1;
    const skewed = unit() < 0.6 ? low : Math.floor(unit() * unit() * parts);
    chosen[source.labels[row] === 1 && unit() < 0.5 ? parts - 1 - skewed : skewed]!.push(row);
  }
  return chosen.map((rows) => ({ ...source, rows: Uint32Array.from(rows) }));
}
