// Change sets that stand on each other: of one chain, none is applied once one before it has failed. With that a caller may send
// the next before it knows of the last, and an engine is never idle between two.

import { Fault } from '../errors.ts';

/** Broken chains remembered; whoever goes on after a failure begins a new chain. */
const brokenRemembered = 1_000;

let next = 1;

/** A number for a chain that no other caller in this process has. */
export function newChain(): number {
  return next++;
}

export class Chains {
  /** By chain, which of its change sets failed first. */
  readonly #broken = new Map<number, number>();

  /** @param link tells the change sets of a chain apart. @throws {Fault} `store_unavailable` when one before it has failed */
  check(chain: number | undefined, link: number): void {
    if (chain === undefined) return;
    const broken = this.#broken.get(chain);
    if (broken !== undefined && broken !== link)
      throw new Fault('store_unavailable', 'a change set that it stands on has failed');
  }

  failed(chain: number | undefined, link: number): void {
    if (chain === undefined || this.#broken.has(chain)) return;
    this.#broken.set(chain, link);
    if (this.#broken.size > brokenRemembered) this.#broken.delete(this.#broken.keys().next().value!);
  }

  /** It had failed beside others, and held alone. */
  applied(chain: number | undefined, link: number): void {
    if (chain !== undefined && this.#broken.get(chain) === link) this.#broken.delete(chain);
  }
}
