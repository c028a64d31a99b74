// The gate over everybody at once: what each record says, as columns of bytes and times, and whose record it is. A merge changes one
// number; a question is one pass over the columns of its purpose.

import type { ConsentRecord } from '../../core/model/consent.ts';
import { refuses } from '../../core/model/consent.ts';
import type { Purpose, PurposeTable } from '../../core/model/purposes.ts';
import { adultFromMs, columnsAsked, columnsOf, expiryOf, meets, needOf } from './judge.ts';
import { wordOf, wordsOf } from './words.ts';

/** Bits of a cell. */
const refused = 1;
/** A consent that will do for a grown-up, or for a child; until when is in the column's times. */
const grantsAdult = 2;
const grantsChild = 4;
/** A bit of the person alone: they exist. */
const exists = 8;
const child = 16;

type Column = {
  cells: Uint8Array;
  /** Until when consents hold; made for the first that runs out. Infinity: for good. Minus infinity: there is none. */
  adultUntil: Float64Array | undefined;
  childUntil: Float64Array | undefined;
};
type Cell = { code: number; adultUntil: number; childUntil: number };
/** One record as the columns hold it. */
type Row = { recordId: number; personId: number; adultFromMs: number; cells: readonly Cell[] };

/** Read-only; a copy of its own for whoever asked. */
export type SetAnswer = {
  /** 1 at the person id of everybody whose data may be used. A record's id that is not its person's has 0. */
  allowed: Uint8Array;
  allowedCount: number;
  subjects: number;
  /** Before this moment only new facts change an answer. */
  untilMs?: number;
};

const never = Number.NEGATIVE_INFINITY;
const forever = Number.POSITIVE_INFINITY;

export class Columns {
  readonly #table: PurposeTable;
  readonly #columns = new Map<string, Column>();
  readonly #silent: readonly Cell[];
  readonly #order: { purpose: Purpose; channel: string; column: Column }[] = [];
  /** Person id of each record, plus one; 0 where there is none. */
  #persons = new Uint32Array(0);
  #adultFrom = new Float64Array(0);
  /** One after the highest record id. */
  #end = 0;
  /** Nobody comes of age after it. */
  #lastAdultFromMs = never;
  /** One more with each change that could change an answer. */
  #version = 0;

  constructor(table: PurposeTable) {
    this.#table = table;
    for (const purpose of table.purposes.values()) {
      if (purpose.mode === 'always') continue;
      for (const channel of columnsOf(purpose)) {
        const column = { cells: new Uint8Array(0), adultUntil: undefined, childUntil: undefined };
        this.#columns.set(nameOf(purpose.purpose, channel), column);
        this.#order.push({ purpose, channel, column });
      }
    }
    this.#silent = this.#order.map(() => ({ code: 0, adultUntil: never, childUntil: never }));
  }

