// How a training over several organisations' columns reaches its ports: its thread tells the thread that ordered it what it wants, and sleeps until the
// answer lies in shared memory, as exchange.ts does for sums.

import { Fault } from '../../../../core/errors.ts';
import type { Work } from '../../../../core/pool/pool.ts';
import { areBits, bitBytes, type VerticalOptions, verticalLimits } from './ports.ts';

/** A node that a partner splits, and a node whose children all are told; bits of all of one question lie one after the other, each from a byte on. */
export type Dividing = {
  readonly partner: number;
  readonly node: number;
  readonly column: number;
  readonly bin: number;
  readonly missingLeft: 0 | 1;
  readonly rows: number;
};
export type Divided = { readonly node: number; readonly left: number; readonly right: number; readonly rows: number };

type SharedInts = Int32Array<SharedArrayBuffer>;
type SharedBits = Uint8Array<SharedArrayBuffer>;

export type Question =
  | {
      readonly kind: 'tree';
      readonly index: number;
      readonly gradients: SharedInts;
      readonly hessians: SharedInts;
      readonly columns: readonly (readonly number[])[];
    }
  /** Answered into `sums`: by node and partner, all of its columns. */
  | { readonly kind: 'sums'; readonly nodes: readonly number[]; readonly sums: SharedInts }
  /** Answered into `bits`. */
  | { readonly kind: 'divide'; readonly nodes: readonly Dividing[]; readonly bits: SharedBits }
  | { readonly kind: 'divided'; readonly nodes: readonly Divided[]; readonly bits: SharedBits };

/** What the thread tells. */
export type VerticalAsk = { readonly ask: { readonly at: number; readonly question: Question } };

/** What thread and asker share. */
export type VerticalOrder = {
  /** [answers so far; -1: there will be none] */
  readonly answered: Int32Array<SharedArrayBuffer>;
  /** Columns of the owner, then bins of each column of each partner, in the order of the joined table. */
  readonly own: number;
  readonly partners: readonly (readonly number[])[];
};

/** Asks and sleeps until it is answered; in the training's thread. @throws {Fault} `cancelled` */
export class Asker {
  readonly #answered: Int32Array<SharedArrayBuffer>;
  readonly #work: Work;
  #at = 0;

  constructor({ answered }: VerticalOrder, work: Work) {
    this.#answered = answered;
    this.#work = work;
  }

  ask(question: Question): void {
    const at = this.#at;
    this.#at += 1;
    this.#work.throwIfCancelled();
    this.#work.tell({ ask: { at, question } } satisfies VerticalAsk);
    while (Atomics.load(this.#answered, 0) === at) Atomics.wait(this.#answered, 0, at);
    this.#work.throwIfCancelled();
    if (Atomics.load(this.#answered, 0) !== at + 1) throw new Fault('cancelled');
  }
}

/** Answers by the ports; in the thread that ordered the training. */
export class Answering {
  readonly order: VerticalOrder;
  readonly #options: VerticalOptions;
  /** Numbers of a node's sums, by partner. */
  readonly #lengths: readonly number[];

  /** @throws {Fault} `bad_request` names a partner whose bins cannot be */
  constructor(own: number, options: VerticalOptions) {
    const { partners } = options;
    if (partners.length < 1 || partners.length > verticalLimits.partners)
      throw new Fault('bad_request', `partners: expected 1 to ${verticalLimits.partners}, got ${partners.length}`);
    for (const [partner, { bins }] of partners.entries()) {
      if (bins.length === 0) throw new Fault('bad_request', `partners[${partner}].bins: none`);
      const odd = bins.findIndex((count) => !Number.isInteger(count) || count < 2 || count > 256);
      if (odd >= 0) throw new Fault('bad_request', `partners[${partner}].bins[${odd}]: expected 2 to 256`);
    }
    this.#options = options;
    this.#lengths = partners.map(({ bins }) => 2 * bins.reduce((sum, count) => sum + count, 0));
    const answered = new Int32Array(new SharedArrayBuffer(4));
    this.order = { answered, own, partners: partners.map(({ bins }) => [...bins]) };
  }

  /** @param fail hears what a port was rejected with, or what is wrong with its answer */
  async answer({ ask: { at, question } }: VerticalAsk, fail: (error: unknown) => void): Promise<void> {
    try {
      await this.#do(question);
      Atomics.compareExchange(this.order.answered, 0, at, at + 1);
      Atomics.notify(this.order.answered, 0);
    } catch (error) {
      fail(error);
    }
  }

  /** Nobody is to wait any more. */
  end(): void {
    Atomics.store(this.order.answered, 0, -1);
    Atomics.notify(this.order.answered, 0);
  }

  async #do(question: Question): Promise<void> {
    const { ports } = this.#options;
    switch (question.kind) {
      case 'tree':
        await ports.tree(question.index, question.gradients.slice(), question.hessians.slice(), question.columns);
        return;
      case 'sums':
        this.#take(question.nodes, await ports.sums(question.nodes), question.sums);
        return;
      case 'divide': {
        let from = 0;
        const asked = question.nodes.map(async ({ partner, node, column, bin, missingLeft, rows }) => {
          const place = from;
          from += bitBytes(rows);
          const bits = await ports.divide(partner, node, column, bin, missingLeft);
          if (!areBits(bits, rows))
            throw new Fault('bad_request', `partners[${partner}].columns[${column}]: expected ${rows} bits of node ${node}`);
          question.bits.set(bits, place);
        });
        await Promise.all(asked);
        return;
      }
      case 'divided': {
        let from = 0;
        const told = question.nodes.map(({ node, left, right, rows }) => {
          const place = from;
          from += bitBytes(rows);
          return ports.divided(node, left, right, Uint8Array.from(question.bits.subarray(place, from)));
        });
        await Promise.all(told);
        return;
      }
    }
  }

  #take(nodes: readonly number[], answers: readonly (readonly Int32Array[])[], sums: SharedInts): void {
    if (!Array.isArray(answers) || answers.length !== nodes.length)
      throw new Fault('bad_request', `sums: expected those of ${nodes.length} nodes`);
    let to = 0;
    for (const [which, node] of nodes.entries()) {
      for (const [partner, length] of this.#lengths.entries()) {
        const given: unknown = answers[which]?.[partner];
        if (!(given instanceof Int32Array) || given.length !== length)
          throw new Fault('bad_request', `partners[${partner}]: expected ${length} numbers of 32 bits for node ${node}`);
        sums.set(given, to);
        to += length;
      }
    }
  }
}
