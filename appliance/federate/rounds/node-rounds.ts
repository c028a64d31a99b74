// Rounds of a node: one front for those of all its federations, with the node's own customers behind them. Rows are made once, kept sealed while a
// round goes on, and dropped with it.

import type { ParticipantPorts, Standing } from '../../../federation/participant/ports.ts';
import type { RoundEvent, RoundPorts, SumCrypto } from '../../../federation/participant/round/ports.ts';
import { Rounds } from '../../../federation/participant/round/rounds.ts';
import type { RoundSession } from '../../../federation/participant/round/session.ts';
import { fingerprintOfHash } from '../../../federation/protocol/identity.ts';
import type { RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import type { AuditEntry } from '../../core/audit/audit.ts';
import { Fault } from '../../core/errors.ts';
import { startAveraging } from '../../decide/models/averaging/averaging.ts';
import { Boosting } from '../../decide/models/boosting/boosting.ts';
import type { Ledgers } from '../ledger/ledgers.ts';
import { type Served, type ServeParts, serveAdopted, servedOf } from './adopted.ts';
import { KeptTables } from './kept-tables.ts';
import { learnRound } from './learning.ts';
import { NodeVertical } from './node-vertical.ts';
import { type RowParts, readRowSource } from './question-rows.ts';
import { RoundFiles } from './round-files.ts';
import type { ReportTold } from './round-report.task.ts';
import { RoundReports } from './round-reports.ts';
import { RoundScores } from './round-scores.ts';
import type { RoundTable } from './round-table.ts';
import { broughtBy, type DraftAsked, draftOf, type SourceParts } from './row-sources.ts';
import type { VerticalAsk, VerticalRowParts } from './vertical-rows.ts';

/** A model that a round brought, as JSON. */
export const modelCollection = 'round-model';
/** This node's part of the model of a vertical round, as JSON. */
export const partCollection = 'round-part';

export type NodeRoundsParts = {
  readonly ports: ParticipantPorts;
  readonly rows: Omit<RowParts, 'clock'>;
  /** Encryption, in threads that begin when there is a round. */
  readonly sums: SumCrypto;
  pairsOf: VerticalRowParts['pairsOf'];
  /** @throws {Fault} `not_found` where this node is no member */
  standing(federation: string): Standing;
  /** Federations that this node is a member of. */
  federations(): string[];
  pause(ms: number): Promise<void>;
  /** Again and again until the node closes. */
  loop(name: string, turn: () => Promise<void>): void;
  readonly waitMs: number;
  readonly ledgers: Ledgers;
  /** A model of a round as a version in the registry, and whether a purpose is declared. */
  readonly serving: Omit<ServeParts, 'book'>;
  note(entry: AuditEntry): Promise<void>;
  failed(what: string, error: unknown): void;
};

export class NodeRounds {
  readonly tables: KeptTables;
  readonly scores: RoundScores;
  readonly #vertical: NodeVertical;
  readonly files: RoundFiles;
  readonly #parts: NodeRoundsParts;
  readonly #rounds = new Map<string, Promise<Rounds>>();
  readonly #reports = new RoundReports();

  constructor(parts: NodeRoundsParts) {
    this.#parts = parts;
    this.tables = new KeptTables(parts.ports);
    const { book, spool, clock } = parts.ports;
    this.files = new RoundFiles({ book, spool, clock, needed: () => this.#neededFiles() });
    this.scores = new RoundScores({ book, spool });
    const rows = { ...parts.rows, clock, pairsOf: parts.pairsOf };
    this.#vertical = new NodeVertical(rows, book, this.tables, this.scores);
  }

  /** Opened once; from then on its boards are followed. */
  of(federation: string): Promise<Rounds> {
    const open = this.#rounds.get(federation);
    if (open) return open;
    const opening = Rounds.open(this.#ports(federation), this.#parts.standing(federation));
    this.#rounds.set(federation, opening);
    opening.then(
      () => this.#follow(federation),
      () => this.#rounds.delete(federation),
    );
    return opening;
  }

  async list(): Promise<{ federation: string; session: RoundSession }[]> {
    const all: { federation: string; session: RoundSession }[] = [];
    for (const federation of this.#parts.federations()) {
      const sessions = (await this.of(federation)).list().filter(({ board }) => board.begun);
      all.push(...sessions.map((session) => ({ federation, session })));
    }
    return all.sort((a, b) => b.session.state.createdAtMs - a.session.state.createdAtMs);
  }

  /** @throws {Fault} `not_found` */
  async find(round: string): Promise<{ federation: string; rounds: Rounds; session: RoundSession }> {
    const found = (await this.list()).find(({ session }) => session.round === round);
    if (!found) throw new Fault('not_found', 'round');
    return { ...found, rounds: await this.of(found.federation) };
  }

  /** A schema that this node can propose, and what it would bring. */
  draft(asked: DraftAsked, source: unknown) {
    return draftOf(this.#sources(), asked, source);
  }

  /** @throws {Fault} `bad_request` for what is no source, `not_found` for a file that is not there */
  async checkSource(given: unknown): Promise<void> {
    const source = readRowSource(given);
    if (source.from === 'file') await this.files.get(source.file);
  }

  /** Columns that this node can bring to a vertical round. @throws {Fault} `bad_request`, `not_found` */
  draftColumns(ask: VerticalAsk, source: unknown) {
    return this.#vertical.draft(ask, source);
  }

  /** What this node would bring to a round that was proposed. @throws {Fault} `bad_request` for a round of other rows */
  async check(terms: RoundTerms, source: unknown, me: string) {
    if (terms.learn.kind === 'vertical-trees') return this.#vertical.check(terms, source, me);
    return (await broughtBy(this.#sources(), terms, source)).run;
  }

  /** The model that a round brought; undefined where none was adopted here. */
  /** That this node can take part in a round with these terms at all. @throws {Fault} `bad_request`, `not_found` */
  async checkTerms(terms: Pick<RoundTerms, 'members' | 'learn' | 'schema' | 'purpose'>, me: string): Promise<void> {
    if (terms.learn.kind === 'vertical-trees') await this.#vertical.checkMatches(terms, me);
  }

  exposedOf(round: string): Promise<number | undefined> {
    return this.#vertical.exposedOf(round);
  }

  /** Of customers whose consent still covers the purpose; undefined where no scores were adopted. */
  async scoresOf(round: string) {
    const found = await this.scores.of(round);
    if (!found) return undefined;
    const allowing = await this.#parts.rows.mayUse(found.trainedFor);
    return { ...found, scores: found.scores.filter(({ person }) => allowing(person)) };
  }

  async partOf(round: string): Promise<string | undefined> {
    return (await this.#parts.ports.book.read(partCollection, round)) as string | undefined;
  }
  async modelOf(round: string): Promise<string | undefined> {
    return (await this.#parts.ports.book.read(modelCollection, round)) as string | undefined;
  }

  /** For compliance; of a round that goes on, too. @param zone IANA, such as `Asia/Shanghai` @throws {Fault} `not_found` {ProtocolFault} */
  async report(round: string, zone: string): Promise<ReportTold> {
    const { federation, rounds } = await this.find(round);
    const { me, membership } = this.#parts.standing(federation);
    return this.#reports.write({
      transcript: await rounds.transcript(round),
      me,
      founder: fingerprintOfHash(membership().foundedBy),
      zone,
      writtenAtMs: this.#parts.ports.clock.nowMs(),
    });
  }

  /** What came of its model on this node; undefined where none was adopted. */
  servedOf(round: string): Promise<Served | undefined> {
    return servedOf(this.#parts.ports.book, round);
  }

  async chores(): Promise<void> {
    for (const federation of this.#parts.federations()) (await this.of(federation)).chores();
    await this.files.sweep();
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#rounds.values()].map(async (rounds) => (await rounds).close()));
    await this.#vertical.close();
    await this.#reports.close();
  }

  #sources(): SourceParts {
    return { rows: { ...this.#parts.rows, clock: this.#parts.ports.clock }, files: this.files };
  }

  /** Files that rounds have still to read. */
  async #neededFiles(): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    for (const { session } of await this.list()) {
      const { accepted, over } = session.state;
      const { from, file } = (accepted?.source ?? {}) as { from?: unknown; file?: unknown };
      if (!over && from === 'file' && typeof file === 'string') names.add(file);
    }
    return names;
  }

  #follow(federation: string): void {
    this.#parts.loop(`rounds ${federation}`, async () => {
      await (await this.of(federation)).poll(this.#parts.waitMs);
    });
  }

  #ports(federation: string): RoundPorts {
    const { ports, pause } = this.#parts;
    return {
      ...ports,
      pause,
      sums: this.#parts.sums,
      learn: async ({ round, me, terms, source, ask: given, signal }) => {
        let opening: Promise<void> | undefined;
        const ask: typeof given = async (...asked) => {
          // From here on something may have left.
          opening ??= this.#parts.ledgers.opened(round);
          await opening;
          return given(...asked);
        };
        const table = (await this.tables.read(round)) ?? (await this.#take(round, terms, source, signal));
        // A training's thread sleeps while it waits for a sum: each round has its own.
        const [boosting, averaging] = [new Boosting({ threads: 1 }), startAveraging()];
        try {
          return await learnRound(terms, table, { me, boosting, averaging, random: ports.random, ask, signal });
        } finally {
          await boosting.close();
          await averaging.close();
        }
      },
      vertical: this.#vertical.ports,
      adopt: async (round, _terms, model, part) => {
        // Not again once it was kept: then there is none any more.
        if (part) await ports.book.write([{ put: [partCollection, round, Buffer.from(part).toString('utf8')] }]);
        await this.scores.adopt(round);
        await this.#adopt(federation, round, model);
      },
      tell: (event) => this.#tell(federation, event),
    };
  }

  /** The model as all have it, and then as a version of this node's; what a kill cuts off is done again. */
  async #adopt(federation: string, round: string, model: Uint8Array): Promise<void> {
    const { ports, standing, serving, note } = this.#parts;
    await ports.book.write([{ put: [modelCollection, round, Buffer.from(model).toString('utf8')] }]);
    const session = (await this.of(federation)).get(round);
    const membership = standing(federation).membership();
    const table = await this.tables.read(round);
    const persons = await this.tables.personCount(round);
    const served = await serveAdopted(
      { book: ports.book, ...serving },
      { federation, session, membership, model, table, persons },
    );
    const outcome = 'kept' in served ? `failed:${served.kept}` : 'done';
    const target = 'kept' in served ? `round ${round}` : `round ${round} model ${served.model} version ${served.version}`;
    await note({ actor: 'system', action: 'round.served', outcome, target });
  }

  /** Made once: what is kept is what every later try goes by. */
  async #take(round: string, terms: RoundTerms, source: unknown, signal: AbortSignal): Promise<RoundTable> {
    try {
      const { table, persons } = await broughtBy(this.#sources(), terms, source, signal);
      await this.tables.keep(round, table, persons);
      return table;
    } catch (error) {
      // What the others are told is that this side has too few, and never how many.
      if (error instanceof Fault && error.code === 'cannot_train') throw new ProtocolFault('rows_few', undefined, error);
      throw error;
    }
  }

  async #tell(federation: string, { kind, round, code, cause }: RoundEvent): Promise<void> {
    const { note, failed } = this.#parts;
    if (cause !== undefined) failed(`round ${round}`, cause);
    const outcome = code === undefined ? 'done' : `failed:${code}`;
    await note({ actor: 'system', action: `round.${kind}`, outcome, target: `round ${round} federation ${federation}` });
    if (kind !== 'ended') return;
    await this.#parts.ledgers.over(round);
    await this.tables.drop(round);
    await this.scores.over(round);
  }
}
