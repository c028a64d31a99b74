// The table for a label of the organisation's own: a trait, of the members of a segment or of everybody, as both are now. There is no cut-off: a
// feature that follows from the label is told by the training's own guard against leaks and not by time.

import { setImmediate as turn } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import { categoryColumn, takeRows } from '../../../core/matrix/matrix.ts';
import { eachNow } from './people.ts';
import { relativeMatrix } from './relative.ts';
import { enough, type TableOptions, type TableParts, type TrainingTable } from './table.ts';

export type TraitPlan = {
  /** The name of the trait. */
  readonly label: string;
  /** The value to find; where it is not given, the one that means yes. */
  readonly positive?: string;
  readonly persons: ReadonlySet<number>;
  readonly atMs: number;
  readonly minimum: { readonly rows: number; readonly ofEach: number };
};

/** @throws {Fault} `cannot_train` for too few rows or one value alone */
export async function buildTraitTable(parts: TableParts, plan: TraitPlan, options: TableOptions = {}): Promise<TrainingTable> {
  const { label, positive, persons, atMs, minimum } = plan;
  const maker = parts.rowMaker();
  const rows: number[] = [];
  const texts: string[] = [];
  const whose: number[] = [];
  let read = 0;
  for await (const page of eachNow(parts.source, persons, options.signal)) {
    for (const facts of page) {
      const value = facts.trait(label);
      if (value === undefined || value === null || value === '') continue;
      rows.push(maker.put(facts, atMs));
      whose.push(facts.personId);
      texts.push(typeof value === 'string' ? value : JSON.stringify(value));
    }
    read += page.length;
    options.progress?.(Math.min(1, read / Math.max(1, persons.size)));
    await turn();
  }
  const found = positive ?? texts[0];
  if (positive !== undefined && !texts.includes(positive))
    throw new Fault('cannot_train', `${label}: none of ${persons.size} customers has that value`);
  enough(
    { name: label, minimum },
    texts.map((text) => text === found),
  );
  const features = relativeMatrix(takeRows(maker.matrix(), rows), atMs);
  const columns = features.columns.filter(({ name }) => !parts.isLeftOut(name) && name !== label);
  return {
    matrix: { rows: rows.length, columns: [...columns, categoryColumn(label, texts)] },
    label,
    ...(positive !== undefined && { positive }),
    byCutOff: [{ cutOffMs: atMs, rows: rows.length, positives: texts.filter((text) => text === found).length }],
    newest: rows.map((_, at) => at),
    persons: whose,
  };
}
