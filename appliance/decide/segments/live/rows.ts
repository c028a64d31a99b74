// What is kept of one segment for each row of the customers' matrix: whether they are a member, as a bit, and until when that holds, where it
// ends by itself. Small, as there may be a thousand segments of a million customers.

import { type Bitmap, newBitmap } from '../rules/members.ts';

/** Rows of one piece of times, a power of two: few, so that a segment whose answers seldom end by themselves takes little. */
const rowsPerPiece = 256;
/** Times are kept in steps of so long. */
const keptStepMs = 1000;
/** For good. Times are whole seconds, rounded down: whoever looks a little early looks again. */
const forever = 0xffff_ffff;

export class MemberBits {
  #bits: Bitmap = newBitmap(0);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** In shared memory: bit r % 32 of word r / 32. It goes on changing, and is another one when there are more rows. */
  get bits(): Bitmap {
    return this.#bits;
  }

  has(row: number): boolean {
    return ((this.#bits[row >>> 5]! >>> (row & 31)) & 1) === 1;
  }

  /** @returns whether that changed anything */
  set(row: number, member: boolean): boolean {
    const word = row >>> 5;
    if (word >= this.#bits.length) {
      if (!member) return false;
      this.#grow(row);
    }
    if (this.has(row) === member) return false;
    this.#bits[word]! ^= 1 << (row & 31);
    this.#count += member ? 1 : -1;
    return true;
  }

  #grow(row: number): void {
    const grown = newBitmap(Math.max(row + 1, this.#bits.length * 48));
    grown.set(this.#bits);
    this.#bits = grown;
  }
}

export class Untils {
  readonly #pieces: (Uint32Array | undefined)[] = [];
  /** Whether there has been one that ends. */
  any = false;

  /** In milliseconds, never later than what was set; Infinity for good. */
  get(row: number): number {
    return momentOfStep(this.step(row));
  }

  /** The same as it is kept: a number to be compared, `foreverStep` for good. */
  step(row: number): number {
    const piece = this.#pieces[row >>> 8];
    return piece === undefined ? forever : piece[row & 0xff]!;
  }

  set(row: number, untilMs: number): void {
    const at = row >>> 8;
    let piece = this.#pieces[at];
    if (untilMs === Number.POSITIVE_INFINITY) {
      if (piece !== undefined) piece[row & 0xff] = forever;
      return;
    }
    if (piece === undefined) {
      piece = new Uint32Array(rowsPerPiece).fill(forever);
      this.#pieces[at] = piece;
      this.any = true;
    }
    piece[row & 0xff] = Math.min(forever - 1, Math.max(0, Math.floor(untilMs / keptStepMs)));
  }
}

export const foreverStep = forever;

/** The moment of a step; Infinity for good. */
export const momentOfStep = (step: number): number => (step === forever ? Number.POSITIVE_INFINITY : step * keptStepMs);