  /** What a record says now, to be put in later: the state goes on changing. */
  read(record: ConsentRecord): Row {
    const { recordId, personId, consents } = record;
    const words = wordsOf(consents);
    const table = this.#table;
    const adultFrom = adultFromMs(record.birthday, table.minorsAge) ?? never;
    // Most records say nothing: devices that were seen once.
    if (words.size === 0 && !consents.overflow) return { recordId, personId, adultFromMs: adultFrom, cells: this.#silent };
    const cells = this.#order.map(({ purpose, channel }): Cell => {
      const fact = wordOf(words, purpose, channel);
      const cell = { code: consents.overflow ? refused : 0, adultUntil: never, childUntil: never };
      if (!fact || fact.status === 'expired') return cell;
      if (refuses(fact)) return { ...cell, code: refused };
      if (meets(fact, needOf(table, purpose, false))) {
        cell.code |= grantsAdult;
        cell.adultUntil = expiryOf(fact);
      }
      if (meets(fact, needOf(table, purpose, true))) {
        cell.code |= grantsChild;
        cell.childUntil = expiryOf(fact);
      }
      return cell;
    });
    return { recordId, personId, adultFromMs: adultFrom, cells };
  }

  /** The same number: only time can have changed an answer. */
  get version(): number {
    return this.#version;
  }

  put(row: Row): void {
    const { recordId } = row;
    // Most events say nothing of consents.
    if (this.#holds(row)) return;
    this.#version += 1;
    if (recordId >= this.#persons.length) this.#grow(recordId + 1);
    this.#end = Math.max(this.#end, recordId + 1);
    this.#persons[recordId] = row.personId + 1;
    this.#adultFrom[recordId] = row.adultFromMs;
    this.#lastAdultFromMs = Math.max(this.#lastAdultFromMs, row.adultFromMs);
    row.cells.forEach(({ code, adultUntil, childUntil }, at) => {
      const { column } = this.#order[at]!;
      column.cells[recordId] = code;
      if (code & grantsAdult && adultUntil !== forever) column.adultUntil ??= this.#times(column, grantsAdult);
      if (code & grantsChild && childUntil !== forever) column.childUntil ??= this.#times(column, grantsChild);
      if (column.adultUntil) column.adultUntil[recordId] = adultUntil;
      if (column.childUntil) column.childUntil[recordId] = childUntil;
    });
  }

  #holds({ recordId, personId, adultFromMs: from, cells }: Row): boolean {
    if (recordId >= this.#end || this.#persons[recordId] !== personId + 1 || this.#adultFrom[recordId] !== from) return false;
    return cells.every(({ code, adultUntil, childUntil }, at) => {
      const { column } = this.#order[at]!;
      if (column.cells[recordId] !== code) return false;
      // Without a column of times every consent in it holds for good.
      const adult = column.adultUntil?.[recordId] ?? (code & grantsAdult ? forever : never);
      const minor = column.childUntil?.[recordId] ?? (code & grantsChild ? forever : never);
      return adult === adultUntil && minor === childUntil;
    });
  }

  /** The record is no more. */
  remove(recordId: number): void {
    if (recordId >= this.#persons.length) return;
    this.#version += 1;
    this.#persons[recordId] = 0;
    this.#adultFrom[recordId] = never;
    for (const { column } of this.#order) {
      column.cells[recordId] = 0;
      if (column.adultUntil) column.adultUntil[recordId] = never;
      if (column.childUntil) column.childUntil[recordId] = never;
    }
  }

  clear(): void {
    this.#version += 1;
    this.#persons.fill(0);
    this.#adultFrom.fill(never);
    this.#end = 0;
    this.#lastAdultFromMs = never;
  }

  /** Whose record it is. */
  personOf(recordId: number): number | undefined {
    const person = this.#persons[recordId];
    return person ? person - 1 : undefined;
  }

  /** @returns undefined when no such purpose or channel is declared */
  ask(purposeName: string, channel: string, nowMs: number): SetAnswer | undefined {
    const purpose = this.#table.purposes.get(purposeName);
    const channels = purpose && columnsAsked(purpose, channel);
    if (!purpose || !channels) return undefined;
    const passes = this.#allowing(purpose);
    if (purpose.mode === 'always') return this.#answer(this.#everybody(), passes, forever);
    // What rests on an objection does not change with time.
    const timed = purpose.mode === 'optIn';
    let untilMs = forever;
    let allowed: SetAnswer | undefined;
    for (const one of channels) {
      const bits = new Uint8Array(this.#end);
      const column = this.#columns.get(nameOf(purposeName, one))!;
      const endsMs =
        column.adultUntil || column.childUntil ? this.#collectTimed(column, bits, nowMs) : this.#collect(column, bits);
      if (timed) untilMs = Math.min(untilMs, endsMs, this.#children(bits, nowMs));
      const answer = this.#answer(bits, passes, forever);
      allowed = allowed ? both(allowed, answer) : answer;
    }
    return { ...allowed!, ...(untilMs !== forever && { untilMs }) };
  }

  /** One byte for each record id: bits of the person of that id. */
  #everybody(): Uint8Array {
    const persons = this.#persons;
    const bits = new Uint8Array(this.#end);
    for (let record = 0; record < bits.length; record += 1) {
      const person = persons[record]!;
      if (person !== 0) bits[person - 1] = exists;
    }
    return bits;
  }

  /** Marks who is a child. @returns when the next of them comes of age */
  #children(bits: Uint8Array, nowMs: number): number {
    let untilMs = forever;
    if (this.#lastAdultFromMs <= nowMs) return untilMs;
    const persons = this.#persons;
    const adultFrom = this.#adultFrom;
    for (let record = 0; record < bits.length; record += 1) {
      const from = adultFrom[record]!;
      const person = persons[record]!;
      if (person === 0 || from <= nowMs) continue;
      bits[person - 1]! |= child;
      if (from < untilMs) untilMs = from;
    }
    return untilMs;
  }

  /** Adds what each record says to its person's bits. */
  #collect({ cells }: Column, bits: Uint8Array): number {
    const persons = this.#persons;
    for (let record = 0; record < bits.length; record += 1) {
      const person = persons[record]!;
      if (person !== 0) bits[person - 1]! |= cells[record]! | exists;
    }
    return forever;
  }

  /** The same where consents run out: a time tells by itself whether a consent holds. @returns when the next one runs out */
  #collectTimed({ cells, adultUntil, childUntil }: Column, bits: Uint8Array, nowMs: number): number {
    const persons = this.#persons;
    let nextMs = forever;
    const kept = exists | refused | (adultUntil ? 0 : grantsAdult) | (childUntil ? 0 : grantsChild);
    for (let record = 0; record < bits.length; record += 1) {
      const person = persons[record]!;
      if (person === 0) continue;
      let code = (cells[record]! & kept) | exists;
      if (adultUntil) {
        const until = adultUntil[record]!;
        code |= until > nowMs ? grantsAdult : 0;
        if (until < nextMs && until > nowMs) nextMs = until;
      }
      if (childUntil) {
        const until = childUntil[record]!;
        code |= until > nowMs ? grantsChild : 0;
        if (until < nextMs && until > nowMs) nextMs = until;
      }
      bits[person - 1]! |= code;
    }
    return nextMs;
  }

  /** Bits to answers, in place. */
  #answer(bits: Uint8Array, passes: Uint8Array, untilMs: number): SetAnswer {
    let subjects = 0;
    let allowedCount = 0;
    for (let at = 0; at < bits.length; at += 1) {
      const person = bits[at]!;
      const answer = passes[person]!;
      subjects += (person & exists) >> 3;
      allowedCount += answer;
      bits[at] = answer;
    }
    return { allowed: bits, allowedCount, subjects, ...(untilMs !== forever && { untilMs }) };
  }

  /** For each combination of bits whether it is allowed. */
  #allowing(purpose: Purpose): Uint8Array {
    const guarded = needOf(this.#table, purpose, true).guardian;
    return Uint8Array.from({ length: 32 }, (_, bits) => {
      if (!(bits & exists)) return 0;
      if (purpose.mode === 'always') return 1;
      if (bits & refused) return 0;
      if (purpose.mode === 'optOut') return 1;
      return bits & (guarded && bits & child ? grantsChild : grantsAdult) ? 1 : 0;
    });
  }

  /** Times for a column that had none: whoever consented did so for good. */
  #times({ cells }: Column, grants: number): Float64Array {
    return Float64Array.from({ length: this.#persons.length }, (_, at) => (cells[at]! & grants ? forever : never));
  }

  /** Half as much again, so that growing costs little for each record. */
  #grow(wanted: number): void {
    const length = Math.max(1024, Math.ceil(wanted * 1.5));
    const times = (old: Float64Array, fill: number) => {
      const grown = new Float64Array(length).fill(fill);
      grown.set(old);
      return grown;
    };
    const persons = new Uint32Array(length);
    persons.set(this.#persons);
    this.#persons = persons;
    this.#adultFrom = times(this.#adultFrom, never);
    for (const { column } of this.#order) {
      const cells = new Uint8Array(length);
      cells.set(column.cells);
      column.cells = cells;
      if (column.adultUntil) column.adultUntil = times(column.adultUntil, never);
      if (column.childUntil) column.childUntil = times(column.childUntil, never);
    }
  }
}

/** Who is allowed by both. */
function both(left: SetAnswer, right: SetAnswer): SetAnswer {
  let allowedCount = 0;
  for (let at = 0; at < left.allowed.length; at += 1) {
    left.allowed[at]! &= right.allowed[at]!;
    allowedCount += left.allowed[at]!;
  }
  return { ...left, allowedCount };
}

function nameOf(purpose: string, channel: string): string {
  return JSON.stringify([purpose, channel]);
}
