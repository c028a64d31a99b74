// Features of all rows of a matrix, for the training rows of one split. Where two splits learn the same of every level, they share a table and
// with it its bins.

import { type Matrix, rowsPerChunk } from '../../../core/matrix/matrix.ts';
import { blockRows } from '../scoring/compile.ts';
import { bindFeatures, fillFeatures } from '../scoring/features.ts';
import { type Encoding, featuresOnly, fitEncoding } from './encode.ts';
import type { Rows, Table } from './learner.ts';

export type EncodedTable = Table & { readonly encoding: Encoding };

/** A level that only some splits have makes a table of its own, and tables are big. */
const tablesKept = 6;

export function tablesOf(matrix: Matrix, names: readonly string[], labels: Uint8Array): (train: Rows) => EncodedTable {
  const known = new Map<string, EncodedTable>();
  return (train) => {
    const rows = Int32Array.from(train);
    const encoding = fitEncoding(
      matrix,
      names,
      rows,
      Uint8Array.from(rows, (row) => labels[row]!),
    );
    // Values of training rows that differ from what the features say belong to this split alone.
    const key = encoding.apart.size > 0 ? undefined : JSON.stringify([encoding.inputs, encoding.features]);
    const before = key === undefined ? undefined : known.get(key);
    const table = before ?? { ...makeTable(matrix, encoding, rows), encoding };
    if (key === undefined) return table;
    // The one used last stands last, and the first makes room.
    known.delete(key);
    known.set(key, table);
    for (const [oldest] of known) if (known.size > tablesKept) known.delete(oldest);
    return table;
  };
}

function makeTable(matrix: Matrix, encoding: Encoding, train: Int32Array): Table {
  const { features } = encoding;
  const columns = features.map(() => new Float32Array(new SharedArrayBuffer(matrix.rows * 4)));
  const bound = bindFeatures(featuresOnly(encoding), matrix);
  const block = new Float32Array(features.length * blockRows);
  for (let first = 0; first < matrix.rows; ) {
    const rows = Math.min(blockRows, matrix.rows - first, rowsPerChunk - (first % rowsPerChunk));
    fillFeatures(bound, first, rows, block);
    columns.forEach((column, feature) => {
      for (let row = 0; row < rows; row += 1) {
        const value = block[feature * blockRows + row]!;
        // What is beyond single precision tells a trainer nothing.
        column[first + row] = value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY ? Number.NaN : value;
      }
    });
    first += rows;
  }
  for (const [feature, values] of encoding.apart)
    for (let at = 0; at < train.length; at += 1) columns[feature]![train[at]!] = values[at]!;
  return { rows: matrix.rows, features, columns };
}

/** A table of some of the features. */
export function onlyFeatures(table: Table, wanted: (at: number) => boolean): Table {
  return {
    rows: table.rows,
    features: table.features.filter((_, at) => wanted(at)),
    columns: table.columns.filter((_, at) => wanted(at)),
  };
}
