// Erasing customers: every step is written down before it is done and done again until the next one is written, so that a kill at any
// moment only delays it. First a row and a signed line of the list, then the keys with everything of the record, then everybody else. What
// costs the same for one and for many, emptying the disk of what was deleted, is done once for all that wait for it.

import type { AuditLog } from '../../core/audit/audit.ts';
import { Fault } from '../../core/errors.ts';
import type { Event, SourceId } from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import type { Change, Finding, Leftover, Row, Store } from '../../core/store/store.ts';
import { type Vault, vaultTables } from '../../core/vault/vault.ts';
import { featurePartsTable } from '../../decide/features/features.ts';
import { type Profiles, reviewsTable } from '../../record/profiles/profiles.ts';
import type { Downstream, Told } from './downstream.ts';
import { type ErasedRecord, type ErasureLine, erasedId, erasedRecord, signLine } from './erasure-line.ts';
import type { ErasureLog } from './erasure-log.ts';
import { type By, type Erasure, type ErasureBody, ErasureRows, type Step, steps } from './erasure-store.ts';
import { outboxTable, requestsTable } from './migrations.ts';
import { makeReceipt, type Receipt } from './receipt.ts';
import type { Gone, SubjectRegistry } from './registry.ts';
import { bodySeal } from './sealed-row.ts';

export const erasureLimits = {
  /** Records of one erasure. Beyond: limit_reached. */
  records: 10_000,
  /** Rows of one page of the list. */
  pageRows: 200,
} as const;

export type ErasureParts = {
  store: Store;
  vault: Vault;
  ports: Ports;
  audit: AuditLog;
  profiles: Pick<
    Profiles,
    'erase' | 'settleAfterErasing' | 'namedRecords' | 'unclaimed' | 'keysOf' | 'recordsOf' | 'knownBy' | 'stillInactive'
  >;
  registry: SubjectRegistry;
  downstream: Downstream;
  log: ErasureLog;
  /** @throws {Fault} `conflict` where the law forbids to erase these */
  refuseIfHeld(recordIds: readonly number[]): Promise<void>;
};

/** As people and programs see one; nothing in it tells of whom. */
export type ErasureView = {
  erasure: string;
  state: 'begun' | 'destroyed' | 'settled' | 'swept' | 'done';
  begunAtMs: number;
  doneAtMs?: number;
  records: number;
  reason: string;
  by: string;
  request?: number;
  /** Times a restored backup brought something back. */
  cameBack?: number;
  /** What may hold their keys on the disk of the database's server even so; doctor says what to do. */
  leftovers?: readonly Leftover[];
  downstream: Told[];
};

/** Lines whose records are looked up together. */
const linesTogether = 200;

/** Where keys lay, and what is sealed with a key that stays: deleted rows of these are not left to be overwritten some day. */
const scrubbed = [...vaultTables, requestsTable, reviewsTable, featurePartsTable];

/** Whom to erase: a person as they are in that moment, or records of which nothing has been heard since. */
export type Whom = { person: number } | { records: readonly number[]; inactiveSinceMs: number };
/** What whoever asks keeps in the transaction that begins it. @param records how many it is about */
export type AlongBegun = (records: number) => readonly Change[];

/** Tried again every ten minutes until then. */
const stuckMs = 3_600_000;

export class Erasures {
  readonly #parts: ErasureParts;
  readonly #rows: ErasureRows;
  #working: Promise<unknown> = Promise.resolve();
  #finishing: Promise<void> | undefined;
  #foreignLines = 0;

  constructor(parts: ErasureParts) {
    this.#parts = parts;
    this.#rows = new ErasureRows(parts.store, bodySeal(parts.vault));
  }

