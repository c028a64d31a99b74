// Real learning in a simulated round: trees, logistic regression or averaging over rows that members have, in threads that the steps of the world
// wait for.

import { startAveraging } from '../../../../appliance/decide/models/averaging/averaging.ts';
import { Boosting } from '../../../../appliance/decide/models/boosting/boosting.ts';
import { learnRound } from '../../../../appliance/federate/rounds/learning.ts';
import type { RoundTable } from '../../../../appliance/federate/rounds/round-table.ts';
import type { AskSum } from '../../../participant/round/ports.ts';
import type { RoundTerms } from '../../../protocol/round/round-terms.ts';
import { seededRandom } from '../../../protocol/testing.ts';
import { drawsOf } from '../../draws.ts';
import { working } from '../../settle.ts';
import type { Learning } from '../world.ts';

export const names = ['tenure', 'balance'];
const limits = [64, 1024];
/** What anybody may say of numbers is bounded where they are standardised, and nowhere else. */
const schemaOf = (way: Way): RoundTerms['schema'] => ({
  label: { name: 'left', positive: 'yes' },
  features: names.map((name, at) => ({ name, kind: 'number' as const, ...(way !== 'trees' && { limit: limits[at]! }) })),
});

export const ways = {
  trees: {
    ...{ kind: 'trees', trees: 1, learningRate: 0.3, growth: 'depth', maxDepth: 2, maxLeaves: 4, minChildHessian: 1 },
    ...{ lambda: 1, alpha: 0, gamma: 0, columnSample: 1, seed: 7, bins: 16, leastCount: 5 },
  },
  logistic: { kind: 'logistic', l2: 1e-3, iterations: 4, tolerance: 1e-6, fewest: 5 },
  averaging: {
    ...{ kind: 'averaging', model: 'neural', hidden: [4], activation: 'relu', optimiser: 'fedavg', rounds: 2, patience: 2 },
    ...{ epochs: 1, batch: 32, learningRate: 0.1, l2: 0, serverLearningRate: 1, mu: 0, clip: 1, weighting: { by: 'equal' } },
    ...{ fewest: 5, seed: 1 },
  },
} as const satisfies { readonly [way: string]: RoundTerms['learn'] };
export type Way = keyof typeof ways;

/** Rows of one member: other numbers for each seed, and labels that follow from them in part. */
export function rowsFor(seed: number, rows = 80): RoundTable {
  const draws = drawsOf(seed, 'rows');
  const columns = names.map(() => new Float32Array(new SharedArrayBuffer(rows * 4)));
  const labels = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    columns[0]![row] = draws.next(60);
    columns[1]![row] = draws.next(900) / (1 + (seed % 3));
    labels[row] = Number(columns[0]![row]! + draws.next(40) < 50);
  }
  return { rows, columns, names, labels };
}

export type Threads = {
  /** By member: one that waits for a sum in the middle of a tree keeps its thread. */
  readonly boosting: readonly Boosting[];
  readonly averaging: ReturnType<typeof startAveraging>;
  close(): Promise<void>;
};

export function openThreads(members: number): Threads {
  const boosting = Array.from({ length: members }, () => new Boosting({ threads: 1 }));
  const averaging = startAveraging();
  return { boosting, averaging, close: async () => void (await Promise.all([...boosting, averaging].map((one) => one.close()))) };
}

/** @param tables by member */
export function learningOf(way: Way, tables: readonly RoundTable[], { boosting, averaging }: Threads): Learning {
  return {
    terms: { learn: ways[way], schema: schemaOf(way) },
    of: async (member, { terms, me, ask, signal }) => {
      let [rests, asked] = [working(), 0];
      // While a sum is asked for it is the world that goes on.
      const asking: AskSum = async (about, values, options) => {
        asked += 1;
        rests();
        try {
          const made = async (members: readonly string[]) => {
            const done = working();
            try {
              return typeof values === 'function' ? await values(members) : values;
            } finally {
              done();
            }
          };
          return await ask(about, made, options);
        } finally {
          asked -= 1;
          if (asked === 0) rests = working();
        }
      };
      try {
        const random = seededRandom(`learned ${member}`);
        return await learnRound(terms, tables[member]!, {
          boosting: boosting[member]!,
          averaging,
          random,
          me,
          ask: asking,
          signal,
        });
      } finally {
        rests();
      }
    },
  };
}
