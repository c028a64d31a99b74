// How a round of trees asks for its sums: as they are, or with noise that hides single rows. With noise the fixed point follows from the number of rows,
// which has noise itself, and not from their gradients; and what comes back is made into sums that rows could have.

import type { AskSum, NoisePart } from '../../../federation/participant/round/ports.ts';
import type { LearningOf } from '../../../federation/protocol/round/learning-terms.ts';
import type { TreeNoise } from '../../../federation/protocol/round/privacy-terms.ts';
import { histogramSensitivity2, mendBase, mendCounts, scaleSums } from '../../../federation/protocol/trees/noisy.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { scaleSteps, scalesOf, toWords } from '../../decide/models/boosting/boosting.ts';
import type { SumRequest } from '../../decide/models/boosting/exchange.ts';
import type { RoundTable } from './round-table.ts';

export type TreeSums = {
  edges(counts: Int32Array, index: number, lengths: readonly number[]): Promise<Int32Array>;
  /** @param state what all sides have to hold alike */
  ofState(state: string): (request: SumRequest) => Promise<Int32Array>;
};

export function exactTreeSums(ask: AskSum): TreeSums {
  return {
    edges: (counts, index) => ask(`edges ${index}`, counts),
    ofState:
      (state) =>
      ({ index, kind, values }) =>
        ask(`${kind} ${index}`, values, { state }),
  };
}

export function noisyTreeSums(
  ask: AskSum,
  learn: Pick<LearningOf<'trees'>, 'columnSample'>,
  { cutoff, headroom }: TreeNoise,
  { rows, columns }: Pick<RoundTable, 'rows' | 'columns'>,
): TreeSums {
  const all = (values: Int32Array, sensitivity2: bigint): NoisePart => ({ from: 0, count: values.length, sensitivity2 });
  // As protocol/trees/tree.ts chooses them.
  const sampled = learn.columnSample >= 1 ? columns.length : Math.max(1, Math.round(columns.length * learn.columnSample));
  return {
    // A row is in one cell of each column.
    edges: async (counts, index, lengths) =>
      mendCounts(await ask(`edges ${index}`, counts, { noise: all(counts, BigInt(columns.length)) }), lengths, cutoff),
    ofState: (state) => {
      // Those that are asked for: `scales` are not.
      let index = 0;
      let everybodys = 0;
      const scales = () => scaleSums(everybodys, headroom);
      const asked = (kind: string, values: Int32Array, sensitivity2: bigint) => {
        const about = `${kind} ${index}`;
        index += 1;
        return ask(about, values, { state, noise: all(values, sensitivity2) });
      };
      return async ({ kind, values }) => {
        if (kind === 'base') {
          // Of two numbers: that of validation rows is always 0.
          const base = mendBase(await asked(kind, values, 2n));
          everybodys = base[0]!;
          if (rows > scales().gradient) throw new ProtocolFault('sum_wrong', 'base');
          return base;
        }
        const { gradient, hessian } = scales();
        if (kind === 'scales') return Int32Array.of(...toWords(gradient * scaleSteps), ...toWords(hessian * scaleSteps));
        if (kind !== 'histogram') throw new RangeError(`kind: expected none of ${kind} with noise`);
        const { gradientScale, hessianScale } = scalesOf(everybodys, gradient, hessian);
        return asked(kind, values, histogramSensitivity2(sampled, gradientScale, hessianScale));
      };
    },
  };
}
