// What a vertical round's trees say of the owner's own customers: scores that only this round could give, as each needs all sides. They are held back
// until the model is adopted, and go when it is not.

import type { Book, Spool } from '../../../federation/protocol/durable.ts';
import { type PersonRow, PersonRows } from '../person-rows.ts';

type About = {
  readonly purpose: string;
  /** As the node's own table of purposes calls it: whose consent counted when rows were made. */
  readonly trainedFor: string;
  readonly label: string;
  readonly asOfMs: number;
  readonly adopted: boolean;
};
export type RoundScore = { readonly person: number; readonly score: number };

export class RoundScores {
  readonly #rows: PersonRows<About>;

  constructor(parts: { readonly book: Book; readonly spool: Spool }) {
    this.#rows = new PersonRows(parts, 'round-scores');
  }

  /** @param margins log-odds by person */
  async hold(round: string, persons: readonly number[], margins: Float64Array, about: Omit<About, 'adopted'>): Promise<void> {
    const rows = persons.map((person, at): PersonRow => [person, 1 / (1 + Math.exp(-margins[at]!))]);
    await this.#rows.keep(round, rows, { ...about, adopted: false });
  }

  async adopt(round: string): Promise<void> {
    const about = await this.#rows.about(round);
    if (about) await this.#rows.tell(round, { ...about, adopted: true });
  }

  /** The round is over: what was not adopted goes. */
  async over(round: string): Promise<void> {
    const about = await this.#rows.about(round);
    if (about && !about.adopted) await this.#rows.forget(round);
  }

  /** undefined where none was adopted */
  async of(round: string): Promise<(Omit<About, 'adopted'> & { readonly scores: RoundScore[] }) | undefined> {
    const { adopted, ...about } = (await this.#rows.about(round)) ?? { adopted: false };
    if (!adopted) return undefined;
    const scores = (await this.#rows.rows(round)).map(([person, score]) => ({ person, score }));
    return { ...(about as Omit<About, 'adopted'>), scores };
  }

  /** Of one person, for their package. @param recordIds all records that are this person */
  async everythingOf(recordIds: readonly number[]): Promise<{ round: string; purpose: string; label: string; score: number }[]> {
    const found: { round: string; purpose: string; label: string; score: number }[] = [];
    for (const round of await this.#rows.keys()) {
      const held = await this.of(round);
      for (const { person, score } of held?.scores ?? []) {
        if (recordIds.includes(person)) found.push({ round, purpose: held!.purpose, label: held!.label, score });
      }
    }
    return found;
  }

  erasePersons(persons: readonly number[]): Promise<number> {
    return this.#rows.erasePersons(persons);
  }
}
