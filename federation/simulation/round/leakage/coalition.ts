// What coordinator, custodian and some members have when they put together all that they see: the masked vectors of the others, the secrets that were
// opened in the round, and the masks that their own members have with anybody. What cannot be taken off a vector is what still hides it.

import { type MaskKeys, openMaster, type Pair, unmask } from '../../../../crypto/masks/masks.ts';
import { boardOf, linesOf, openedSecrets } from '../invariants.ts';
import { modulus, residuesOf } from '../plain-sums.ts';
import type { RoundRun } from '../run.ts';
import type { Views } from './views.ts';

export type Left = {
  readonly member: string;
  readonly sum: number;
  /** In the sum that is opened. */
  readonly survived: boolean;
  /** After everything is off that the coalition has. */
  readonly vector: Uint32Array;
  /** Masks that it has not: own ones, and pairs. */
  readonly unknown: { readonly self: boolean; readonly pairs: readonly string[] };
};

/** A round as coalitions look at it; what is the same for all of them is worked out once. */
export class Together {
  readonly #run: RoundRun;
  readonly #views: Views;
  /** By sum, member and kind: whose shares were opened; one's own seed is worth all. */
  readonly #opened = new Map<string, Set<string>>();
  readonly #pairs = new Map<string, Pair>();
  readonly sums: { readonly sum: number; readonly members: readonly string[]; readonly survivors: readonly string[] }[] = [];
  threshold = 0;

  private constructor(run: RoundRun, views: Views) {
    this.#run = run;
    this.#views = views;
  }

  static async of(run: RoundRun, views: Views): Promise<Together> {
    const together = new Together(run, views);
    for (const { sum, of, kind, from } of await openedSecrets(run)) {
      const name = `${sum} ${of} ${kind}`;
      const whole = kind === 'selfSeed' && of === from;
      const by = whole ? run.world.members.map(({ id }) => id) : [from];
      together.#opened.set(name, new Set([...(together.#opened.get(name) ?? []), ...by]));
    }
    const board = boardOf(run.world, run.round, await linesOf(run.world.desk));
    together.threshold = board.threshold;
    for (const { sum, members, survivors } of board.sums) together.sums.push({ sum, members, survivors: survivors ?? [] });
    return together;
  }

  /** Whether the coalition has so many shares, its own and opened ones, that it has the secret. */
  #has(coalition: ReadonlySet<string>, sum: number, of: string, kind: 'maskMaster' | 'selfSeed'): boolean {
    if (coalition.has(of)) return true;
    const opened = this.#opened.get(`${sum} ${of} ${kind}`) ?? [];
    return new Set([...coalition, ...opened]).size >= this.threshold;
  }

  #keys(member: string, sum: number): MaskKeys {
    return openMaster('x25519', this.#views.secretsOf(member, sum).master, { session: this.#run.round, index: sum }, member);
  }

  /** The mask of two, with the first one's sign. */
  pair(member: string, peer: string, sum: number): Pair {
    const name = `${member} ${peer} ${sum}`;
    const known = this.#pairs.get(name);
    if (known) return known;
    const [own, theirs] = [this.#keys(member, sum), this.#keys(peer, sum).publicKey];
    const made = member < peer ? own.offer(peer, theirs) : own.accept(peer, theirs, new Uint8Array(0));
    this.#pairs.set(name, made);
    return made;
  }

  /** The masked vector as it left its member, whether it was counted or not; undefined where none did. */
  maskedOf(member: string, sum: number): Uint32Array | undefined {
    const { ledger } = this.#run.world;
    const said = ledger.ofKind('contribution').find(({ party, says }) => party === member && says.sum === sum);
    return said && Uint32Array.from(said.says.ciphertexts.flatMap((digest) => [...residuesOf(ledger.given.get(digest)!)]));
  }

  /** Of every other member. */
  left(coalition: readonly string[]): Left[] {
    const inside = new Set(coalition);
    return this.sums.flatMap(({ sum, members, survivors }) =>
      members
        .filter((member) => !inside.has(member))
        .flatMap((member) => {
          const masked = this.maskedOf(member, sum);
          if (!masked) return [];
          const self = this.#has(inside, sum, member, 'selfSeed');
          const peers = members.filter((peer) => peer !== member);
          const own = this.#has(inside, sum, member, 'maskMaster');
          const known = peers.filter((peer) => own || this.#has(inside, sum, peer, 'maskMaster'));
          const vector = unmask(masked, {
            modulus,
            selfSeeds: self ? [this.#views.secretsOf(member, sum).self] : [],
            leftover: known.map((peer) => this.pair(member, peer, sum)),
          });
          const pairs = peers.filter((peer) => !known.includes(peer));
          return [{ member, sum, survived: survivors.includes(member), vector, unknown: { self: !self, pairs } }];
        }),
    );
  }
}

/** All sets of so many. */
export function subsetsOf<Item>(items: readonly Item[], count: number): Item[][] {
  if (count === 0) return [[]];
  return items.flatMap((item, at) => subsetsOf(items.slice(at + 1), count - 1).map((rest) => [item, ...rest]));
}
