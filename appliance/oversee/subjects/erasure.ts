// Erasing customers: every step is written down before it is done and done again until the next one is written, so that a kill at any
// moment only delays it. First a row and a signed line of the list, then the keys with everything of the record, then everybody else.

import type { AuditLog } from '../../core/audit/audit.ts';
import { Fault } from '../../core/errors.ts';
import type { Event, SourceId } from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import type { Change, Finding, Row, Store } from '../../core/store/store.ts';
import { type Vault, vaultTables } from '../../core/vault/vault.ts';
import type { Profiles } from '../../record/profiles/profiles.ts';
import type { Downstream, Told } from './downstream.ts';
import { type ErasedRecord, type ErasureLine, erasedId, erasedRecord, signLine } from './erasure-line.ts';
import type { ErasureLog } from './erasure-log.ts';
import { type By, type Erasure, type ErasureBody, ErasureRows, steps } from './erasure-store.ts';
import { outboxTable } from './migrations.ts';
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
  downstream: Told[];
};

/** Lines whose records are looked up together. */
const linesTogether = 200;

/** Whom to erase: a person as they are in that moment, or records of which nothing has been heard since. */
export type Whom = { person: number } | { records: readonly number[]; inactiveSinceMs: number };
/** What whoever asks keeps in the transaction that begins it. @param records how many it is about */
export type AlongBegun = (records: number) => readonly Change[];

export class Erasures {
  readonly #parts: ErasureParts;
  readonly #rows: ErasureRows;
  #working: Promise<unknown> = Promise.resolve();
  #foreignLines = 0;

  constructor(parts: ErasureParts) {
    this.#parts = parts;
    this.#rows = new ErasureRows(parts.store, bodySeal(parts.vault));
  }

  /**
   * Erases for good. Resolves when nothing of them is left here and the receipt is made; systems downstream are told meanwhile.
   * @throws {Fault} `not_found`, `conflict` under a legal hold, and what the store says: then it goes on by itself later, or never began
   */
  erase(whom: Whom, by: By, along: AlongBegun = () => []): Promise<ErasureView> {
    return this.#alone(async () => {
      const erasure = await this.#begin(whom, by, along);
      await this.#finish(erasure);
      return this.#viewOf(erasure);
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
      for (const erasure of waiting) await this.#finish(erasure, true);
      this.#parts.downstream.wake();
      return { finished: waiting.length, cameBack: cameBack.size };
    });
  }

  /** What could not be finished. @throws {Fault} where it still cannot be */
  finish(): Promise<void> {
    return this.#alone(async () => {
      for (const erasure of await this.#rows.unfinished()) await this.#finish(erasure);
    });
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

  /** For doctor. */
  async check(): Promise<Finding[]> {
    const findings: Finding[] = [];
    const open = (await this.#rows.unfinished()).length;
    if (open > 0) {
      const message = `${open} not finished; they are tried again every ten minutes`;
      findings.push({ severity: 'warning', check: 'erasures', message });
    }
    if (this.#foreignLines > 0) {
      const message = `${this.#foreignLines} lines of the list are not signed by this node and were left out: compare it with a copy`;
      findings.push({ severity: 'error', check: 'erasures', message });
    }
    if (findings.length === 0) findings.push({ severity: 'ok', check: 'erasures', message: 'all finished' });
    return [...findings, ...(await this.#parts.downstream.check())];
  }

  async settled(): Promise<void> {
    await this.#working;
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

  /** @param lenient leaves it unfinished where only its receipt is missing */
  async #finish(erasure: Erasure, lenient = false): Promise<void> {
    if (erasure.step === steps.begun) await this.#destroyAgain(erasure);
    if (erasure.step === steps.destroyed) await this.#settle(erasure);
    if (erasure.step === steps.settled) await this.#sweep(erasure);
    if (erasure.step !== steps.swept) return;
    await this.#certify(erasure).catch((error: unknown) => {
      if (!lenient || !(error instanceof Fault)) throw error;
    });
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

  async #sweep(erasure: Erasure): Promise<void> {
    const { registry, store } = this.#parts;
    const gone = await this.#goneOf(erasure.body);
    let elsewhere = 0;
    for (const holder of registry.holders) elsewhere += await holder.erase(gone);
    // Only now: what holders deleted leaves the disk too.
    await store.scrub(vaultTables);
    const body = { ...erasure.body, values: [], elsewhere: erasure.body.elsewhere + elsewhere };
    await this.#write(erasure, { ...erasure, step: steps.swept, body });
  }

  async #certify(erasure: Erasure): Promise<void> {
    const { audit, vault, ports } = this.#parts;
    const { line, by, elsewhere, downstream, cameBack } = erasure.body;
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
