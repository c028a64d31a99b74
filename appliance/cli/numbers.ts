// Reads numbers given on the command line: what is no number within its bounds is wrong usage, said before anything starts.

import { InvalidArgumentError } from 'commander';

/** A parser for commander's options and arguments. @throws {InvalidArgumentError} naming the bounds */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() === '' || !Number.isInteger(number) || number < least || number > most) {
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
    }
    return number;
  };
}

/** @throws {InvalidArgumentError} naming the bounds */
export function positiveUpTo(most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!(number > 0 && number <= most)) throw new InvalidArgumentError(`expected above 0, up to ${most}`);
    return number;
  };
}

/** `k` of `n` recovery shares. */
export type SharesWanted = { k: number; n: number };

/** Reads `3/5`. @throws {InvalidArgumentError} */
export function sharesOf(text: string): SharesWanted {
  const found = /^(\d{1,2})\/(\d{1,2})$/.exec(text);
  const [k, n] = [Number(found?.[1]), Number(found?.[2])];
  if (!found || k < 2 || n < k || n > 32) throw new InvalidArgumentError('expected k/n with 2 <= k <= n <= 32, such as 3/5');
  return { k, n };
}
