// The node as a member of federations: belonging, matches and what they stand on, opened over the node's store and run beside it. What goes on
// by itself is here: asking the coordinator for messages, renewing certificates, sweeping. Nothing of a customer leaves but through a match that
// officers of both sides approved.

import { setTimeout as sleep } from 'node:timers/promises';
import { Belonging, type BelongingEvent } from '../../federation/participant/belonging/belonging.ts';
import { standingOf } from '../../federation/participant/belonging/standing.ts';
import { httpsCoordinator, httpsDoor } from '../../federation/participant/https-client.ts';
import { Matches, type MatchView } from '../../federation/participant/match/match.ts';
import { Closed, Held } from '../../federation/participant/match/session.ts';
import type { Identity, MatchEvent, MatchPorts, ParticipantPorts, Standing } from '../../federation/participant/ports.ts';
import { type Report, reportOf } from '../../federation/participant/report/report.ts';
import { Unreachable } from '../../federation/protocol/coordinator-api.ts';
import type { Book, Spool } from '../../federation/protocol/durable.ts';
import type { Rates } from '../../federation/protocol/match-selector.ts';
import { type MatchTerms, matchKinds } from '../../federation/protocol/match-terms.ts';
import { ProtocolFault } from '../../federation/protocol/words.ts';
import type { AuditEntry } from '../core/audit/audit.ts';
import { Fault } from '../core/errors.ts';
import {
  type FederationDeclaration,
  type MatchSettings,
  matchSettings,
  privacySettings,
} from '../core/model/federation-config.ts';
import type { Ports } from '../core/ports.ts';
import type { Raised } from '../oversee/alarms/alarms.ts';
import { type OpenedCoordinator, openCoordinator } from './coordinate.ts';
import { type DatasetParts, type MatchSource, readSource, type TakenDataset, type TakenReport, takeDataset } from './dataset.ts';
import { MatchFiles } from './files.ts';
import { type Judgement, MatchGate } from './gate.ts';
import type { Snapshots } from './holder.ts';
import { customers, Ledgers } from './ledger/ledgers.ts';
import { type MaskingThreads, startMaskingThreads } from './masking.ts';
import type { Normaliser } from './normalise.ts';
import { measureRates } from './rates.ts';
import { MatchResults } from './results.ts';
import { NodeRounds, type NodeRoundsParts } from './rounds/node-rounds.ts';
import type { RowParts } from './rounds/question-rows.ts';
import { type RoundThreads, startRoundThreads, whenNeeded } from './rounds/round-threads.ts';
import { Verdicts } from './verdicts.ts';

export type FederateParts = {
  readonly ports: Pick<Ports, 'clock' | 'random'>;
  readonly settings: FederationDeclaration | undefined;
  /** Sealed. `scope` keeps the coordinator's apart from the member's. */
  book(scope: 'member' | 'coordinator'): Book;
  spool(scope: 'member' | 'coordinator'): Spool;
  readonly datasets: Omit<DatasetParts, 'files'>;
  readonly normalise: Normaliser;
  /** Rows of customers for rounds. */
  readonly rows: Omit<RowParts, 'clock'>;
  /** Where models of rounds go. */
  readonly serving: NodeRoundsParts['serving'];
  /** All records of the person that an id leads to. @throws {Fault} `not_found` */
  recordsOf(id: string): Promise<readonly number[]>;
  note(entry: AuditEntry): Promise<void>;
  raise(raised: Raised): void;
  /** What failed behind the answers, by code: never a value. */
  failed(what: string, error: unknown): void;
};

export const federateTimes = { choresMs: 60_000, waitMs: 25_000, againMs: 5_000, beginMs: 250 } as const;

const takenCollection = 'match-taken';
const system = 'system';

/** Threads for one piece of work on a whole list: what a million items have left in their memory goes with them. */
async function once<Result>(work: (threads: MaskingThreads) => Promise<Result>): Promise<Result> {
  const threads = startMaskingThreads();
  try {
    return await work(threads);
  } finally {
    await threads.close();
  }
}

