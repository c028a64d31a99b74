// Which columns a model may learn from. Some say nothing (constant, empty, another text for each row), some say the same as another, and some
// say the answer itself: what is known only afterwards, or the label under another name. What is left out is said, with the reason.

import { createHash } from 'node:crypto';
import { type Column, isMissing, type Matrix, missingOf, rowsPerChunk } from '../../../core/matrix/matrix.ts';
import { type Alone, aloneAuc } from './alone.ts';
import type { Label } from './label.ts';

export const screeningLimits = {
  /** A category of which fewer than so many rows share a level, on average, names rows and not kinds of them. */
  rowsPerLevel: 2,
  /** A column that alone ranks rows as well as this is the label or follows from it: left out. */
  leakAuc: 0.995,
  /** As well as this: said, since few honest columns do. */
  suspectAuc: 0.95,
  /** Rows of one value that all have the label, while fewer than half of all rows do: said. */
  pureRows: 100,
} as const;

export type Reason = 'asked' | 'empty' | 'constant' | 'identifier' | 'duplicate' | 'leak';
export type Dropped = { readonly column: string; readonly reason: Reason; readonly of?: string; readonly auc?: number };
export type Suspect = { readonly column: string; readonly auc?: number; readonly value?: string; readonly rows?: number };
export type Screening = {
  readonly kept: readonly Column[];
  readonly dropped: readonly Dropped[];
  readonly suspects: readonly Suspect[];
};

/** @param keep columns that are learned from whatever they look like */
export function screen(matrix: Matrix, label: Label, drop: ReadonlySet<string>, keep: ReadonlySet<string>): Screening {
  const kept: Column[] = [];
  const dropped: Dropped[] = [];
  const suspects: Suspect[] = [];
  const seen = new Map<string, string>();
  for (const column of matrix.columns) {
    if (column.name === label.column) continue;
    const { name } = column;
    const out = (reason: Reason, more: object = {}) => void dropped.push({ column: name, reason, ...more });
    if (drop.has(name)) {
      out('asked');
      continue;
    }
    const distinct = distinctOf(column, label.rows);
    if (distinct.filled === 0) out('empty');
    // One value and holes: that it is there at all may tell.
    else if (distinct.values === 1 && distinct.filled === label.rows.length) out('constant');
    else if (column.kind === 'category' && distinct.filled < screeningLimits.rowsPerLevel * distinct.values && !keep.has(name))
      out('identifier');
    else {
      const print = fingerprint(column, label.rows);
      const same = seen.get(print);
      if (same !== undefined && !keep.has(name)) {
        out('duplicate', { of: same });
        continue;
      }
      seen.set(print, name);
      const alone = aloneAuc(column, label);
      if (alone.auc >= screeningLimits.leakAuc && !keep.has(name)) {
        out('leak', { auc: alone.auc });
        continue;
      }
      if (alone.auc >= screeningLimits.suspectAuc) suspects.push({ column: name, auc: alone.auc });
      else suspects.push(...pureOf(name, alone, label));
      kept.push(column);
    }
  }
  return { kept, dropped, suspects };
}

/** A value that never comes without the label: "cancelled" of a customer who left. */
function pureOf(column: string, { pure }: Alone, label: Label): Suspect[] {
  if (!pure || pure.rows < screeningLimits.pureRows || 2 * label.positives > label.rows.length) return [];
  return [{ column, value: pure.value, rows: pure.rows }];
}

function distinctOf(column: Column, rows: Int32Array): { values: number; filled: number } {
  const values = new Set<number>();
  let filled = 0;
  for (const row of rows) {
    const cell = column.chunks[Math.floor(row / rowsPerChunk)]![row % rowsPerChunk]!;
    if (isMissing(column, cell)) continue;
    filled += 1;
    values.add(cell);
  }
  return { values: values.size, filled };
}

/** The same for columns that say the same of every row, whatever they call it: levels count in the order in which they come. */
function fingerprint(column: Column, rows: Int32Array): string {
  const missing = missingOf[column.storage];
  const order = new Map<number, number>();
  const cells = new Float64Array(rows.length);
  rows.forEach((row, at) => {
    const cell = column.chunks[Math.floor(row / rowsPerChunk)]![row % rowsPerChunk]!;
    if (Number.isNaN(missing) ? Number.isNaN(cell) : cell === missing) {
      cells[at] = Number.NaN;
      return;
    }
    if (column.kind !== 'category') {
      cells[at] = cell;
      return;
    }
    let place = order.get(cell);
    if (place === undefined) {
      place = order.size;
      order.set(cell, place);
    }
    cells[at] = place;
  });
  return createHash('sha256')
    .update(column.kind === 'category' ? 'category' : 'number')
    .update(cells)
    .digest('base64');
}
