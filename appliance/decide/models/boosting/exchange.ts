// How a training that several organisations do together asks for sums over all of them: its thread tells the thread that ordered it, and sleeps
// until the answer lies in shared memory. Here the thread's side, and what is asked; sharing.ts answers.

import { Fault } from '../../../core/errors.ts';
import type { Work } from '../../../core/pool/pool.ts';

/**
 * What is summed over all parties, in the order of a training:
 * - `base`, once: rows, rows labelled 1, validation rows;
 * - then for each tree `scales`: the sum of |gradient| and the sum of hessians, three words each (fixed-point.ts: toWords);
 * - `histogram`, the root's and one for each step of growing: of each node asked for, in their order, of each column that the tree may use, in
 *   their order, of each bin (edges + 1 of values, one of missing), the gradient and the hessian in steps of the fixed point. Of a step that splits
 *   nodes it is of the child of each that has less hessian, the left one of equals, where either child may be split further;
 * - `loss`, when there are validation rows: the sum of their losses in steps of 2^-20, three words.
 */
export type SumKind = 'base' | 'scales' | 'histogram' | 'loss';

/** `index` counts from 0 through a training, alike for all parties. Sums over all of them stay within `mostSum` (fixed-point.ts). */
export type SumRequest = { readonly index: number; readonly kind: SumKind; readonly values: Int32Array };

/** What the thread tells: the values lie in shared memory, and the sums are to be written in their place. */
export type Ask = { readonly ask: SumRequest & { readonly values: Int32Array<SharedArrayBuffer> } };

/** What thread and asker share. */
export type SharedOrder = {
  /** [answers so far; -1: there will be none] */
  readonly answered: Int32Array<SharedArrayBuffer>;
  /** So many sums are known from before: what they are of need not be worked out. */
  readonly replayed: number;
  /** Sums have noise in them: they are made into some that rows could have (mend.ts). */
  readonly noisy: boolean;
};

export class Exchange {
  readonly #order: SharedOrder;
  readonly #work: Work;
  #index = 0;
  /** For one sum after the other. */
  #shared = new SharedArrayBuffer(0);

  constructor(order: SharedOrder, work: Work) {
    this.#order = order;
    this.#work = work;
  }

  get noisy(): boolean {
    return this.#order.noisy;
  }

  /**
   * The sum of values over all parties, until the next one is asked for; sleeps until it is there.
   * @param fill writes this party's values; left out where the sum is known from before
   * @throws {Fault} `cancelled`
   */
  sum(kind: SumKind, count: number, fill: (values: Int32Array) => void): Int32Array<SharedArrayBuffer> {
    const { answered, replayed } = this.#order;
    const index = this.#index;
    this.#index += 1;
    if (this.#shared.byteLength < count * 4) this.#shared = new SharedArrayBuffer(count * 4);
    const values = new Int32Array(this.#shared, 0, count);
    if (index >= replayed) fill(values);
    this.#work.throwIfCancelled();
    this.#work.tell({ ask: { index, kind, values } } satisfies Ask);
    while (Atomics.load(answered, 0) === index) Atomics.wait(answered, 0, index);
    this.#work.throwIfCancelled();
    if (Atomics.load(answered, 0) !== index + 1) throw new Fault('cancelled');
    return values;
  }

  /** The sums that were given last cannot be. @throws {Fault} `bad_request` */
  refuse(why: string): never {
    throw new Fault('bad_request', `sums[${this.#index - 1}]: ${why}`);
  }
}
