// What a round is measured against: what one organisation with all rows would have learned by the same settings, and what each learns alone.

import type { AskSum } from '../../../federation/participant/round/ports.ts';
import type { Learning, LearningOf, Privacy, RoundSchema } from '../../../federation/protocol/round/round-terms.ts';
import type { StandardModel } from '../../../federation/protocol/round/standard-model.ts';
import { modelBytes, type RoundModel } from '../../../federation/protocol/round/trees-model.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import type { Words } from '../../core/errors.ts';
import type { Trees } from '../../core/model/scoring.ts';
import { systemPorts } from '../../core/ports.ts';
import { startAveraging } from '../../decide/models/averaging/averaging.ts';
import { Boosting } from '../../decide/models/boosting/boosting.ts';
import { learnAveraging } from '../rounds/learn-averaging.ts';
import { learnLogistic } from '../rounds/learn-logistic.ts';
import { boostingSettings, evaluated } from '../rounds/learn-round.ts';
import { type RoundTable, together } from '../rounds/round-table.ts';
import { type Parts, partsOf, standardEvaluated } from '../rounds/standard-model.ts';

export type Compared = {
  readonly identicalToPooled: boolean;
  /** Of models whose weights follow from sums in fixed point: the largest difference of a weight, where the bytes are others. */
  readonly closeToPooled?: number;
  readonly auc: {
    readonly federated: number;
    readonly pooled: number;
    readonly alone: readonly number[];
    /** Of a round with noise: what the same one without it comes to. */
    readonly withoutNoise?: number;
  };
  readonly rows: { readonly training: number; readonly holdout: number };
  /** Of training the pooled table. */
  readonly pooledS: number;
};

/** One way to learn from a table alone, and to look at what a model's bytes do on rows. */
type Way = { learn(training: RoundTable): Promise<Uint8Array>; aucOf(model: Uint8Array): Promise<number> };

/** The sum of one member alone. */
export const alone: AskSum = async (_about, values, { look } = {}) => {
  const members = [''];
  const own = typeof values === 'function' ? await values(members) : values;
  look?.({ members, survivors: members });
  return own;
};

export async function compare(
  given: { tables: readonly RoundTable[]; schema: RoundSchema; learn: Learning; privacy?: Privacy },
  model: Uint8Array,
  say?: (line: Words) => void,
): Promise<Compared> {
  const { schema, learn, privacy } = given;
  if (learn.kind === 'vertical-trees') throw new TypeError('compare: parts of rows, not of columns');
  const by = privacy && learn.kind === 'trees' ? 'content' : 'place';
  const parts = given.tables.map((table) => partsOf(table, by));
  const held = together(parts.map((part) => part.held));
  const training = together(parts.map((part) => part.training));
  const boosting = new Boosting({ threads: 2 });
  const averaging = startAveraging();
  const way: Way =
    learn.kind === 'trees'
      ? treesWay(boosting, schema, learn, held)
      : standardWay({ averaging, ask: alone, me: '', random: systemPorts.random }, schema, learn, held);
  try {
    const startMs = performance.now();
    const pooled = await way.learn(training);
    const pooledS = (performance.now() - startMs) / 1000;
    const tookS = pooledS.toFixed(1);
    say?.({ en: `the pooled table trained in ${tookS} s`, zh: `合并数据训练用时 ${tookS} 秒` });
    const each: number[] = [];
    for (const part of parts) each.push(await way.learn(part.training).then(way.aucOf, nothingToLearn));
    const identicalToPooled = Buffer.from(pooled).equals(model);
    const pooledAuc = await way.aucOf(pooled);
    const exact = privacy && (learn.kind === 'averaging' ? await way.aucOf(await averagedPlainly(given, parts)) : pooledAuc);
    const furthest = learn.kind === 'logistic' && !identicalToPooled ? furthestOf(model, pooled) : undefined;
    return {
      identicalToPooled,
      ...(furthest !== undefined && { closeToPooled: furthest }),
      auc: {
        ...{ federated: await way.aucOf(model), pooled: pooledAuc, alone: each },
        ...(exact !== undefined && { withoutNoise: exact }),
      },
      rows: { training: training.rows, holdout: held.rows },
      pooledS,
    };
  } finally {
    await boosting.close();
    await averaging.close();
  }
}

