// The audit log: who read or changed what, kept so that nobody can change, remove or reorder an entry unseen. Callers wait for append()
// before they change anything or give away what they read: what cannot be logged does not happen. Entries that come together share one transaction and one signed head.

import {
  consistencyProof,
  Frontier,
  inclusionProof,
  type MerkleNode,
  type NodeAt,
  nodesFor,
  peaksOf,
  rootAt,
} from '../../../crypto/merkle-log.ts';
import { publicKeyOf } from '../../../crypto/signing.ts';
import { Fault } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { Finding, Store } from '../store/store.ts';
import { apart, currentRequestId } from '../telemetry/context.ts';
import type { Vault } from '../vault/vault.ts';
import { type AuditEntry, type AuditView, leafOf, type StoredEntry, sealEntry, viewOf } from './entry.ts';
import { auditBroken, auditWhole, headsUnwritten } from './findings.ts';
import { type HeadText, headText, hex, isSignedBy, parseHead, type SignedHead, signHead } from './head.ts';
import { type LogItem, lineOf } from './log-file.ts';
import { type AuditFilter, type AuditPage, auditPage, entriesFrom, logItems } from './reader.ts';
import { fileWriter, HeadSink, type SinkState } from './sink.ts';
import { addEntries, addHead, readEntries, readNodes, readTip } from './store.ts';
import { parseSyslog, syslogWriter } from './syslog.ts';
import { type AuditPeer, Witness } from './witness.ts';

export type { CosignatureText } from './cosign.ts';
export type { AuditEntry, AuditView } from './entry.ts';
export { auditEntries, auditFlaw } from './findings.ts';
export type { HeadText } from './head.ts';
export { itemsOf } from './log-file.ts';
export { auditMigrations } from './migrations.ts';
export { type AuditFilter, type AuditPage, readLimits } from './reader.ts';
export { Refusals } from './refusals.ts';
export { readHeadFile, type SinkState, type WitnessHead } from './sink.ts';
export { type Flaw, type FlawKind, type Verdict, verifyLog } from './verify.ts';
export type { AuditPeer, Cosigned, CosignRequest, WitnessedHead } from './witness.ts';

export const auditLimits = {
  /** Entries that wait to be written. Beyond: Fault too_busy, and the request is refused. */
  waitingEntries: 10_000,
  /** Of a log: what an envelope can name. */
  entries: 2 ** 32 - 8,
  /** Entries of one transaction; the rest waits for the next. */
  batchEntries: 500,
  /** Turns of the loop in which no entry came: then nobody is about to add one. And turns after which a batch goes all the same. */
  quietTurns: 4,
  turns: 32,
  /** A head is kept for good at most this often; between, the newest replaces the one before. */
  keepHeadEveryMs: 1_000,
  /** Tries of a batch that brings new keys: a rotation of the wrapping key may come between. */
  attempts: 3,
} as const;

export type AuditParts = {
  store: Store;
  vault: Vault;
  ports: Ports;
  /** The file of the second sink. */
  sink?: string;
  /** `udp://127.0.0.1:514`: heads go there too. */
  syslog?: string;
  /** Nodes that sign each other's heads. */
  peers?: readonly AuditPeer[];
};

type Waiting = { entry: AuditEntry; atMs: number; resolve(seq: number): void; reject(error: unknown): void };
export type HeadAnswer = HeadText & { sink: SinkState; syslog: SinkState };
export type InclusionAnswer = { entry: number; size: number; leafHash: string; root: string; proof: string[]; head?: HeadText };
export type ConsistencyAnswer = { from: number; to: number; fromRoot: string; toRoot: string; proof: string[] };

/** Whether a head as it stands in answers and receipts is what its own public key signed. */
export function isSignedHead(head: unknown): boolean {
  const parsed = parseHead(head);
  return parsed !== undefined && isSignedBy(parsed.publicKey, parsed);
}

/** What a job writes long after names the request that asked for it. */
function ofRequest(entry: AuditEntry): AuditEntry {
  const correlationId = entry.correlationId ?? currentRequestId();
  return correlationId === undefined ? entry : { ...entry, correlationId };
}