/** Our own set is too like one that the partner was asked about before: the match stands until an officer has looked. */
export class MatchHeld extends Held {
  override readonly name = 'MatchHeld';
  readonly judgement: Judgement;

  constructor(judgement: Judgement) {
    super('the match waits for an officer');
    this.judgement = judgement;
  }
}

export class Federate {
  readonly belonging: Belonging;
  readonly files: MatchFiles;
  readonly verdicts = new Verdicts();
  readonly results: MatchResults;
  readonly gate: MatchGate;
  /** What each partner was told, against its budget. */
  readonly ledgers: Ledgers;
  readonly settings: MatchSettings;
  readonly book: Book;
  readonly spool: Spool;
  readonly #parts: FederateParts;
  /** By federation; opening one takes a while, and one is opened once. */
  readonly #matches = new Map<string, Promise<Matches>>();
  readonly #coordinators = new Map<string, OpenedCoordinator>();
  readonly #loops = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  #threads: MaskingThreads | undefined;
  #roundThreads: RoundThreads | undefined;
  #rates: Promise<{ rates: Rates; threads: number }> | undefined;

  private constructor(parts: FederateParts, opened: { belonging: Belonging; book: Book; spool: Spool }) {
    const { ports, raise } = parts;
    const { book, spool } = opened;
    this.#parts = parts;
    this.belonging = opened.belonging;
    this.book = book;
    this.spool = spool;
    this.settings = matchSettings(parts.settings);
    this.files = new MatchFiles({ book, spool, ports, normalise: parts.normalise });
    this.results = new MatchResults({ book, spool, clock: ports.clock });
    this.ledgers = new Ledgers({ book, clock: ports.clock, settings: privacySettings(parts.settings) });
    this.gate = new MatchGate({ book, spool, ports, settings: this.settings, raise });
  }

