// What owner and partners of a vertical round say to each other on its board: questions of the owner, each answered by its partner before the next.
// The bytes are sealed for who they are to; a board has their order, what they are about, and their hashes.

import { need, type Party } from './board-state.ts';
import type { RoundTerms } from './round-terms.ts';
import type { Entry, SayingOf } from './sayings.ts';

/** A question and its answer, by the digests of their parts. */
export type Exchange = {
  readonly about: string;
  readonly question: readonly string[];
  answer: readonly string[] | undefined;
};

export class BoardExchanges {
  /** By partner, in their order. */
  readonly #of = new Map<string, Exchange[]>();
  /** What both sides have by now, as they said: nobody asks for these bytes again. */
  readonly #spent: string[] = [];

  of(partner: string): readonly Exchange[] {
    return this.#of.get(partner) ?? [];
  }
  get count(): number {
    return [...this.#of.values()].reduce((sum, { length }) => sum + length, 0);
  }
  get answered(): number {
    return this.count - this.asked.length;
  }
  get spent(): readonly string[] {
    return this.#spent;
  }

  /** Partners whose answer is to come. */
  get asked(): string[] {
    return [...this.#of].filter(([, all]) => all.at(-1)?.answer === undefined).map(([partner]) => partner);
  }
  /** Whoever it is to go on: partners that were asked, or the owner; nobody where there are none. */
  waitedFor({ learn }: RoundTerms): string[] {
    if (learn.kind !== 'vertical-trees') return [];
    return this.asked.length > 0 ? this.asked : [learn.owner];
  }
  /** Every question between a member and the others has its answer, and each partner among them had one. */
  isWholeFor(member: string, { members, learn }: RoundTerms): boolean {
    const owner = learn.kind === 'vertical-trees' && learn.owner;
    const partners = member === owner ? members.filter((one) => one !== owner) : [member];
    return partners.every((partner) => this.of(partner).at(-1)?.answer !== undefined);
  }

  /** @returns what it changes  @throws {ProtocolFault} round_phase */
  take({ by }: Entry, says: SayingOf<'exchange'>, terms: RoundTerms, parties: ReadonlyMap<string, Readonly<Party>>): () => void {
    const { to, number, about, digests } = says;
    const owner = terms.learn.kind === 'vertical-trees' ? terms.learn.owner : undefined;
    need(owner !== undefined && (by === owner) !== (to === owner) && terms.members.includes(to), 'exchange');
    const partner = by === owner ? to : by;
    need(
      [by, to].every((member) => parties.get(member)!.model === undefined),
      'exchange',
    );
    const held = this.#of.get(partner) ?? [];
    const last = held.at(-1);
    if (by === owner) {
      need(number === held.length && (last === undefined || last.answer !== undefined), 'exchange');
      return () => {
        this.#of.set(partner, held);
        held.push({ about, question: digests, answer: undefined });
        // It would not ask on without having the answer.
        this.#spent.push(...(last?.answer ?? []));
      };
    }
    need(last !== undefined && number === held.length - 1 && last.answer === undefined && about === last.about, 'exchange');
    return () => {
      last!.answer = digests;
      this.#spent.push(...last!.question);
    };
  }
}
