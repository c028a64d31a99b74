// The secrets that opened sums are sealed by for the members: the first is in the custodian's first word, and there is another from the sum on
// before which somebody was left out, so that who no longer takes part reads nothing more.

import type { Board } from '../../protocol/round/board.ts';
import { openFrom } from './sealed.ts';
import type { RoundSession } from './session.ts';
import { LeftOut, once } from './sum-helpers.ts';

/** What a secret is bound to, wrapped for one member. @param since the first sum that is sealed by it; -1 for the one of the beginning */
export const placeOfSecret = (round: string, member: string, since: number) => ({
  round,
  what: 'group secret',
  of: since < 0 ? member : `${member} ${since}`,
});

/** From which sum on the secret that `sum` is sealed by is in force; -1 for the one of the beginning. */
export function secretSince({ sums }: Pick<Board, 'sums'>, sum: number): number {
  for (let at = Math.min(sum, sums.length - 1); at >= 0; at -= 1) if (sums[at]!.opened?.secrets) return at;
  return -1;
}

/** A member's own. */
export class GroupSecrets {
  readonly #session: RoundSession;
  readonly #secrets = new Map<number, Promise<Uint8Array>>();

  constructor(session: RoundSession) {
    this.#session = session;
  }

  /** That an opened sum is sealed by. @throws {LeftOut} @throws {ProtocolFault} seal_broken */
  of(sum: number): Promise<Uint8Array> {
    return this.#since(secretSince(this.#session.board, sum));
  }

  /** That was in force when `sum` was begun: the same for all who ask for it. @throws {LeftOut} @throws {ProtocolFault} seal_broken */
  async before(sum: number): Promise<Uint8Array> {
    const { board } = this.#session;
    await this.#session.until(() => sum === 0 || board.sums[sum - 1]?.opened !== undefined);
    return this.of(sum - 1);
  }

  #since(since: number): Promise<Uint8Array> {
    const { board, standing, round, me } = this.#session;
    const digest = since < 0 ? board.custody!.secrets[me] : board.sums[since]!.opened!.secrets![me];
    if (digest === undefined) return Promise.reject(new LeftOut());
    const fetched = async () =>
      openFrom(standing.wrapPrivateKey(), placeOfSecret(round, me, since), await this.#session.fetch(digest));
    return once(this.#secrets, since, fetched);
  }
}
