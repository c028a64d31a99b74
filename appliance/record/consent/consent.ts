// Consent's front door: the gate that every use of personal data asks, for one person with the reason and for everybody at once, and
// the ledger of what customers said. Facts live in the record's states; here they are judged by the declared purposes.

import { Fault } from '../../core/errors.ts';
import type { ConsentRecord, ConsentStatus, ConsentWatcher } from '../../core/model/consent.ts';
import type { JsonObject } from '../../core/model/event.ts';
import type { PurposeTable } from '../../core/model/purposes.ts';
import type { Clock } from '../../core/ports.ts';
import { Columns, type SetAnswer } from './columns.ts';
import { type ConsentHistory, HistoryBook } from './history.ts';
import { type Answer, adultFromMs, isStopped, type Judged, judge } from './judge.ts';
import { type Ledger, ledgerOf } from './ledger.ts';
import { type Receipt, receiptOf } from './receipt.ts';
import type { SignedReceipt } from './signed-receipt.ts';
import { wordsOf } from './words.ts';

export type { SetAnswer } from './columns.ts';
export type { Answer, Rule } from './judge.ts';
export type { Ledger } from './ledger.ts';
export { consentMigrations } from './link-store.ts';
export { type ConsentRequest, type OutgoingMessage, Preferences, type WaitingMessage } from './preferences.ts';
export type { Receipt } from './receipt.ts';
export { type ConsentReceiptFlaw, type SignedReceipt, signReceipt, verifyConsentReceipt } from './signed-receipt.ts';

/** Pause between two pages of the start's reading, so that serving goes on; and before another try when the store is away. */
const pauseMs = 1;
const retryMs = 1_000;

export type ConsentSource = {
  /** All records of the person that an id leads to. @throws {Fault} `not_found` */
  recordsOf(id: number): Promise<ConsentRecord[]>;
  /** Everybody, page by page; `visit` is called while nothing changes. */
  pages(visit: (records: readonly ConsentRecord[]) => void): AsyncIterable<unknown>;
  /** Records what somebody typed in about a person. @returns the person's id */
  tellByHand(id: number, name: string, properties: JsonObject, by: Teller): Promise<number>;
  /** With the node's key. */
  signReceipt(receipt: Receipt): SignedReceipt;
  sourceName(source: number): string;
};
export type Counted = Pick<SetAnswer, 'allowedCount' | 'subjects'>;
export type Teller = { actor: string; reason?: string };
export type Told = {
  purpose: string;
  channel?: string;
  status: Exclude<ConsentStatus, 'expired'>;
  policyVersion?: string;
  legalBasis?: string;
  language?: string;
  evidence?: string;
  /** ISO 8601. */
  expiresAt?: string;
  separate?: boolean;
  guardian?: boolean;
};
export type GateState = { state: 'idle' | 'reading' | 'ready'; subjectsRead: number };

const eventNames = { given: 'Consent Given', denied: 'Consent Denied', withdrawn: 'Consent Withdrawn' } as const;

export class Consent {
  readonly table: PurposeTable;
  readonly #clock: Clock;
  readonly #columns: Columns;
  readonly #watchers = new Set<(recordIds: readonly number[]) => void>();
  #source: ConsentSource | undefined;
  #ready = Promise.withResolvers<void>();
  #isReady = false;
  #reading: Promise<void> | undefined;
  #stopping = false;
  /** Somebody has asked about everybody. */
  #wanted = false;
  #losses = 0;
  /** Records whose use is restricted. */
  #restricted: ReadonlySet<number> = new Set();
  #read = 0;
  readonly #history: HistoryBook;
  readonly #counted = new Map<
    string,
    { version: number; restricted: ReadonlySet<number>; atMs: number; untilMs: number; answer: Counted }
  >();

