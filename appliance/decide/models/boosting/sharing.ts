// The side of a shared training that answers: gives a training's values to whoever sums them over all organisations, or takes sums that are known
// from before, and wakes the thread that waits for them.

import { Fault } from '../../../core/errors.ts';
import type { Ask, SharedOrder, SumRequest } from './exchange.ts';
import { limits, type Settings } from './settings.ts';

/** Sums of an earlier run of the same training, by index: an array, or what reads them when they are wanted. */
export type Replay = {
  readonly length: number;
  at(index: number): Int32Array | undefined | Promise<Int32Array | undefined>;
};

export type SumOptions = {
  /** The sum of these values over all organisations, place by place; asked one at a time, in the order of `index`. */
  sum(request: SumRequest): Promise<Int32Array>;
  /** Taken instead of asking, as far as they go. */
  readonly replay?: Replay;
  /**
   * Every row is hidden by noise in the sums. Then `scales` are whatever no row has a part in, and histograms are mended. Rows and labels of `base`
   * have to be ones that can be.
   */
  readonly noisy?: boolean;
};

export class Sharing {
  readonly order: SharedOrder;
  readonly #options: SumOptions;
  #asked = 0;

  constructor(options: SumOptions) {
    this.#options = options;
    this.order = {
      answered: new Int32Array(new SharedArrayBuffer(4)),
      replayed: options.replay?.length ?? 0,
      noisy: options.noisy === true,
    };
  }

  /** @param fail hears what `sum` was rejected with, or what is wrong with its answer */
  async answer({ ask: { index, kind, values } }: Ask, fail: (error: unknown) => void): Promise<void> {
    try {
      this.#asked = index + 1;
      const { sum, replay } = this.#options;
      const sums = index < this.order.replayed ? await replay!.at(index) : await sum({ index, kind, values: values.slice() });
      if (!(sums instanceof Int32Array) || sums.length !== values.length)
        throw new Fault('bad_request', `sums[${index}]: expected ${values.length} numbers of 32 bits (${kind})`);
      values.set(sums);
      this.#wake(index, index + 1);
    } catch (error) {
      fail(error);
    }
  }

  /** Nobody is to wait any more. */
  end(): void {
    Atomics.store(this.order.answered, 0, -1);
    Atomics.notify(this.order.answered, 0);
  }

  /** @throws {Fault} `bad_request` when there were more sums than this training has */
  checkReplayed(): void {
    const { replayed } = this.order;
    if (this.#asked < replayed) throw new Fault('bad_request', `replay: ${replayed} sums, the training has ${this.#asked}`);
  }

  /** An answer that comes after the end changes nothing. */
  #wake(from: number, to: number): void {
    Atomics.compareExchange(this.order.answered, 0, from, to);
    Atomics.notify(this.order.answered, 0);
  }
}

/** Refuses what would make a model of several organisations another than that of the pooled table. @throws {Fault} `bad_request` names it */
export function checkShareable(settings: Settings, options: object): void {
  const refuse = (what: string) => {
    throw new Fault('bad_request', `${what} in shared training`);
  };
  if (settings.objective !== 'logistic') refuse('settings.objective: expected logistic');
  // A row is in the sample by its number, which is another in the pooled table.
  if (settings.rowSample !== 1) refuse('settings.rowSample: expected 1');
  const { weights, validation, resume } = options as { weights?: unknown; validation?: { weights?: unknown }; resume?: unknown };
  if (weights !== undefined) refuse('weights: expected none');
  if (validation?.weights !== undefined) refuse('validation.weights: expected none');
  if (resume !== undefined) refuse('resume: expected none but sums to replay');
}

/** @throws {Fault} `bad_request` names a column whose edges are not finite, do not rise, or are too many */
export function checkEdges(edges: readonly Float32Array[]): void {
  for (const [column, of] of edges.entries()) {
    const rises = of.every((edge, at) => Number.isFinite(edge) && (at === 0 || edge > of[at - 1]!));
    if (!rises || of.length > limits.bins - 2)
      throw new Fault('bad_request', `edges[${column}]: expected at most ${limits.bins - 2} finite numbers that rise`);
  }
}
