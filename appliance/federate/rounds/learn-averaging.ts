// Averaging in a round: FedAvg, FedProx and FedAdam over a logistic or a neural model. Each sum carries the members' updates, and how the weights
// before them do on rows that members keep out of training; it ends when that no longer falls. Where the terms name a rule against poisoned updates, each
// member writes its update into the places of its own group, so that one sum opens those of all groups.

import type { Learned, NoisePart, SumSet } from '../../../federation/participant/round/ports.ts';
import {
  decodeHeldLoss,
  decodeUpdate,
  encodeHeldLoss,
  encodeUpdate,
  heldWords,
  type ServerRule,
  type ServerState,
  type Standardiser,
  startServer,
  stepServer,
  type UpdateTerms,
  updateSensitivity,
  type Watch,
  watch,
} from '../../../federation/protocol/averaging/averaging.ts';
import { reserveFor } from '../../../federation/protocol/round/privacy-terms.ts';
import { type LearningOf, type RoundTerms, updateTermsOf } from '../../../federation/protocol/round/round-terms.ts';
import {
  limitsOf,
  type StandardModel,
  standardBytes,
  standardiserOfLimits,
} from '../../../federation/protocol/round/standard-model.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { Fault } from '../../core/errors.ts';
import { type AveragedModel, initialWeights, type Table } from '../../decide/models/averaging/averaging.ts';
import { everybodys, ours, type StandardOptions, standardised } from './learn-logistic.ts';
import { drawnFrom, drawWords, groupFor, robustUpdate, safeGroups, wordsOfChance } from './poison-groups.ts';
import { averagedModel, type Parts, partsOf, sourceOf, standardEvaluated } from './standard-model.ts';

export type AveragingOptions = StandardOptions & {
  readonly me: string;
  readonly random: { bytes(length: number): Uint8Array };
};
/** What is said where losses are not summed. */
const noLoss = { rows: 0, steps: 0 } as const;
type Averaged = LearningOf<'averaging'>;
type Terms = Pick<RoundTerms, 'schema' | 'learn' | 'members' | 'privacy'>;

/** @throws {ProtocolFault} label_constant, columns_constant, sum_wrong, value_out_of_range, groups_few, survivors_few, and what `ask` is rejected with */
export async function learnAveraging(terms: Terms, parts: Parts, options: AveragingOptions): Promise<Learned> {
  const learn = terms.learn as Averaged;
  const { schema, privacy } = terms;
  const { averaging, ask, random, signal } = options;
  // What it stops by are other rows than what the finished model is looked at with.
  const own = partsOf(parts.training);
  const prepared = await averaging.prepare(sourceOf(own.training, schema), { signal });
  const chance = learn.robust ? drawWords(random) : new Int32Array();
  const { standardiser, more } = privacy
    ? { standardiser: standardiserOfLimits(limitsOf(schema)), more: chance }
    : await standardised(prepared, { schema, fewest: learn.fewest, ask, more: chance });
  const model = averagedModel(learn, standardiser.columns.length);
  const held = await averaging.prepare(sourceOf(own.held, schema), { signal });
  const descent = new Descent(learn, terms, options, {
    model,
    standardiser,
    table: await averaging.standardise(prepared, standardiser, { signal }),
    held: await averaging.standardise(held, standardiser, { signal }),
    chance: more,
  });
  while (!descent.done) await descent.round();
  const features = parts.training.names;
  const weights = [...descent.weights];
  const made: StandardModel = { format: 1, kind: 'averaging', schema, features, standardiser, model, weights };
  return { model: standardBytes(made), ...(await standardEvaluated(averaging, made, parts.held)) };
}

type Start = {
  readonly model: AveragedModel;
  readonly standardiser: Standardiser;
  readonly table: Table;
  readonly held: Table;
  /** Opened words of everybody's chance, for the groups of the first update. */
  readonly chance: Int32Array;
};

class Descent {
  readonly #learn: Averaged;
  readonly #options: AveragingOptions;
  readonly #start: Start;
  readonly #rule: ServerRule;
  readonly #terms: UpdateTerms;
  #state: ServerState;
  #watch: Watch | undefined;
  readonly #private: boolean;
  #chance: Int32Array;
  done = false;

  constructor(
    learn: Averaged,
    { members, privacy }: Pick<Terms, 'members' | 'privacy'>,
    options: AveragingOptions,
    start: Start,
  ) {
    this.#learn = learn;
    this.#options = options;
    this.#start = start;
    const { serverLearningRate: learningRate, adaptive } = learn;
    this.#rule = adaptive ? { kind: 'adam', learningRate, ...adaptive } : { kind: 'average', learningRate };
    this.#private = privacy !== undefined;
    const { inputs } = start.model;
    this.#terms = updateTermsOf(learn, members.length, inputs, privacy && ((bound) => reserveFor(privacy, bound)));
    this.#state = startServer(this.#rule, initialWeights(start.model, learn.seed));
    this.#chance = start.chance;
  }