  constructor(table: PurposeTable, clock: Clock) {
    this.table = table;
    this.#clock = clock;
    this.#columns = new Columns(table);
    this.#history = new HistoryBook({
      nowMs: () => clock.nowMs(),
      pages: (visit) => this.#from().pages(visit),
      rest: () => pause(pauseMs),
      stopping: () => this.#stopping,
    });
    // Nobody need wait for it when the node closes before it is ready.
    this.#ready.promise.catch(() => undefined);
  }

  /** For the record's fold, from before its first event on. */
  readonly watcher: ConsentWatcher = {
    changed: (records) => {
      // What is on disk when the reading begins, it finds.
      if (!this.#wanted) return nothing;
      const rows = records.map((record) => this.#columns.read(record));
      return () => {
        for (const row of rows) this.#columns.put(row);
      };
    },
    gone: (recordIds) => {
      for (const id of recordIds) this.#columns.remove(id);
    },
    lost: () => {
      this.#losses += 1;
      if (!this.#wanted || this.#stopping) return;
      if (this.#isReady) {
        this.#isReady = false;
        this.#ready = Promise.withResolvers();
        this.#ready.promise.catch(() => undefined);
      }
      this.#start();
    },
  };

  /** From now on it answers. Everybody's states are read when everybody is first asked about, not before: that takes minutes for millions. */
  begin(source: ConsentSource): void {
    this.#source = source;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#reading;
    await this.#history.settled();
    if (!this.#isReady) this.#ready.reject(new Fault('stopping'));
  }

  get gate(): GateState {
    return { state: this.#isReady ? 'ready' : this.#wanted ? 'reading' : 'idle', subjectsRead: this.#read };
  }

  /** Begins to read everybody where that has not begun; resolves when the set form answers without waiting. @throws {Fault} `stopping` */
  ready(): Promise<void> {
    if (!this.#wanted) {
      this.#from();
      this.#wanted = true;
      this.#start();
    }
    return this.#ready.promise;
  }

  /** What was said month by month. The first who asks begins the counting, and does not wait for it. @throws {Fault} `sealed` */
  history(): ConsentHistory {
    this.#from();
    return this.#history.ask();
  }

  /** Whether a purpose is allowed whomever it is about, so that nobody's word need be read: it rests on no consent, and no restriction stops it. */
  isAlwaysAllowed(purposeName: string): boolean {
    const purpose = this.table.purposes.get(purposeName);
    return purpose?.mode === 'always' && (this.#restricted.size === 0 || !isStopped(purpose));
  }

  /**
   * The gate: may this person's data be used for the purpose over the channel? Answers from the state as it is, with the reason.
   * @param subject a person's id, or any of their records'  @param channel `*` asks about all channels of the purpose
   * @throws {Fault} `not_found`
   */
  async mayUse(subject: number, purpose: string, channel: string, nowMs: number): Promise<Answer> {
    return judge(this.table, this.#judged(await this.#from().recordsOf(subject)), purpose, channel, nowMs);
  }

  /** The same from what a person's records say, for who has them at hand. */
  judged(records: readonly ConsentRecord[], purpose: string, channel: string, nowMs: number): Answer {
    return judge(this.table, this.#judged(records), purpose, channel, nowMs);
  }

  /**
   * The same for everybody. Waits for the columns at the start, never for the store after it.
   * @throws {Fault} `bad_request` when no such purpose or channel is declared, `stopping`
   */
  async mayUseAll(purpose: string, channel: string, nowMs: number): Promise<SetAnswer> {
    await this.ready();
    const answer = this.#columns.ask(purpose, channel, nowMs);
    if (!answer) throw new Fault('bad_request', `${purpose} ${channel}: no purpose and channel that is declared`);
    return this.#withoutRestricted(purpose, answer);
  }

  /** How many people it comes to; counted again only when somebody's word, a restriction or time can have changed it. */
  async countAll(purpose: string, channel: string, nowMs: number): Promise<Counted> {
    const key = JSON.stringify([purpose, channel]);
    const kept = this.#counted.get(key);
    // As they are before the count: what changes while it runs makes it old.
    const { version } = this.#columns;
    const restricted = this.#restricted;
    const isSame = kept?.version === version && kept.restricted === restricted;
    if (kept && isSame && kept.atMs <= nowMs && nowMs < kept.untilMs) return kept.answer;
    const { allowedCount, subjects, untilMs = Number.POSITIVE_INFINITY } = await this.mayUseAll(purpose, channel, nowMs);
    const answer = { allowedCount, subjects };
    this.#counted.set(key, { version, restricted, atMs: nowMs, untilMs, answer });
    return answer;
  }

  /** From now on nothing may be done with the data of whoever has one of these records. Takes the place of what was told before. */
  restrict(recordIds: Iterable<number>): void {
    const before = this.#restricted;
    const now = new Set(recordIds);
    this.#restricted = now;
    const changed = [...[...before].filter((id) => !now.has(id)), ...[...now].filter((id) => !before.has(id))];
    if (changed.length > 0) for (const watcher of this.#watchers) watcher(changed);
  }

  /** Calls back when other people than before are restricted: no event tells of it. */
  watchRestrictions(changed: (recordIds: readonly number[]) => void): void {
    this.#watchers.add(changed);
  }

  #withoutRestricted(purpose: string, answer: SetAnswer): SetAnswer {
    if (this.#restricted.size === 0 || !isStopped(this.table.purposes.get(purpose)!)) return answer;
    let { allowedCount } = answer;
    for (const record of this.#restricted) {
      const person = this.#columns.personOf(record);
      if (person === undefined || answer.allowed[person] !== 1) continue;
      answer.allowed[person] = 0;
      allowedCount -= 1;
    }
    return { ...answer, allowedCount };
  }

  /** For these: 1 where allowed, in their order; 0 also for who is unknown. @param subjects ids of persons or of records */
  async mayUseMany(subjects: readonly number[], purpose: string, channel: string, nowMs: number): Promise<Uint8Array> {
    const { allowed } = await this.mayUseAll(purpose, channel, nowMs);
    return Uint8Array.from(subjects, (id) => {
      const person = this.#columns.personOf(id);
      return person === undefined ? 0 : (allowed[person] ?? 0);
    });
  }

  /** As a filter, for work over everybody that takes a while; it holds for the moment it was asked. */
  async allowing(purpose: string, channel: string): Promise<(person: number) => boolean> {
    const { allowed } = await this.mayUseAll(purpose, channel, this.#clock.nowMs());
    return (person) => allowed[person] === 1;
  }

  /** What a person said, and what it comes to for each purpose and channel now. @throws {Fault} `not_found` */
  async ledger(id: number): Promise<Ledger> {
    const { recordsOf, sourceName } = this.#from();
    const records = await recordsOf(id);
    return ledgerOf(this.table, records, this.#judged(records), sourceName, this.#clock.nowMs());
  }

  /** @param fact its id in the ledger @throws {Fault} `not_found` */
  async receipt(id: number, fact: string): Promise<SignedReceipt> {
    const ledger = await this.ledger(id);
    const entry = ledger.facts.find((one) => one.fact === fact);
    if (!entry) throw new Fault('not_found', 'the fact; the ledger lists their ids');
    return this.#from().signReceipt(receiptOf(this.table, ledger.id, entry, this.#clock.nowMs()));
  }

  /** One for each fact of the ledger, for the customer to keep. @throws {Fault} `not_found` */
  async receipts(id: number): Promise<SignedReceipt[]> {
    const ledger = await this.ledger(id);
    const { signReceipt } = this.#from();
    return ledger.facts.map((entry) => signReceipt(receiptOf(this.table, ledger.id, entry, this.#clock.nowMs())));
  }

  /** Keeps a word that was given in person. @throws {Fault} `bad_request`, `not_found` */
  async tell(id: number, told: Told, by: Teller): Promise<Ledger> {
    const { status, ...rest } = told;
    const purpose = this.table.purposes.get(told.purpose);
    if (!purpose) throw new Fault('bad_request', 'purpose: none that is declared; GET /api/consent/purposes lists them');
    const { channel } = told;
    if (channel !== undefined && channel !== '*' && !purpose.channels.includes(channel))
      throw new Fault('bad_request', 'channel: none of this purpose; GET /api/consent/purposes lists them');
    if (told.expiresAt !== undefined && !Number.isSafeInteger(Date.parse(told.expiresAt)))
      throw new Fault('bad_request', 'expiresAt: a time as ISO 8601');
    const properties = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as JsonObject;
    return this.ledger(await this.#from().tellByHand(id, eventNames[status], { ...properties, ...by }, by));
  }

  #judged(records: readonly ConsentRecord[]): Judged[] {
    return records.map(({ recordId, consents, birthday }) => ({
      restricted: this.#restricted.has(recordId),
      words: wordsOf(consents),
      overflow: consents.overflow === true,
      adultFromMs: adultFromMs(birthday, this.table.minorsAge),
    }));
  }

  #from(): ConsentSource {
    if (!this.#source) throw new Fault('sealed');
    return this.#source;
  }

  #start(): void {
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
    });
  }

  /** Reads everybody, again from the beginning when what was told meanwhile cannot be trusted. */
  async #readAll(): Promise<void> {
    while (!this.#stopping) {
      const losses = this.#losses;
      this.#columns.clear();
      this.#read = 0;
      const sound = () => !this.#stopping && losses === this.#losses;
      const visit = (records: readonly ConsentRecord[]) => {
        if (!sound()) return;
        for (const record of records) this.#columns.put(this.#columns.read(record));
        this.#read += new Set(records.map(({ personId }) => personId)).size;
      };
      try {
        for await (const _page of this.#from().pages(visit)) {
          if (!sound()) break;
          await pause(pauseMs);
        }
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        if (!this.#stopping) await pause(retryMs);
        continue;
      }
      if (!sound()) continue;
      this.#isReady = true;
      this.#ready.resolve();
      return;
    }
  }
}

function nothing(): void {}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