  /**
   * Erases for good. Resolves when nothing of them is left here and the receipt is made; systems downstream are told meanwhile.
   * @throws {Fault} `not_found`, `conflict` under a legal hold, and what the store says: then it goes on by itself later, or never began
   */
  async erase(whom: Whom, by: By, along: AlongBegun = () => []): Promise<ErasureView> {
    const id = await this.destroy(whom, by, along);
    // Another that waits with it may fail where this one does not.
    await this.finish().catch(async (error: unknown) => {
      if ((await this.#known(id)).step !== steps.done) throw error;
    });
    return this.get(id);
  }

  /**
   * The first steps of it: keys and rows are gone. The rest is done with the next finish(), once for all that wait for it.
   * @returns the id of the erasure
   * @throws {Fault} as erase()
   */
  destroy(whom: Whom, by: By, along: AlongBegun = () => []): Promise<string> {
    return this.#alone(async () => {
      const erasure = await this.#begin(whom, by, along);
      await this.#settle(erasure);
      return erasure.id;
    });
  }

  /**
   * Before the node serves: what a kill cut short goes on, and what a restored database brought back goes again. What only the receipt
   * waits for is left to a later start.
   */
  resume(): Promise<{ finished: number; cameBack: number }> {
    return this.#alone(async () => {
      const { lines, foreign } = await this.#parts.log.read();
      this.#foreignLines = foreign.length;
      const all = new Map(lines.map((line) => [line.erasure, line]));
      const unknown = new Set(all.keys());
      const done = new Set<string>();
      for (let after = ''; ; ) {
        const page = await this.#rows.after(after);
        for (const { id, step, body } of page) {
          await this.#parts.log.append(body.line);
          all.set(id, body.line);
          unknown.delete(id);
          if (step === steps.done) done.add(id);
        }
        const last = page.at(-1);
        if (!last) break;
        after = last.id;
      }
      const cameBack = await this.#findReturned(
        [...all.values()].filter(({ erasure }) => unknown.has(erasure) || done.has(erasure)),
      );
      for (const line of all.values())
        if (unknown.has(line.erasure) || cameBack.has(line.erasure)) await this.#beginAgain(line, cameBack.has(line.erasure));
      const waiting = await this.#rows.unfinished();
      await this.#finish(waiting, true);
      this.#parts.downstream.wake();
      return { finished: waiting.length, cameBack: cameBack.size };
    });
  }

  /** All that wait, or could not be finished before. Whoever asks before it begins shares it. @throws {Fault} where one still cannot be */
  finish(): Promise<void> {
    this.#finishing ??= this.#alone(async () => {
      this.#finishing = undefined;
      await this.#finish(await this.#rows.unfinished());
    });
    return this.#finishing;
  }

  /** The same in the background. Never rejects. */
  async goOn(): Promise<void> {
    await this.finish().catch(() => undefined);
  }

  /** Newest first. */
  async list(limit = 50, before?: string): Promise<{ erasures: ErasureView[]; next?: string }> {
    const from = before === undefined ? undefined : await this.#known(before);
    const rows = Math.min(limit, erasureLimits.pageRows);
    const found = await this.#rows.page(rows + 1, from && { atMs: from.begunAtMs, id: from.id });
    const shown = found.slice(0, rows);
    const erasures = await Promise.all(shown.map((one) => this.#viewOf(one)));
    return { erasures, ...(found.length > rows && { next: shown.at(-1)!.id }) };
  }

  async get(id: string): Promise<ErasureView> {
    return this.#viewOf(await this.#known(id));
  }

  /** @throws {Fault} `not_found`, `conflict` while it is not done */
  async receipt(id: string): Promise<Receipt> {
    const { receipt } = (await this.#known(id)).body;
    if (!receipt) throw new Fault('conflict', 'the erasure is not done yet');
    return receipt;
  }

  /** Those that are not finished, oldest first. */
  async pending(): Promise<ErasureView[]> {
    return Promise.all((await this.#rows.unfinished()).map((one) => this.#viewOf(one)));
  }

  /** How many that are. */
  async unfinished(): Promise<number> {
    return (await this.#rows.unfinished()).length;
  }

  /** For doctor. */
  async check(): Promise<Finding[]> {
    const findings: Finding[] = [];
    const unfinished = await this.#rows.unfinished();
    const open = unfinished.length;
    // Oldest first. What the law wants soon does not stand for an hour.
    const isStuck = open > 0 && this.#parts.ports.clock.nowMs() - unfinished[0]!.begunAtMs > stuckMs;
    const said = { check: 'erasures', name: { en: 'Erasures', zh: '删除' } };
    if (open > 0)
      findings.push({
        ...said,
        severity: isStuck ? 'error' : 'warning',
        message: isStuck
          ? { en: `${open} not finished, one for more than an hour.`, zh: `${open} 项尚未完成，其中有的已超过一小时。` }
          : {
              en: `${open} not finished; they are tried again every ten minutes.`,
              zh: `${open} 项尚未完成，每十分钟重试。`,
            },
        next: {
          en: 'See in "holdfast erasure list" at which step it stands; if it stays for an hour, see to the store and the log of the node.',
          zh: '请用 "holdfast erasure list" 查看停在哪一步；若一小时仍未完成，请检查存储与节点日志。',
        },
      });
    const foreign = this.#foreignLines;
    if (foreign > 0)
      findings.push({
        check: 'erasures-list',
        name: { en: 'List of erasures', zh: '删除清单' },
        severity: 'error',
        message: {
          en: `${foreign} lines of the list are not signed by this node and were left out.`,
          zh: `清单中有 ${foreign} 行不是本节点签名的，未予执行。`,
        },
        next: {
          en: 'Compare erasures.log with a copy of it, find out who wrote them, and put the copy back.',
          zh: '请将 erasures.log 与其副本对比，查明这些行的来源，并恢复副本。',
        },
      });
    if (findings.length === 0) findings.push({ ...said, severity: 'ok', message: { en: 'All finished.', zh: '均已完成。' } });
    return [...findings, ...(await this.#parts.downstream.check())];
  }

  async settled(): Promise<void> {
    // The end of one step asks for the next.
    for (let seen: unknown; seen !== this.#working; ) {
      seen = this.#working;
      await seen;
    }
  }

  async #begin(whom: Whom, by: By, along: AlongBegun): Promise<Erasure> {
    const { profiles, vault, ports, store, log } = this.#parts;
    let begun: Erasure | undefined;
    const recordIds = () =>
      'person' in whom ? profiles.recordsOf(whom.person) : profiles.stillInactive(whom.records, whom.inactiveSinceMs);
    const neighbours = await profiles.erase(recordIds, async (records, values) => {
      if (records.length === 0) throw new Fault('not_found', 'the person');
      if (records.length > erasureLimits.records) throw new Fault('limit_reached', 'erasureLimits.records');
      const ids = records.map(({ recordId }) => recordId);
      await this.#parts.refuseIfHeld(ids);
      const atMs = ports.clock.nowMs();
      const id = `e${Buffer.from(ports.random.bytes(8)).toString('hex')}`;
      const named = records.map((record) => erasedRecord(this.#key(), record));
      const line = signLine(vault.signingKey(), id, atMs, named);
      const outbox = await this.#toTell(whom, id, atMs, ids);
      begun = {
        id,
        step: steps.begun,
        begunAtMs: atMs,
        body: { line, by, values: values.map(hex), neighbours: [], elsewhere: 0, downstream: outbox.names },
      };
      await store.transact([this.#rows.insert(begun), ...inserts(outbox.rows), ...along(records.length)]);
      await log.append(line);
      return this.#destroying(begun);
    });
    return { ...begun!, step: steps.destroyed, body: { ...begun!.body, neighbours } };
  }

  /**
   * A person is told of by all they are known by. Records that nobody heard of are of many: each is told of by itself, and only by what no
   * record that stays is known by too, since that customer goes on.
   */
  async #toTell(
    whom: Whom,
    erasure: string,
    atMs: number,
    recordIds: readonly number[],
  ): Promise<{ names: string[]; rows: Row[] }> {
    const { profiles, downstream } = this.#parts;
    if (!downstream.any) return { names: [], rows: [] };
    const each = 'records' in whom;
    return downstream.rowsFor(erasure, atMs, await profiles.knownBy(recordIds, { alone: each }), { each });
  }

  /** What is written with the destruction of the keys. */
  #destroying(erasure: Erasure): (neighbours: readonly number[]) => Change[] {
    return (neighbours) => [
      this.#rows.update({ ...erasure, step: steps.destroyed, body: { ...erasure.body, neighbours: [...neighbours] } }),
    ];
  }

  /**
   * One that fails holds up none of the others.
   * @param lenient leaves those unfinished of which only the receipt is missing
   */
  async #finish(erasures: readonly Erasure[], lenient = false): Promise<void> {
    const failures: unknown[] = [];
    const each = async (step: Step, work: (erasure: Erasure) => Promise<void>) => {
      for (const erasure of erasures.filter((one) => one.step === step))
        await work(erasure).catch((error: unknown) => failures.push(error));
    };
    await each(steps.begun, (erasure) => this.#destroyAgain(erasure));
    await each(steps.destroyed, (erasure) => this.#settle(erasure));
    const forgotten: Erasure[] = [];
    await each(steps.settled, async (erasure) => {
      await this.#forget(erasure);
      forgotten.push(erasure);
    });
    if (forgotten.length > 0) await this.#sweep(forgotten).catch((error: unknown) => failures.push(error));
    await each(steps.swept, (erasure) =>
      this.#certify(erasure).catch((error: unknown) => {
        if (!lenient || !(error instanceof Fault)) throw error;
      }),
    );
    if (failures.length > 0) throw failures[0];
  }

  async #destroyAgain(erasure: Erasure): Promise<void> {
    const { profiles, log } = this.#parts;
    const neighbours = await profiles.erase(
      () => this.#stillThere(erasure.body.line.records),
      async (_records, values) => {
        await log.append(erasure.body.line);
        erasure.body.values = [...new Set([...erasure.body.values, ...values.map(hex)])];
        return this.#destroying(erasure);
      },
    );
    erasure.step = steps.destroyed;
    erasure.body.neighbours = neighbours;
  }

  async #settle(erasure: Erasure): Promise<void> {
    const next: Erasure = { ...erasure, step: steps.settled, body: { ...erasure.body, neighbours: [] } };
    await this.#parts.profiles.settleAfterErasing(erasure.body.neighbours, [this.#rows.update(next)]);
    Object.assign(erasure, next);
  }

  /** What every holder has of them. */
  async #forget(erasure: Erasure): Promise<void> {
    const gone = await this.#goneOf(erasure.body);
    for (const holder of this.#parts.registry.holders) erasure.body.elsewhere += await holder.erase(gone);
  }

  /** After the holders: what they deleted leaves the disk too. */
  async #sweep(erasures: readonly Erasure[]): Promise<void> {
    const { store } = this.#parts;
    const inTables = await store.scrub(scrubbed);
    const leftovers = [...inTables, ...(await store.emptyLog())];
    for (const erasure of erasures)
      await this.#write(erasure, { ...erasure, step: steps.swept, body: { ...erasure.body, values: [], leftovers } });
  }

  async #certify(erasure: Erasure): Promise<void> {
    const { audit, vault, ports } = this.#parts;
    const { line, by, elsewhere, leftovers, downstream, cameBack } = erasure.body;
    const target = `erasure ${erasure.id}, ${line.records.length} records`;
    const entry = await audit.append({
      actor: by.actor,
      action: cameBack ? 'subject.erase.again' : 'subject.erased',
      outcome: 'done',
      target,
    });
    const doneAtMs = ports.clock.nowMs();
    const { head, ...proof } = await this.#inclusion(entry);
    const receipt = makeReceipt(vault.signingKey(), {
      erasure: erasure.id,
      begunAtMs: erasure.begunAtMs,
      erasedAtMs: doneAtMs,
      reason: by.reason,
      ...(by.request !== undefined && { request: by.request }),
      records: line.records.length,
      elsewhere,
      // Absent in one that an older version swept: nobody looked.
      ...(leftovers && { leftovers }),
      erased: line.records.map(({ made }) => made),
      downstream,
      audit: { ...proof, head },
    });
    await this.#write(erasure, { ...erasure, step: steps.done, doneAtMs, body: { ...erasure.body, receipt } });
    this.#parts.downstream.wake();
  }

  /** The proof for the newest signed head; others append meanwhile, so that it is asked for again when it has no head. */
  async #inclusion(entry: number) {
    for (;;) {
      const { size } = await this.#parts.audit.head();
      const { entry: _entry, head, ...proof } = await this.#parts.audit.inclusion(entry, size);
      if (head) return { entry, ...proof, head };
    }
  }

  /** Ids of the erasures of which some record is there. */
  async #findReturned(lines: readonly ErasureLine[]): Promise<Set<string>> {
    const found = new Set<string>();
    for (let at = 0; at < lines.length; at += linesTogether) {
      const some = lines.slice(at, at + linesTogether);
      const there = await this.#parts.profiles.namedRecords(some.flatMap(({ records }) => records.map(({ record }) => record)));
      const made = new Set(there.map((record) => erasedRecord(this.#key(), record).made));
      for (const { erasure, records } of some) if (records.some((one) => made.has(one.made))) found.add(erasure);
    }
    return found;
  }

  /** An erasure that the database does not know, or whose records a restored one brought back: from the first step. */
  async #beginAgain(line: ErasureLine, isBack: boolean): Promise<void> {
    const known = await this.#rows.get(line.erasure);
    const by: By = { actor: 'system', reason: 'request' };
    const body: ErasureBody = known?.body ?? { line, by, values: [], neighbours: [], elsewhere: 0, downstream: [] };
    const again = { ...body, ...(isBack && { cameBack: (body.cameBack ?? 0) + 1 }) };
    await this.#write(undefined, { id: line.erasure, step: steps.begun, begunAtMs: line.atMs, body: again });
  }

  /** Those of the records that are the very ones: a number and a name may be somebody else's by now. */
  async #stillThere(records: readonly ErasedRecord[]): Promise<number[]> {
    const wanted = new Map(records.map(({ record, made }) => [record, made]));
    const found = await this.#parts.profiles.namedRecords([...wanted.keys()]);
    return found
      .filter((record) => erasedRecord(this.#key(), record).made === wanted.get(record.recordId))
      .map(({ recordId }) => recordId);
  }

  async #goneOf({ line, values }: ErasureBody): Promise<Gone> {
    const { profiles } = this.#parts;
    const ids = new Set(line.records.map(({ id }) => id));
    // A telephone that others have too does not make an event theirs.
    const only = await profiles.unclaimed(values.map((value) => Buffer.from(value, 'hex')));
    const claimed = new Set(only.map(hex));
    return {
      erasure: line.erasure,
      recordIds: line.records.map(({ record }) => record),
      erasedAtMs: line.atMs,
      concerns: (source: SourceId, event: Event) => {
        const keys = profiles.keysOf(source, event);
        return (
          keys.records.some((key) => ids.has(erasedId(this.#key(), key))) || keys.values.some((key) => claimed.has(hex(key)))
        );
      },
    };
  }

  async #write(erasure: Erasure | undefined, next: Erasure): Promise<void> {
    await this.#parts.store.transact([this.#rows.update(next)]);
    if (erasure) Object.assign(erasure, next);
  }

  async #known(id: string): Promise<Erasure> {
    const found = await this.#rows.get(id);
    if (!found) throw new Fault('not_found', 'the erasure');
    return found;
  }

  async #viewOf({ id, step, begunAtMs, doneAtMs, body }: Erasure): Promise<ErasureView> {
    return {
      erasure: id,
      state: (Object.keys(steps) as (keyof typeof steps)[]).find((name) => steps[name] === step)!,
      begunAtMs,
      ...(doneAtMs !== undefined && { doneAtMs }),
      records: body.line.records.length,
      reason: body.by.reason,
      by: body.by.actor,
      ...(body.by.request !== undefined && { request: body.by.request }),
      ...(body.cameBack && { cameBack: body.cameBack }),
      ...(body.leftovers && { leftovers: body.leftovers }),
      downstream: await this.#parts.downstream.told(id),
    };
  }

  #key() {
    return this.#parts.vault.indexKey('erasure');
  }

  /** One after the other. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#working.then(work, work);
    this.#working = done.catch(() => undefined);
    return done;
  }
}

function inserts(rows: readonly Row[]): Change[] {
  return rows.length > 0 ? [{ op: 'insert', table: outboxTable, rows }] : [];
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
