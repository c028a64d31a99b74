// A round's model once more, from its terms and opened sums alone: what an auditor holds against the model that members voted on.

import { sharedEdges } from '../trees/edges.ts';
import type { TreeSettings } from '../trees/tree.ts';
import { verifyShared } from '../trees/verify-trees.ts';
import { ProtocolFault } from '../words.ts';
import type { Learning, RoundTerms } from './round-terms.ts';
import { featureNames, modelBytes } from './trees-model.ts';

export type OpenedSum = {
  readonly sum: number;
  readonly about: string;
  readonly values: Int32Array;
  /** Whose values are in it. */
  readonly survivors: readonly string[];
};

/**
 * What a sum is and the how manyth of its kind, such as `histogram 12`. A mark may follow, of what members held alike when they asked for it: it is
 * under a secret of theirs, so that it says nothing to anybody else.
 */
export function placeOf({ about }: { readonly about: string }): { readonly what: string; readonly index: number | undefined } {
  const parts = /^(.*?)(?: (\d{1,6}))?(?: [0-9a-f]{16})?$/.exec(about);
  return { what: parts?.[1] ?? about, index: parts?.[2] === undefined ? undefined : Number(parts[2]) };
}

/** A sum that cannot be one of such a training. */
export class SumRefused extends ProtocolFault {
  readonly sum: number;

  constructor(sum: number, why: string) {
    super('sum_wrong', `sum ${sum}: ${why}`);
    this.sum = sum;
  }
}

/** @param sums all of the round, in their order  @throws {SumRefused} for one that is not what the training asks for there */
export type Recompute = (terms: RoundTerms, sums: readonly OpenedSum[]) => Uint8Array;

/** By kind of learning. Where there is none, whoever has the sums can check them, and the model only by its hash. */
const recomputes: { readonly [kind in Learning['kind']]: Recompute | undefined } = {
  trees: recomputeTrees,
  logistic: undefined,
  averaging: undefined,
};

export const recomputeOf = ({ learn }: RoundTerms): Recompute | undefined => recomputes[learn.kind];

function settingsOf({ learn }: RoundTerms): TreeSettings & { readonly bins: number; readonly leastCount: number } {
  if (learn.kind !== 'trees') throw new RangeError(`learn: expected trees, got ${learn.kind}`);
  return { objective: 'logistic', rowSample: 1, earlyStoppingTrees: 0, monotone: undefined, ...learn };
}

const treeSums: readonly string[] = ['base', 'scales', 'histogram', 'loss'];

/** First the counts that edges of bins follow from, then the sums that trees are grown from. */
function recomputeTrees(terms: RoundTerms, sums: readonly OpenedSum[]): Uint8Array {
  const settings = settingsOf(terms);
  const names = featureNames(terms.schema);
  let at = 0;
  const afterLast = () => new SumRefused(sums.length, 'wanting');
  const edges = refusing(
    () => sums[Math.max(0, at - 1)]?.sum ?? 0,
    () =>
      sharedEdges(names.length, settings, () => {
        const sum = sums[at];
        if (!sum) throw afterLast();
        if (placeOf(sum).what !== 'edges' || placeOf(sum).index !== at)
          throw new SumRefused(sum.sum, `expected edges ${at}, got ${sum.about}`);
        at += 1;
        return sum.values;
      }),
  );
  const first = at;
  let read = 0;
  function* rest(): Generator<Int32Array> {
    for (const [index, sum] of sums.slice(first).entries()) {
      const place = placeOf(sum);
      if (!treeSums.includes(place.what) || place.index !== index)
        throw new SumRefused(sum.sum, `expected sum ${index} of the trees, got ${sum.about}`);
      read = index;
      yield sum.values;
    }
    read = sums.length - first;
  }
  const trees = refusing(
    () => sums[first + read]?.sum ?? sums.length,
    () => verifyShared({ settings, edges, sums: rest() }),
  );
  return modelBytes(terms.schema, names, trees);
}

/** @param sum the number of the one that was read last */
function refusing<Result>(sum: () => number, work: () => Result): Result {
  try {
    return work();
  } catch (fault) {
    if (!(fault instanceof ProtocolFault) || fault instanceof SumRefused) throw fault;
    throw new SumRefused(sum(), fault.where ?? fault.code);
  }
}