  get weights(): Float64Array {
    return this.#watch?.best ?? this.#state.weights;
  }

  /** One sum: of the updates from these weights, and of their loss; the last has no updates. */
  async round(): Promise<void> {
    const { ask, random, averaging, signal } = this.#options;
    const { round, weights } = this.#state;
    const last = round === this.#learn.rounds;
    const seed = drawnFrom(this.#chance);
    const groupsOf = (members: readonly string[]) =>
      last ? [] : this.#learn.robust ? groupFor(this.#learn, members, seed) : [[...members]];
    let set: SumSet | undefined;
    const about = last ? 'loss' : `update ${round}`;
    const sum = await ask(
      about,
      async (members) => {
        const { model, held } = this.#start;
        const own = this.#private ? noLoss : await averaging.heldLoss({ model, weights, table: held }, { signal });
        const loss = encodeHeldLoss(own);
        const chance = this.#learn.robust ? drawWords(random) : new Int32Array();
        const groups = groupsOf(members);
        const update = last ? new Int32Array() : await this.#update();
        return placed(groups, this.#options.me, [...loss, ...chance], update);
      },
      {
        ...(this.#private && { noise: this.#noise() }),
        state: JSON.stringify([this.#start.standardiser, [...weights]]),
        look: (given) => {
          if (this.#learn.robust) safeGroups(groupsOf(given.members), given.survivors);
          set = given;
        },
      },
    );
    this.#take(sum, groupsOf(set!.members), set!.survivors, last);
  }

  /** Of the update alone: losses are left out, and that a member counts once is known. */
  #noise(): NoisePart {
    const length = BigInt(Math.ceil(updateSensitivity(this.#terms)));
    return { from: heldWords, count: this.#terms.parameters, sensitivity2: length * length };
  }

  async #update(): Promise<Int32Array> {
    const { epochs, batch: batchSize, learningRate, mu, l2: lambda, seed } = this.#learn;
    const { model, table } = this.#start;
    const { round, weights } = this.#state;
    const order = { model, weights, table, epochs, batchSize, learningRate, mu, lambda, seed: (seed + round) >>> 0 };
    try {
      const update = await this.#options.averaging.localUpdate(order, { signal: this.#options.signal });
      // Each counts once, also who has nothing left to learn from: how many rows there are is nobody's to know.
      const given = this.#private ? { ...update, rows: 1 } : update;
      return ours(`update ${round}`, () => encodeUpdate(this.#terms, given));
    } catch (error) {
      if (error instanceof Fault && error.code === 'cannot_train')
        throw new ProtocolFault('value_out_of_range', `update ${round}: learning rate`, error);
      throw error;
    }
  }

  #take(sum: Int32Array, groups: readonly (readonly string[])[], survivors: readonly string[], last: boolean): void {
    const { round, weights } = this.#state;
    const chance = this.#learn.robust ? wordsOfChance : 0;
    this.#chance = sum.subarray(heldWords, heldWords + chance);
    const loss = sum.subarray(0, heldWords);
    // Where nobody keeps rows out it ends after all rounds.
    if (loss.some((word) => word !== 0)) {
      const { mean } = everybodys(`loss ${round}`, () => decodeHeldLoss(loss));
      this.#watch = watch(this.#watch, weights, mean, this.#learn.patience);
    }
    this.done = last || this.#watch?.stop === true;
    if (this.done) return;
    const rest = sum.subarray(heldWords + chance);
    const size = this.#terms.parameters + 1;
    const given = groups.map((members, at) => ({
      words: rest.subarray(at * size, (at + 1) * size),
      members: members.filter((member) => survivors.includes(member)).length,
    }));
    const { robust } = this.#learn;
    const update = robust
      ? robustUpdate(this.#terms, given, robust.rule)
      : everybodys(`update ${round}`, () => decodeUpdate(this.#terms, given[0]!.words, given[0]!.members).mean);
    this.#state = stepServer(this.#rule, this.#state, update);
    this.done = this.#private && this.#state.round === this.#learn.rounds;
  }
}

/** Words of this side: those of all, and then its update in the places of its group. */
function placed(groups: readonly (readonly string[])[], me: string, head: readonly number[], update: Int32Array): Int32Array {
  const words = new Int32Array(head.length + groups.length * update.length);
  words.set(head);
  const own = groups.findIndex((members) => members.includes(me));
  if (own >= 0) words.set(update, head.length + own * update.length);
  return words;
}
