// A node's side of vertical rounds: rows of its own customers, made once and kept sealed while the round goes on, trees over its own columns, and scores
// of its customers where it has the labels.

import type { SideWork, VerticalPorts } from '../../../federation/participant/round/vertical/ports.ts';
import type { Book } from '../../../federation/protocol/durable.ts';
import type { RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { Fault } from '../../core/errors.ts';
import { Boosting } from '../../decide/models/boosting/boosting.ts';
import { parsePersonId } from '../../record/profiles/profiles.ts';
import type { KeptTables } from './kept-tables.ts';
import { type DryRun, idsOf } from './question-rows.ts';
import type { RoundScores } from './round-scores.ts';
import { type RowThreads, rowsWhenNeeded, startRowThreads } from './row-crypto.ts';
import {
  askOf,
  columnsRun,
  draftColumns,
  purposeFor,
  type SideRows,
  sideRows,
  type VerticalAsk,
  type VerticalRowParts,
  verticalRows,
} from './vertical-rows.ts';
import { ownerSide, ownSchema, partnerSide, verticalOf } from './vertical-side.ts';

const exposedCollection = 'round-exposed';

export class NodeVertical {
  readonly #rows: VerticalRowParts;
  readonly #book: Book;
  readonly #tables: KeptTables;
  readonly #scores: RoundScores;
  #threads: RowThreads | undefined;

  constructor(rows: VerticalRowParts, book: Book, tables: KeptTables, scores: RoundScores) {
    this.#book = book;
    this.#rows = rows;
    this.#tables = tables;
    this.#scores = scores;
  }

  #told(round: string, exposed: number): Promise<void> {
    return this.#book.write([{ put: [exposedCollection, round, exposed] }]);
  }

  /** Where this node was a partner: the share of its rows and columns that sums of few rows told the owner of the labels. */
  async exposedOf(round: string): Promise<number | undefined> {
    return (await this.#book.read(exposedCollection, round)) as number | undefined;
  }

  async draft(ask: VerticalAsk, source: unknown) {
    return draftColumns(await verticalRows(this.#rows, ask, source), ask.question?.name);
  }

  /** That the matches of the terms line up anybody here, before officers agree. @throws {Fault} `bad_request`, `not_found` */
  async checkMatches(terms: Parameters<typeof askOf>[0], me: string): Promise<void> {
    for (const [partner, match] of Object.entries(askOf(terms, me).matches)) await this.#rows.pairsOf(match, partner);
  }

  async check(terms: RoundTerms, source: unknown, me: string): Promise<DryRun> {
    const ask = askOf(terms, me);
    const made = await verticalRows(this.#rows, ask, source);
    return columnsRun(made, ownSchema(terms, me).features, ask.question && terms.schema.label.name);
  }

  get ports(): VerticalPorts {
    return {
      rows: rowsWhenNeeded(() => {
        this.#threads ??= startRowThreads();
        return this.#threads;
      }),
      owner: async (work) => {
        const { table, positions, persons } = await this.#side(work);
        const { terms, round } = work;
        const { rows } = verticalOf(terms);
        const about = {
          purpose: terms.purpose,
          trainedFor: purposeFor(askOf(terms, work.me), work.source),
          label: terms.schema.label.name,
          asOfMs: rows.by === 'match' ? rows.asOfMs : terms.proposedAtMs,
        };
        return ownerSide({ terms, table, boosting: boostingFor(work) }, positions, (chosen, margins) =>
          this.#scores.hold(
            round,
            Array.from(chosen, (row) => persons[row]!),
            margins,
            about,
          ),
        );
      },
      partner: async (work) => {
        const { table, positions } = await this.#side(work);
        return partnerSide({ terms: work.terms, table, boosting: boostingFor(work) }, positions[0]!, (exposed) =>
          this.#told(work.round, exposed),
        );
      },
    };
  }

  /** Made once: what is kept is what every later try goes by. */
  async #side({ round, me, terms, source, signal }: SideWork): Promise<SideRows> {
    const kept = await this.#tables.read(round);
    if (kept) {
      const persons = (await this.#tables.persons(round)).map((id) => parsePersonId(id) ?? -1);
      return { table: kept, positions: await this.#tables.positions(round), persons };
    }
    try {
      const made = sideRows(await verticalRows(this.#rows, askOf(terms, me), source, signal), terms, me);
      await this.#tables.keepPositions(round, made.positions);
      await this.#tables.keep(round, made.table, idsOf(made.persons));
      return made;
    } catch (error) {
      // What the others are told is that this side has too few, and never how many or why.
      const told = error instanceof Fault && ['cannot_train', 'not_found', 'bad_request'].includes(error.code);
      if (told) throw new ProtocolFault('rows_few', undefined, error);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#threads?.close();
  }
}

/** A training's thread sleeps while it waits for answers: each round has its own, until the round is over. */
function boostingFor({ signal }: SideWork): Boosting {
  const boosting = new Boosting({ threads: 1 });
  signal.addEventListener('abort', () => void boosting.close(), { once: true });
  return boosting;
}
