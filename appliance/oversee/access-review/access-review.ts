// Access review's front door: an inbox of unusual access to customers, found in the audit log as it grows. Each entry is looked at once; how far
// that went is written with what was found, so that a kill loses and repeats nothing. Findings are judged, never deleted.

import { blindIndex } from '../../../crypto/blind-index.ts';
import type { AuditLog, AuditView } from '../../core/audit/audit.ts';
import { Fault } from '../../core/errors.ts';
import type { AccessReviewSettings } from '../../core/model/access-review.ts';
import type { Principal } from '../../core/model/principal.ts';
import type { Ports } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import type { Vault } from '../../core/vault/vault.ts';
import { type Actor, actorLimits, detect, isPerson, type Severity, type Signal, touched } from './detect.ts';
import { familyNameIn, sameFamilyName } from './family-names.ts';
import { HoneyBook } from './honey.ts';
import {
  type Finding,
  openActor,
  openBody,
  openFinding,
  openWhat,
  sealActor,
  sealFinding,
  sealJudgement,
  type Verdict,
  type What,
} from './sealed.ts';
import {
  countOpen,
  type FindingRow,
  type FindingState,
  putActors,
  putFindings,
  putMark,
  readActor,
  readFindingPage,
  readFindings,
  readMark,
} from './store.ts';

export type { Kind, Severity } from './detect.ts';
export type { Honey } from './honey.ts';
export type { Finding, Verdict } from './sealed.ts';
export { accessReviewMigrations } from './store.ts';
export { familyNameIn };

export const reviewLimits = {
  /** Entries that are looked at together. */
  pageEntries: 500,
  /** Entries that come together are looked at together: so long after the first of them. */
  waitMs: 250,
  /** After a failure of the store. */
  retryMs: 1_000,
  /** New entries that wait in memory to be looked at. Beyond, they are read from the log. */
  freshEntries: 5_000,
  /** Actors whose history stays in memory. */
  actors: 2_000,
  pageFindings: 200,
  reasonLength: 2_000,
} as const;

/** What access review must know of a customer, by any of their records. */
export type Customer = { records: readonly number[]; familyNames: readonly string[]; hasOpenCase: boolean };

export type AccessReviewParts = {
  store: Store;
  vault: Vault;
  ports: Ports;
  audit: AuditLog;
  settings: AccessReviewSettings;
  /** The family name of a person who signed in, by the actor of the log; undefined for programs and where it is not known. */
  familyNameOf(actor: string): Promise<string | undefined>;
  /** undefined for whom the node does not know any more. */
  customerOf(record: number): Promise<Customer | undefined>;
};

export type FindingPage = { findings: Finding[]; open: number; next?: number };
export type FindingFilter = { state?: FindingState; actor?: string; before?: number; limit?: number };

type Opened = { id: number; openedAtMs: number; about?: number; actor: string; lastAtMs: number; what: What } & {
  entries: number[];
  entryCount: number;
};

const severities: readonly Severity[] = ['low', 'medium', 'high'];

export class AccessReview {
  readonly #parts: AccessReviewParts;
  readonly honey: HoneyBook;
  readonly #listeners = new Map<(finding: Finding) => void, () => void>();
  readonly #actors = new Map<string, { hash: Uint8Array; actor: Actor }>();
  #mark = 0;
  /** The newest entries as they were written, without a gap. */
  #fresh: AuditView[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** One thing after the other: looking at entries and judging both write findings. */
  #working: Promise<unknown> = Promise.resolve();
  #stopWatching: () => void = () => undefined;
  #closed = false;

  private constructor(parts: AccessReviewParts, honey: HoneyBook) {
    this.#parts = parts;
    this.honey = honey;
  }