/** Averaging without noise, masks and processes: sums of all in the clear. */
async function averagedPlainly(
  { schema, learn }: { schema: RoundSchema; learn: Learning },
  parts: readonly Parts[],
): Promise<Uint8Array> {
  const members = parts.map((_, at) => `${at}`);
  const board = plainBoard(members);
  const averaging = startAveraging();
  try {
    const learned = parts.map((part, at) =>
      learnAveraging({ schema, learn, members }, part, { averaging, ask: board(), me: members[at]!, random: systemPorts.random }),
    );
    return (await Promise.all(learned))[0]!.model;
  } finally {
    await averaging.close();
  }
}

/** @returns an AskSum for each member, in their order */
function plainBoard(members: readonly string[]): () => AskSum {
  type Sum = { given: Int32Array[]; readonly whole: Promise<Int32Array>; settle(sum: Int32Array): void };
  const sums: Sum[] = [];
  const sumOf = (at: number): Sum => {
    if (sums[at]) return sums[at];
    const { promise, resolve } = Promise.withResolvers<Int32Array>();
    sums[at] = { given: [], whole: promise, settle: resolve };
    return sums[at];
  };
  return () => {
    let next = 0;
    return async (_about, values, { look } = {}) => {
      const sum = sumOf(next);
      next += 1;
      sum.given.push(typeof values === 'function' ? await values(members) : values);
      if (sum.given.length === members.length)
        sum.settle(sum.given[0]!.map((_, at) => sum.given.reduce((all, one) => all + one[at]!, 0)));
      look?.({ members, survivors: members });
      return sum.whole;
    };
  };
}

/** An organisation whose rows are all of one class, say, learns nothing alone. */
function nothingToLearn(error: unknown): number {
  if (error instanceof ProtocolFault) return Number.NaN;
  throw error;
}

function treesWay(boosting: Boosting, schema: RoundSchema, learn: LearningOf<'trees'>, held: RoundTable): Way {
  return {
    learn: async (table) => {
      if (new Set(table.labels).size < 2) throw new ProtocolFault('label_constant', schema.label.name);
      const { bins, leastCount } = learn;
      const edges = await boosting.sharedEdges(table, { bins, leastCount, sum: async (counts) => counts });
      const binned = await boosting.bin(table, { edges });
      const { trees } = await boosting.train(binned, table.labels, boostingSettings(learn));
      return modelBytes(schema, table.names, trees);
    },
    aucOf: async (model) => {
      const { trees }: { trees: Trees } = read<RoundModel>(model);
      return (await evaluated(boosting, trees, held)).metrics.auc ?? Number.NaN;
    },
  };
}

function standardWay(
  options: Parameters<typeof learnAveraging>[2],
  schema: RoundSchema,
  learn: LearningOf<'logistic'> | LearningOf<'averaging'>,
  held: RoundTable,
): Way {
  return {
    learn: async (training) => {
      const parts: Parts = { training, held };
      if (learn.kind === 'logistic') return (await learnLogistic({ schema, learn }, parts, options)).model;
      const { robust: _none, ...plain } = learn;
      return (await learnAveraging({ schema, learn: plain, members: [''] }, parts, options)).model;
    },
    aucOf: async (model) =>
      (await standardEvaluated(options.averaging, read<StandardModel>(model), held)).metrics.auc ?? Number.NaN,
  };
}

const read = <Model>(bytes: Uint8Array): Model => JSON.parse(Buffer.from(bytes).toString('utf8')) as Model;

function furthestOf(one: Uint8Array, other: Uint8Array): number {
  const [ours, theirs] = [read<StandardModel>(one).weights, read<StandardModel>(other).weights];
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  return ours.reduce((most, weight, at) => Math.max(most, Math.abs(weight - theirs[at]!)), 0);
}
