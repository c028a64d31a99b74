// The custodian's key of one round while its node runs: open in memory, or locked until enough people have given their shares. Where it is split,
// the disk has it sealed under a key that nobody has but in shares (crypto/he/custody.ts), and its shares wait here, in memory alone, until
// each was handed to a person of its own. It is published only after the last one was: a node that goes down before makes another.

import { joinKey, splitKey } from '../../../crypto/he/he.ts';
import { zeroBytes } from '../../../crypto/keys.ts';
import { ShareError, shareHead } from '../../../crypto/shamir.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { KeySplit } from './state.ts';

/** Fewer than two shares are no shares; more people are not asked for one round. */
export const keySplitLimits = { sharesMin: 2, sharesMax: 16 } as const;

export type HandedShare = { readonly share: string; readonly number: number; readonly of: number; readonly needed: number };

export function isKeySplit({ shares, needed }: KeySplit): boolean {
  const { sharesMin, sharesMax } = keySplitLimits;
  return [shares, needed].every(Number.isInteger) && shares <= sharesMax && needed >= sharesMin && needed <= shares;
}

type Waiting = {
  readonly sealed: Uint8Array;
  readonly split: KeySplit;
  readonly set: number;
  readonly shares: string[];
  readonly takers: Set<string>;
};

export class CustodyKey {
  #secret: Uint8Array | undefined;
  #group: { readonly secret: Uint8Array; readonly since: number } | undefined;
  #waiting: Waiting | undefined;
  #given = new Map<number, string>();
  /** What the secret that sums are sealed by was wrapped as, by digest, in all tries. */
  readonly named = new Set<string>();
  /** That it is locked. */
  told = false;

  get secret(): Uint8Array | undefined {
    return this.#secret;
  }
  /** That sums are sealed by, from one of them on: where the key is split it is on no disk, and another one is made after a start. */
  get group(): { readonly secret: Uint8Array; readonly since: number } | undefined {
    return this.#group;
  }
  /** Shares that nobody has fetched. */
  get unfetched(): number {
    return this.#waiting?.shares.length ?? 0;
  }
  /** Shares that were given to open it. */
  get given(): number {
    return this.#given.size;
  }

  /** One that lies under the node's vault. */
  keep(secretKey: Uint8Array): void {
    if (this.#secret) zeroBytes(secretKey);
    else this.#secret = secretKey;
  }

  /** Sums from `since` on are sealed by another secret. */
  renew(secret: Uint8Array, since: number): void {
    if (this.#group) zeroBytes(this.#group.secret);
    this.#group = { secret, since };
    this.named.clear();
  }

  /** @param secretKey as it was made: from here on it is this object's to overwrite */
  async split(secretKey: Uint8Array, split: KeySplit): Promise<void> {
    const { sealed, shares } = await splitKey(secretKey, split.shares, split.needed);
    this.#secret = secretKey;
    this.#waiting = { sealed, split, set: shareHead(shares[0]!).set, shares: [...shares], takers: new Set() };
  }

  /**
   * The next share, once, to somebody who has none.
   * @param keep makes the sealed key last, before the last share is given out; where it fails that share is still here
   * @throws {ProtocolFault} key_share_none, key_share_taken
   */
  async hand(person: string, keep: (sealed: Uint8Array, set: number) => Promise<void>): Promise<HandedShare> {
    const waiting = this.#waiting;
    const share = waiting?.shares[0];
    if (!waiting || share === undefined) throw new ProtocolFault('key_share_none');
    const { split, takers, shares } = waiting;
    if (takers.has(person)) throw new ProtocolFault('key_share_taken');
    shares.shift();
    takers.add(person);
    if (shares.length === 0) {
      try {
        await keep(waiting.sealed, waiting.set);
      } catch (error) {
        shares.push(share);
        takers.delete(person);
        throw error;
      }
      this.#waiting = undefined;
    }
    return { share, number: shareHead(share).number, of: split.shares, needed: split.needed };
  }

  /**
   * Takes shares to open it by, of one person or several, and opens it with the last that is needed.
   * @returns whether it is open  @throws {ProtocolFault} key_share_wrong saying which and why; nothing of these shares is taken then
   */
  async give(
    shares: readonly string[],
    { set, split, sealed }: { set: number; split: KeySplit; sealed: Uint8Array },
  ): Promise<boolean> {
    const given = new Map(this.#given);
    for (const share of shares) {
      const { number, ...head } = headOf(share);
      if (head.set !== set || head.threshold !== split.needed || number > split.shares)
        throw new ProtocolFault('key_share_wrong', `share ${number} belongs to another key`);
      if (given.has(number) && given.get(number) !== share)
        throw new ProtocolFault('key_share_wrong', `share ${number} was given before, and was another one`);
      given.set(number, share);
    }
    this.#given = given;
    if (given.size < split.needed) return false;
    try {
      const secret = await joinKey(sealed, [...given.values()]);
      this.keep(secret);
      return true;
    } catch (error) {
      throw new ProtocolFault('key_share_wrong', 'together they do not open it: all have to be given again', error);
    } finally {
      this.#given = new Map();
    }
  }

  /** Nobody has it any more here. */
  close(): void {
    if (this.#secret) zeroBytes(this.#secret);
    if (this.#group) zeroBytes(this.#group.secret);
    this.#secret = undefined;
    this.#group = undefined;
    this.#waiting = undefined;
    this.#given.clear();
  }
}

function headOf(share: string): ReturnType<typeof shareHead> {
  try {
    return shareHead(share);
  } catch (error) {
    if (error instanceof ShareError) throw new ProtocolFault('key_share_wrong', error.message, error);
    throw error;
  }
}