  /** Goes on where the mark is. The first time it begins with the entries to come: what was before nobody asked to be reviewed. */
  static async open(parts: AccessReviewParts): Promise<AccessReview> {
    const { store, audit, vault, ports } = parts;
    const review = new AccessReview(parts, await HoneyBook.open({ store, vault, ports, logSize: () => audit.size }));
    const mark = await readMark(store);
    review.#mark = mark ?? audit.size;
    if (mark === undefined) await store.transact([putMark(review.#mark)]);
    // What is left from before is looked at with the first entry, that of the opening: a node that cannot serve changes nothing.
    review.#stopWatching = audit.watch((entries) => {
      if (review.#fresh.length >= reviewLimits.freshEntries) review.#fresh = [];
      review.#fresh.push(...entries);
      review.#wake(reviewLimits.waitMs);
    });
    return review;
  }

  /** What was found, the newest first. */
  async list(filter: FindingFilter): Promise<FindingPage> {
    const { store } = this.#parts;
    const limit = Math.min(filter.limit ?? 50, reviewLimits.pageFindings);
    const rows = await readFindingPage(store, filter.state ?? 'open', filter.before ?? Number.MAX_SAFE_INTEGER, limit);
    const all = await this.#open(rows);
    const findings = filter.actor === undefined ? all : all.filter(({ actor }) => actor === filter.actor);
    const open = await countOpen(store);
    return { findings, open, ...(rows.length === limit && { next: rows.at(-1)!.finding_id }) };
  }

  /** @throws {Fault} `not_found` */
  async show(id: number): Promise<Finding> {
    const [finding] = await this.#open([await this.#row(id)]);
    return finding!;
  }

  /** Which of these nobody has judged. */
  async unjudged(ids: readonly number[]): Promise<Set<number>> {
    const rows = await readFindings(this.#parts.store, ids);
    return new Set(rows.filter((row) => row.judged_at_ms === null).map((row) => row.finding_id));
  }

  /**
   * Closes a finding.
   * @throws {Fault} `not_found`, `conflict` when it is closed already, `forbidden` to whom it is about and to programs, `bad_request`
   */
  async judge(id: number, verdict: Verdict, reason: string, by: Principal): Promise<Finding> {
    if (reason.trim() === '') throw new Fault('bad_request', 'reason');
    return this.#alone(async () => {
      const { store, vault, ports } = this.#parts;
      const row = await this.#row(id);
      if (by.kind === 'key') throw new Fault('forbidden', 'findings are judged by people');
      if (openBody(vault, row).actor === by.actor) throw new Fault('forbidden', 'nobody judges their own access');
      if (row.judged_at_ms !== null) throw new Fault('conflict', `finding ${id} was judged`);
      const keys = await this.#keysOf([row]);
      const judgement = { by: by.actor, atMs: ports.clock.nowMs(), verdict, reason: reason.trim() };
      const judged = sealJudgement(vault, keys, row, judgement);
      await store.transact([putFindings([judged])]);
      const finding = openFinding(vault, keys, judged);
      this.#tell([finding]);
      return finding;
    });
  }

  /** Is told of each finding that is new, grew or was judged, once it is on disk; and when there will be no more. @returns what ends it */
  subscribe(listener: (finding: Finding) => void, ended: () => void): () => void {
    this.#listeners.set(listener, ended);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the entries of now have been looked at. */
  async caughtUp(): Promise<void> {
    await this.#alone(() => this.#lookOn());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWatching();
    clearTimeout(this.#timer);
    for (const ended of this.#listeners.values()) ended();
    await this.#working;
  }

  #wake(inMs: number): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#alone(() => this.#lookOn()).catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error;
        this.#wake(reviewLimits.retryMs);
      });
    }, inMs).unref();
  }

  async #lookOn(): Promise<void> {
    while (!this.#closed) {
      const page = await this.#page();
      if (page.length === 0) return;
      try {
        await this.#look(page);
      } catch (error) {
        // What is remembered ran ahead of what is stored.
        this.#actors.clear();
        throw error;
      }
      if (page.length < reviewLimits.pageEntries) return;
    }
  }

  /** The next entries to look at: from memory where it has them all, from the log where it has not. */
  async #page(): Promise<AuditView[]> {
    const from = this.#fresh.findIndex(({ seq }) => seq === this.#mark);
    if (from >= 0) return this.#fresh.slice(from, from + reviewLimits.pageEntries);
    return this.#parts.audit.entriesFrom(this.#mark, reviewLimits.pageEntries);
  }

  /** One transaction: what was found, what is remembered, and how far that is. */
  async #look(page: readonly AuditView[]): Promise<void> {
    const { store, vault } = this.#parts;
    const customers = new Map<number, Promise<Customer | undefined>>();
    const touchedActors = new Set<string>();
    const findings = new Map<number, Opened>();
    let ids = { next: 0, end: 0 };
    for (const entry of page) {
      const remembered = await this.#actor(entry.actor);
      touchedActors.add(entry.actor);
      const known = await this.#circumstances(entry, customers);
      for (const signal of detect(remembered.actor, entry, this.#parts.settings, known)) {
        if (ids.next === ids.end) {
          const first = await store.allocate('access findings', page.length);
          ids = { next: first, end: first + page.length };
        }
        if (await this.#add(remembered.actor, entry, signal, ids.next, findings)) ids.next += 1;
      }
    }
    const opened = [...findings.values()];
    const { keys, changes, keep } = await vault.auditKeys(opened.flatMap(({ about }) => (about === undefined ? [] : [about])));
    const rows = opened.flatMap(({ id, openedAtMs, about, what, ...body }) => {
      return sealFinding(vault, keys, { id, openedAtMs, ...(about !== undefined && { about }), what, body }) ?? [];
    });
    const mark = page.at(-1)!.seq + 1;
    const kept = [...touchedActors].map((name) => {
      const { hash, actor } = this.#actors.get(name)!;
      return { actor_hash: hash, body: sealActor(vault, hash, actor) };
    });
    await store.transact([...changes, putMark(mark), putActors(kept), ...(rows.length > 0 ? [putFindings(rows)] : [])]);
    keep();
    this.#mark = mark;
    this.#fresh = this.#fresh.filter(({ seq }) => seq >= mark);
    for (const name of this.#actors.keys()) {
      if (this.#actors.size <= reviewLimits.actors) break;
      this.#actors.delete(name);
    }
    if (rows.length > 0) this.#tell(rows.map((row) => openFinding(vault, keys, row)));
  }

  /** Into today's finding of this actor and kind while nobody has judged it. @returns whether it took the new number */
  async #add(actor: Actor, entry: AuditView, signal: Signal, id: number, findings: Map<number, Opened>): Promise<boolean> {
    // Kinds about one customer are one finding: its key must not tell which of them it was.
    const key = signal.about === undefined ? signal.kind : `p${signal.about}`;
    const known = actor.open[key];
    const found = known === undefined ? undefined : (findings.get(known) ?? (await this.#stored(known)));
    if (found) {
      grow(found, entry, signal);
      findings.set(found.id, found);
      return false;
    }
    actor.open[key] = id;
    const { kind, severity, about, entries, count, usual } = signal;
    findings.set(id, {
      id,
      openedAtMs: entry.atMs,
      lastAtMs: entry.atMs,
      actor: entry.actor,
      ...(about !== undefined && { about }),
      entries: entries.slice(-actorLimits.entries),
      entryCount: entries.length,
      what: { kinds: [kind], severity, ...(count !== undefined && { count }), ...(usual !== undefined && { usual }) },
    });
    return true;
  }

  /** A finding of today that may grow; undefined when it was judged, or its customer erased. */
  async #stored(id: number): Promise<Opened | undefined> {
    const { store, vault } = this.#parts;
    const [row] = await readFindings(store, [id]);
    if (!row || row.judged_at_ms !== null) return undefined;
    const body = openBody(vault, row);
    const what = openWhat(await this.#keysOf([row]), row, body);
    if (!what) return undefined;
    const { what: _inBody, ...rest } = body;
    return { id, openedAtMs: row.opened_at_ms, ...rest, ...(row.record_id !== null && { about: row.record_id }), what };
  }

  async #circumstances(entry: AuditView, customers: Map<number, Promise<Customer | undefined>>) {
    const none = { isHoney: false, hasOwnFamilyName: false, hasOpenCase: undefined };
    const about = touched(entry);
    if (about === undefined) return none;
    const { settings, familyNameOf, customerOf } = this.#parts;
    const mine = settings.ownFamilyName === 'asked' && isPerson(entry.actor) ? await familyNameOf(entry.actor) : undefined;
    const asksCase = settings.openCase === 'asked' && isPerson(entry.actor);
    if (mine === undefined && !asksCase && this.honey.size === 0) return none;
    let asked = customers.get(about);
    if (!asked) {
      asked = customerOf(about);
      customers.set(about, asked);
    }
    const customer = await asked;
    if (!customer) return { ...none, isHoney: this.honey.has(about, entry.seq) };
    return {
      isHoney: [about, ...customer.records].some((record) => this.honey.has(record, entry.seq)),
      hasOwnFamilyName: mine !== undefined && customer.familyNames.some((name) => sameFamilyName(name, mine)),
      hasOpenCase: asksCase ? customer.hasOpenCase : undefined,
    };
  }

  async #actor(name: string): Promise<{ hash: Uint8Array; actor: Actor }> {
    const known = this.#actors.get(name);
    if (known) return known;
    const { store, vault } = this.#parts;
    const hash = blindIndex(vault.indexKey('access actor'), 'access actor', name);
    const remembered = { hash, actor: openActor(vault, hash, await readActor(store, hash)) };
    this.#actors.set(name, remembered);
    return remembered;
  }

  async #row(id: number): Promise<FindingRow> {
    const [row] = await readFindings(this.#parts.store, [id]);
    if (!row) throw new Fault('not_found', 'a finding of this number');
    return row;
  }

  async #open(rows: readonly FindingRow[]): Promise<Finding[]> {
    const keys = await this.#keysOf(rows);
    return rows.map((row) => openFinding(this.#parts.vault, keys, row));
  }

  #keysOf(rows: readonly FindingRow[]) {
    return this.#parts.vault.openAuditKeys(rows.flatMap(({ record_id }) => (record_id === null ? [] : [record_id])));
  }

  #tell(findings: readonly Finding[]): void {
    for (const listener of this.#listeners.keys()) for (const finding of findings) listener(finding);
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#working.then(work);
    this.#working = next.catch(() => undefined);
    return next;
  }
}

function grow(found: Opened, entry: AuditView, { kind, severity, entries, count, usual }: Signal): void {
  found.lastAtMs = entry.atMs;
  const added = entries.filter((seq) => !found.entries.includes(seq));
  found.entryCount += added.length;
  found.entries = [...found.entries, ...added].slice(0, actorLimits.entries);
  const { what } = found;
  if (!what.kinds.includes(kind)) what.kinds = [...what.kinds, kind].sort();
  if (severities.indexOf(severity) > severities.indexOf(what.severity)) what.severity = severity;
  if (usual !== undefined && count !== undefined) Object.assign(what, { count: Math.max(what.count ?? 0, count), usual });
  else if (count !== undefined) what.count = (what.count ?? 0) + count;
}