export class AuditLog {
  readonly #parts: AuditParts;
  readonly #publicKey: Buffer;
  readonly #sink: HeadSink | undefined;
  readonly #syslog: HeadSink | undefined;
  readonly #watchers = new Set<(added: readonly AuditView[]) => void>();
  /** Signing peers' heads, and their signatures over this log's. */
  readonly witness: Witness;
  #frontier = new Frontier();
  #head: SignedHead | undefined;
  #lastAtMs = 0;
  /** When the newest head was made that stays for good. */
  #keptAtMs = 0;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  /** What is in memory may differ from what is stored; read it again before the next batch. */
  #stale = false;
  #closed = false;

  private constructor(parts: AuditParts) {
    this.#parts = parts;
    this.#publicKey = publicKeyOf(parts.vault.signingKey());
    this.#sink = parts.sink === undefined ? undefined : new HeadSink(fileWriter(parts.sink));
    this.#syslog = parts.syslog === undefined ? undefined : new HeadSink(syslogWriter(parseSyslog(parts.syslog)));
    const { store, vault, ports, peers = [] } = parts;
    const rootAt = async (size: number) => Buffer.from((await this.consistency(size)).fromRoot, 'hex');
    this.witness = new Witness({ store, vault, ports, peers, publicKey: this.#publicKey, rootAt });
  }

  /** A log that is not what was signed opens all the same, to be verified; it takes no entries, so that nothing is signed over it. */
  static async open(parts: AuditParts): Promise<AuditLog> {
    const log = new AuditLog(parts);
    await log.#load().catch((error: unknown) => {
      if (!(error instanceof Fault) || error.code !== 'audit_broken') throw error;
      log.#stale = true;
    });
    if (log.#head) log.#offer(log.#head);
    return log;
  }

  /**
   * Resolves with the entry's number once it is on disk.
   * @throws {Fault} `too_busy`, `audit_broken`, `sealed`, and what the store says. Then it is not in the log
   */
  append(given: AuditEntry): Promise<number> {
    if (this.#closed) return Promise.reject(new Fault('sealed'));
    if (this.#waiting.length >= auditLimits.waitingEntries) return Promise.reject(new Fault('too_busy', 'audit entries'));
    const entry = ofRequest(given);
    const atMs = this.#parts.ports.clock.nowMs();
    const done = new Promise<number>((resolve, reject) => this.#waiting.push({ entry, atMs, resolve, reject }));
    // Written for many: it belongs to none of those who wait.
    this.#writing ??= apart(() => this.#drain());
    return done;
  }

  /** The newest signed head. @throws {Fault} `not_found` while there is none, `audit_broken` */
  async head(): Promise<HeadAnswer> {
    if (this.#stale) await this.#load();
    if (!this.#head) throw new Fault('not_found', 'the audit log has no entries');
    const off: SinkState = { state: 'off' };
    return { ...headText(this.#head, this.#publicKey), sink: this.#sink?.state ?? off, syslog: this.#syslog?.state ?? off };
  }

  /** For doctor: whether the end of the log is what was signed, and whether the second sink can be written. */
  async check(): Promise<Finding[]> {
    const findings: Finding[] = [];
    try {
      if (this.#stale) await this.#load();
      findings.push(auditWhole(this.#frontier.size));
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'audit_broken') throw error;
      findings.push(auditBroken);
    }
    for (const [sink, state] of [['sink', this.#sink?.state] as const, ['syslog', this.#syslog?.state] as const])
      if (state?.state === 'failing') findings.push(headsUnwritten(sink, state.code ?? 'unknown'));
    return findings;
  }

  /** Entries that wait to be written, and the most that may. */
  get queue(): { waiting: number; most: number } {
    return { waiting: this.#waiting.length, most: auditLimits.waitingEntries };
  }

  /** Since when the first of them waits. */
  get waitingSinceMs(): number | undefined {
    return this.#waiting[0]?.atMs;
  }

  /** When the newest entry was written; undefined while there is none. @throws {Fault} `audit_broken` */
  async lastAtMs(): Promise<number | undefined> {
    if (this.#stale) await this.#load();
    return this.#head?.atMs;
  }

  /** That entry `seq` is in the log of `size` entries. @throws {Fault} `not_found`, `audit_broken` */
  async inclusion(seq: number, size = this.#frontier.size): Promise<InclusionAnswer> {
    if (size > this.#frontier.size || seq >= size) throw new Fault('not_found', 'an entry of this number in a log of this size');
    const { proof, root } = await this.#prove(size, (nodeAt) => inclusionProof(nodeAt, seq, size));
    const [entry] = await readEntries(this.#parts.store, seq, seq + 1, 1);
    if (!entry) throw new Fault('audit_broken', `entry ${seq} is missing`);
    const head = this.#head?.size === size ? { head: headText(this.#head, this.#publicKey) } : {};
    return { entry: seq, size, leafHash: hex(entry.leafHash), root, proof, ...head };
  }

  /** The bytes that an entry's leaf is the hash of, hexadecimal: number and time in the clear, the rest sealed. @throws {Fault} `not_found` */
  async leaf(seq: number): Promise<string> {
    const [entry] = await readEntries(this.#parts.store, seq, seq + 1, 1);
    if (!entry) throw new Fault('not_found', 'an entry of this number');
    return hex(leafOf(entry));
  }

  /** That the log of `to` entries begins with the log of `from`. @throws {Fault} `not_found`, `audit_broken` */
  async consistency(from: number, to = this.#frontier.size): Promise<ConsistencyAnswer> {
    if (to > this.#frontier.size || from > to) throw new Fault('not_found', 'a log of this size');
    const older = await this.#prove(from, () => []);
    const { proof, root } = await this.#prove(to, (nodeAt) => consistencyProof(nodeAt, from, to));
    return { from, to, fromRoot: older.root, toRoot: root, proof };
  }

  /** Newest first. */
  list(filter: AuditFilter): Promise<AuditPage> {
    return auditPage(this.#parts, filter);
  }

  /** Entries `from` and after, oldest first. A page that is full is followed by more. */
  entriesFrom(from: number, limit: number): Promise<AuditView[]> {
    return entriesFrom(this.#parts, from, limit);
  }

  /** How many entries there are. */
  get size(): number {
    return this.#frontier.size;
  }

  /** Calls back with entries that came to disk, in their order; it must not throw. @returns what ends it */
  watch(added: (entries: readonly AuditView[]) => void): () => void {
    this.#watchers.add(added);
    return () => this.#watchers.delete(added);
  }

  /** All of it, for a verifier: sealed bodies and hashes, no keys. */
  items(): AsyncGenerator<LogItem> {
    return logItems(this.#parts.store, this.#publicKey);
  }

  /** The same as lines of a file. */
  async *lines(): AsyncGenerator<string> {
    for await (const item of this.items()) yield lineOf(item);
  }

  /** Writes what waits, and the last head to the second sink. Entries after it are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await Promise.all([this.#sink?.close(), this.#syslog?.close()]);
  }

  #offer(head: SignedHead): void {
    const text = headText(head, this.#publicKey);
    this.#sink?.offer(text);
    this.#syslog?.offer(text);
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gathered();
      const batch = this.#waiting.splice(0, auditLimits.batchEntries);
      try {
        const first = await this.#write(batch.map(({ entry }) => entry));
        for (const [at, { resolve }] of batch.entries()) resolve(first + at);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    // In the turn in which nothing waited: whoever appends as soon as the entry before is written begins anew.
    this.#writing = undefined;
  }

  /**
   * What asked together goes together, as a transaction and a signature cost more than an entry, and every transaction empties the readers' page
   * caches. A loop without work turns in no time; a busy one brings those whose answers went out with the batch before. And a read has begun,
   * whose entry is made while the store works for it.
   */
  async #gathered(): Promise<void> {
    let quiet = 0;
    for (let turn = 0; quiet < auditLimits.quietTurns && turn < auditLimits.turns; turn += 1) {
      const before = this.#waiting.length;
      await new Promise((resolve) => void setImmediate(resolve));
      quiet = this.#waiting.length === before ? quiet + 1 : 0;
    }
  }

  /** @returns the number of the first */
  async #write(entries: readonly AuditEntry[]): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.#stale) await this.#load();
      const keys = this.#parts.vault.logKeys(this.#keysWanted(entries));
      const made = this.#make(entries, keys.keys);
      try {
        const replaced = this.#replaced(made.head.atMs);
        await this.#parts.store.transact([
          ...keys.changes,
          ...addEntries(made.rows, made.completed),
          ...addHead(made.head, replaced),
        ]);
        keys.keep();
        const first = this.#frontier.size;
        if (replaced === undefined) this.#keptAtMs = this.#head?.atMs ?? 0;
        this.#frontier = made.frontier;
        this.#head = made.head;
        this.#lastAtMs = made.head.atMs;
        this.#offer(made.head);
        if (this.#watchers.size > 0) {
          const views = entries.map((entry, at) => viewOf(entry, made.rows[at]!));
          for (const added of this.#watchers) added(views);
        }
        return first;
      } catch (error) {
        // It may be on disk all the same, where an answer was lost on its way.
        this.#stale = true;
        if (keys.changes.length === 0 || attempt >= auditLimits.attempts) throw error;
      }
    }
  }

  /** A key that an entry brings is known by that entry's number, which no other has. */
  #keysWanted(entries: readonly AuditEntry[]): { recordId: number; entry: number }[] {
    const { size } = this.#frontier;
    if (size + entries.length > auditLimits.entries) throw new Fault('limit_reached', 'auditLimits.entries');
    return entries.flatMap(({ subject }, at) => (subject === undefined ? [] : [{ recordId: subject, entry: size + at }]));
  }

  #make(entries: readonly AuditEntry[], keys: ReadonlyMap<number, Parameters<typeof sealEntry>[4]>) {
    const { vault, ports } = this.#parts;
    const node = { key: vault.auditKey(), epoch: vault.auditEpoch };
    // Times never go back, whatever the clock does: entries are found by them.
    const atMs = Math.max(ports.clock.nowMs(), this.#lastAtMs);
    const frontier = this.#frontier.clone();
    const rows: StoredEntry[] = [];
    const completed: MerkleNode[] = [];
    for (const entry of entries) {
      const row = sealEntry(entry, frontier.size, atMs, node, entry.subject === undefined ? undefined : keys.get(entry.subject));
      rows.push(row);
      completed.push(...frontier.append(row.leafHash));
    }
    return { rows, completed, frontier, head: signHead(vault.signingKey(), frontier.size, atMs, frontier.root()) };
  }

  /** The size of the head that a new one takes the place of; undefined when it stays. */
  #replaced(atMs: number): number | undefined {
    if (!this.#head || atMs - this.#keptAtMs >= auditLimits.keepHeadEveryMs) return undefined;
    return this.#head.size;
  }

  /** @throws {Fault} `audit_broken` when what is stored is not what was signed last */
  async #load(): Promise<void> {
    const { store } = this.#parts;
    const { head, size, lastAtMs } = await readTip(store);
    if ((head?.size ?? 0) !== size) throw new Fault('audit_broken', `${size} entries, ${head?.size ?? 0} of them signed`);
    const nodes = await readNodes(store, peaksOf(size));
    const frontier = Frontier.of(size, (level, index) => nodes.get(`${level}/${index}`) ?? missing(level, index));
    if (head && !(frontier.root().equals(head.root) && isSignedBy(this.#publicKey, head))) {
      throw new Fault('audit_broken', `the head of ${size} entries`);
    }
    this.#frontier = frontier;
    this.#head = head;
    this.#lastAtMs = lastAtMs;
    this.#keptAtMs = 0;
    this.#stale = false;
  }

  async #prove(size: number, prove: (nodeAt: NodeAt) => Buffer[]): Promise<{ proof: string[]; root: string }> {
    if (this.#stale) await this.#load();
    const both = (nodeAt: NodeAt) => ({ proof: prove(nodeAt).map(hex), root: hex(rootAt(nodeAt, size)) });
    const nodes = await readNodes(this.#parts.store, nodesFor(both));
    return both((level, index) => nodes.get(`${level}/${index}`) ?? missing(level, index));
  }
}

function missing(level: number, index: number): never {
  throw new Fault('audit_broken', `node ${level}/${index} is missing`);
}
