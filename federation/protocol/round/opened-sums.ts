// Opened sums of a round as a model is made again from them: what each is about, and how one that cannot be is refused.

import { ProtocolFault } from '../words.ts';

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

/** Sums one after the other, each with what it has to be about. */
export class SumReader {
  readonly #sums: readonly OpenedSum[];
  #at = 0;

  constructor(sums: readonly OpenedSum[]) {
    this.#sums = sums;
  }

  /** @param read refuses by a RangeError  @throws {SumRefused} also when there is none */
  next<Result>(what: string, index: number | undefined, read: (sum: OpenedSum) => Result): Result {
    const sum = this.#sums[this.#at];
    if (!sum) throw new SumRefused(this.#at, 'wanting');
    const place = placeOf(sum);
    if (place.what !== what || place.index !== index) throw new SumRefused(sum.sum, `expected ${what}, got ${sum.about}`);
    this.#at += 1;
    try {
      return read(sum);
    } catch (error) {
      if (error instanceof RangeError) throw new SumRefused(sum.sum, error.message);
      throw error;
    }
  }

  /** @throws {SumRefused} when there are more */
  end(): void {
    const more = this.#sums[this.#at];
    if (more) throw new SumRefused(more.sum, 'one too many');
  }
}