  static async open(parts: FederateParts): Promise<Federate> {
    const [book, spool] = [parts.book('member'), parts.spool('member')];
    // The connections are asked for by name later on: a coordinator in this node is called and not dialled.
    const holder: { federate?: Federate } = {};
    const connections = new Map<string, { identity: Identity; api: ReturnType<typeof httpsCoordinator> }>();
    const ports: ParticipantPorts = {
      clock: parts.ports.clock,
      random: parts.ports.random,
      book,
      spool,
      connect(identity) {
        const own = holder.federate?.coordinatorOf(identity.federation);
        if (own) return own.forMember(identity.member);
        connections.get(identity.federation)?.api.close();
        const api = httpsCoordinator(identity, parts.ports.clock);
        connections.set(identity.federation, { identity, api });
        return api;
      },
      knock: (address) => httpsDoor(address, parts.ports.clock),
    };
    const federate = new Federate(parts, { belonging: await Belonging.open(ports), book, spool });
    holder.federate = federate;
    federate.#closing.signal.addEventListener('abort', () => {
      for (const { api } of connections.values()) api.close();
    });
    federate.#ports = ports;
    federate.rounds = new NodeRounds({
      ports,
      rows: parts.rows,
      serving: parts.serving,
      sums: whenNeeded(() => federate.#roundWorkers()),
      pairsOf: (match, partner) => federate.results.pairsOf(match, partner),
      standing: (federation) => federate.#standing(federation),
      federations: () => federate.#memberOf(),
      pause: (ms) => federate.#pause(ms),
      loop: (name, turn) => federate.#loop(name, turn),
      waitMs: federateTimes.waitMs,
      ledgers: federate.ledgers,
      note: parts.note,
      failed: parts.failed,
    });
    await federate.files.begin();
    await federate.results.begin();
    return federate;
  }

  #ports!: ParticipantPorts;
  /** Rounds of all federations. */
  rounds!: NodeRounds;

  /** Starts what goes on by itself: coordinators in this node, messages, chores. */
  begin(): void {
    this.#loop('chores', async () => {
      await this.chores();
      await this.list();
      await this.#pause(federateTimes.choresMs);
    });
  }

  /** What is due; also after an officer's act, so that nobody waits a minute for the next step. */
  async chores(): Promise<void> {
    await this.#serveOwn();
    for (const event of await this.belonging.chores()) await this.tellOf(event);
    for (const matches of this.#matches.values()) await (await matches).chores();
    await this.rounds.chores();
    await this.files.sweep();
    await this.gate.sweep();
    const rounds = await this.rounds.list();
    const open = (await this.list()).filter(({ phase }) => phase !== 'ended').map(({ session }) => session);
    await this.ledgers.sweep(
      new Set([...open, ...rounds.flatMap(({ session: { state, round } }) => (state.over ? [] : [round]))]),
    );
  }

  coordinatorOf(federation: string): OpenedCoordinator | undefined {
    return this.#coordinators.get(federation);
  }

  /** Matches of a federation that this node is a member of. @throws {Fault} `not_found` */
  async matchesOf(federation: string): Promise<Matches> {
    const open = this.#matches.get(federation);
    if (open) return open;
    const view = this.belonging.federations().find((one) => one.federation === federation);
    if (view?.state !== 'member') throw new Fault('not_found', 'federation: one that this node is a member of');
    const opening = Matches.open(this.#matchPorts(), this.#standing(federation));
    this.#matches.set(federation, opening);
    opening.then(
      () => this.#listen(federation),
      () => this.#matches.delete(federation),
    );
    return opening;
  }

  /** All matches of all federations, newest first. */
  async list(): Promise<(MatchView & { federation: string })[]> {
    const all: (MatchView & { federation: string })[] = [];
    for (const federation of this.#memberOf()) {
      const matches = await this.matchesOf(federation);
      all.push(...matches.list().map((one) => ({ ...one, federation })));
    }
    return all.sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  #memberOf(): string[] {
    return this.belonging.federations().flatMap(({ federation, state }) => (state === 'member' ? [federation] : []));
  }

  /** @throws {Fault} `not_found` */
  async find(match: string): Promise<{ federation: string; matches: Matches; view: MatchView }> {
    const found = (await this.list()).find(({ session }) => session === match);
    if (!found) throw new Fault('not_found', 'match');
    const matches = await this.matchesOf(found.federation);
    return { federation: found.federation, matches, view: matches.get(match) };
  }

  /** The file of a source stays until the match is over. */
  async hold(source: unknown, match: string): Promise<void> {
    const read = readSource(source);
    if (read.from === 'file') await this.files.bind(read.file, match);
  }

  recordsOf(id: string): Promise<readonly number[]> {
    return this.#parts.recordsOf(id);
  }

  /** What a source is in the ledger. */
  async datasetOf(source: unknown): Promise<string> {
    const read = readSource(source);
    if (read.from !== 'file') return customers;
    const { name } = await this.files.get(read.file);
    return `file ${name || read.file}`.slice(0, 200);
  }

  /** For erasure: matches that go on with lists of this node's persons. */
  get snapshots(): Snapshots {
    const open = async () => (await this.list()).filter(({ phase }) => phase !== 'ended');
    return {
      ofCustomers: async () => [
        ...(await open())
          .filter(({ source }) => (source as MatchSource | undefined)?.from === 'customers')
          .map(({ session }) => session),
        ...(await this.rounds.tables.rounds()),
      ],
      contains: async (match, ids) => {
        if (await this.#isRound(match)) return this.rounds.tables.contains(match, ids);
        const { matches } = await this.find(match);
        return (await matches.customersIn(match)).some((id) => ids.has(id));
      },
      end: async (match) => {
        if (await this.#isRound(match)) return this.#endRound(match);
        const { matches } = await this.find(match);
        await matches.stop(match, { officer: system, reason: 'the data of this side changed' });
      },
    };
  }

  async #isRound(id: string): Promise<boolean> {
    return (await this.rounds.tables.rounds()).includes(id);
  }

  /** Rows of somebody who is gone: they go at once, and with them the round. */
  async #endRound(id: string): Promise<void> {
    const { rounds } = await this.rounds.find(id);
    await rounds.stop(id, { officer: system, reason: 'the data of this side changed' });
    await this.rounds.tables.drop(id);
  }

  /** How fast this machine is, measured when first asked. */
  rates(): Promise<{ rates: Rates; threads: number }> {
    this.#rates ??= measureRates(this.#parts.ports.random, () => performance.now()).then((rates) => ({
      rates,
      threads: this.#workers().threads,
    }));
    return this.#rates;
  }

  /** The report of a match, for compliance. @param zone such as `Asia/Shanghai` */
  async reportOf(match: string, zone: string): Promise<Report> {
    const { federation, matches, view } = await this.find(match);
    const own = this.belonging.federations().find((one) => one.federation === federation)!;
    return reportOf({
      match: view,
      me: own.member,
      membership: this.belonging.membership(federation),
      transcript: await matches.transcript(match),
      founder: own.founderFingerprint,
      zone,
      writtenAtMs: this.#parts.ports.clock.nowMs(),
    });
  }

  /** What became of our customers for a match. */
  async takenOf(match: string): Promise<TakenReport | undefined> {
    return (await this.book.read(takenCollection, match)) as TakenReport | undefined;
  }

  async tellOf(event: BelongingEvent): Promise<void> {
    const { kind, federation, ...rest } = event as BelongingEvent & { [name: string]: unknown };
    const target = [`federation ${federation}`, ...('member' in rest ? [`member ${String(rest.member)}`] : [])].join(' ');
    const outcome = 'code' in rest ? `failed:${String(rest.code)}` : 'done';
    await this.#parts.note({ actor: system, action: `federation.${kind}`, outcome, target });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled([...this.#matches.values()].map(async (matches) => (await matches).close()));
    await this.rounds.close();
    await this.verdicts.close();
    // Before the loops: one may wait in our own coordinator for messages.
    for (const coordinator of this.#coordinators.values()) await coordinator.close();
    await Promise.allSettled(this.#loops.values());
    await this.#threads?.close();
    await this.#roundThreads?.close();
    this.gate.close();
    this.belonging.close();
  }

  /** A coordinator for each federation that this node founded with one of its own. */
  async #serveOwn(): Promise<void> {
    for (const view of this.belonging.federations()) {
      const { federation } = view;
      if (!view.coordinatorInNode || this.#coordinators.has(federation)) continue;
      const { log, revocations } = this.belonging.welcome(federation);
      const { certificate, privateKey, member } = this.belonging.identity(federation);
      const { listen } = this.#parts.settings ?? {};
      const opened = await openCoordinator({
        book: this.#parts.book('coordinator'),
        spool: this.#parts.spool('coordinator'),
        clock: this.#parts.ports.clock,
        identity: {
          federation,
          member,
          signingKey: this.belonging.signingKey(federation),
          log,
          leaf: { certificate, privateKey },
          revocations,
        },
        ...(listen && { listen }),
        countShared: (a, b) => this.#workers().whole.countShared(a, b),
        addCiphertexts: (encryption, ciphertexts) => this.#roundWorkers().add(encryption, ciphertexts),
        failed: (error) => this.#parts.failed('coordinator', error),
      });
      this.#coordinators.set(federation, opened);
    }
  }

  #workers(): MaskingThreads {
    this.#threads ??= startMaskingThreads();
    return this.#threads;
  }

  #roundWorkers(): RoundThreads {
    this.#roundThreads ??= startRoundThreads();
    return this.#roundThreads;
  }

  #listen(federation: string): void {
    this.#loop(`messages ${federation}`, async () => {
      const matches = await this.matchesOf(federation);
      await matches.poll(federateTimes.waitMs);
    });
  }

  /** Again and again until the node closes; a fault is told once and tried again a little later. */
  #loop(name: string, turn: () => Promise<void>): void {
    if (this.#loops.has(name)) return;
    let told = '';
    const run = async () => {
      await this.#pause(federateTimes.beginMs).catch(() => undefined);
      while (!this.#closing.signal.aborted) {
        try {
          await turn();
          told = '';
        } catch (error) {
          if (this.#closing.signal.aborted) return;
          const said = error instanceof ProtocolFault || error instanceof Fault ? error.code : String((error as Error).name);
          if (!(error instanceof Unreachable) && said !== told) this.#parts.failed(name, error);
          told = said;
          await this.#pause(federateTimes.againMs).catch(() => undefined);
        }
      }
    };
    this.#loops.set(name, run());
  }

  async #pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.#closing.signal, ref: false });
    } catch {
      throw new Closed();
    }
  }

  #standing(federation: string): Standing {
    return standingOf(this.belonging, federation);
  }

  #matchPorts(): MatchPorts {
    const threads = () => this.#workers();
    return {
      ...this.#ports,
      pause: (ms) => this.#pause(ms),
      dataset: (source, terms, session) => this.#take(source, terms, session),
      keep: async (session, { found, pairs }) => {
        const { view } = await this.find(session);
        const source = view.source as MatchSource;
        const file = source.from === 'file' ? await this.files.get(source.file) : undefined;
        const { partner, terms } = view;
        await this.results.keep({
          match: session,
          partner,
          use: terms.use,
          purpose: terms.purpose,
          mode: terms.mode,
          from: source.from,
          ...(file && { idColumn: file.columns.id }),
          found,
          ...(terms.learns === 'both' && { pairs }),
        });
      },
      tell: (event) => this.#tell(event),
      mask: (points, scalar) => threads().mask(points, scalar),
      encode: (items, tag) => once((own) => own.encode(items, Buffer.from(tag))),
      hash: (items, key, stretch) => once((own) => own.hashItems(items, key, stretch ? { stretch } : {})),
      encrypt: (values, key, seed) => once((own) => own.encrypt(values, key, seed)),
      refuseRepeats: (list) => once((own) => own.whole.refuseRepeats(list)),
      compare: (kept, doubled, returned) => once((own) => own.whole.compare(kept, doubled, returned)),
      compareHashed: (tokens, received) => once((own) => own.whole.compareHashed(tokens, received)),
      total: (ciphertexts, chosen) => once((own) => own.total(ciphertexts, chosen)),
      reveal: (key, total, sizes) => once((own) => own.whole.reveal(key, total, sizes)),
    };
  }

  /** Our customers for a match: read, compared with what this partner was asked before, and one match of the budget spent. */
  async #take(given: unknown, terms: MatchTerms, session: string): Promise<TakenDataset> {
    const source = readSource(given);
    const dataset = await takeDataset({ ...this.#parts.datasets, files: this.files }, source, terms);
    const { view } = await this.find(session);
    const judgement = await this.gate.start({ match: session, partner: view.partner, terms, lists: dataset.lists });
    if (!judgement.allowed) throw new MatchHeld(judgement);
    await this.ledgers.opened(session);
    await this.book.write([{ put: [takenCollection, session, dataset.taken] }]);
    return dataset;
  }

  async #tell({ kind, session, partner, code, cause }: MatchEvent): Promise<void> {
    if (cause !== undefined && !(cause instanceof MatchHeld)) this.#parts.failed(`match ${session}`, cause);
    const outcome = code === undefined ? 'done' : `failed:${code}`;
    await this.#parts.note({ actor: system, action: `match.${kind}`, outcome, target: `match ${session} partner ${partner}` });
    if (kind === 'begun') await this.#lookAtPartner(session);
    if (kind === 'ended') await this.ledgers.over(session);
    if (kind === 'ended' && !(cause instanceof Error)) await this.files.over(session);
  }

  /** What the partner says of its lists, against what it said before. */
  async #lookAtPartner(session: string): Promise<void> {
    const { view } = await this.find(session);
    const sizes = Object.fromEntries(
      matchKinds.flatMap((kind) => (view.theirs?.[kind] === undefined ? [] : [[kind, view.theirs[kind]]])),
    );
    await this.gate.partnerSizes({ match: session, partner: view.partner, terms: view.terms, sizes });
  }
}
