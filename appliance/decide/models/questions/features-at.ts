// Features of persons as they were known to be at one past moment, without any question: what an organisation brings to a training whose label another
// one has.

import { setImmediate as turn } from 'node:timers/promises';
import type { Matrix } from '../../../core/matrix/matrix.ts';
import { readLimits } from './people.ts';
import { relativeMatrix } from './relative.ts';
import type { TableParts } from './table.ts';

export type FeaturesAt = {
  /** Times as spans before the moment. */
  readonly matrix: Matrix;
  /** Whose row each is; who was not known then has none. */
  readonly persons: readonly number[];
};

export async function featuresAt(
  { source, rowMaker, isLeftOut }: Pick<TableParts, 'source' | 'rowMaker' | 'isLeftOut'>,
  asked: { readonly atMs: number; readonly persons: ReadonlySet<number> },
  signal?: AbortSignal,
): Promise<FeaturesAt> {
  const maker = rowMaker();
  const persons: number[] = [];
  for await (const { facts: page } of source.factsThrough([asked.atMs], (person) => asked.persons.has(person))) {
    for (const [at, facts] of page.entries()) {
      persons[maker.put(facts, asked.atMs)] = facts.personId;
      if ((at + 1) % readLimits.persons === 0) await turn();
    }
    signal?.throwIfAborted();
  }
  const { rows, columns } = relativeMatrix(maker.matrix(), () => asked.atMs);
  return { matrix: { rows, columns: columns.filter(({ name }) => !isLeftOut(name)) }, persons };
}
