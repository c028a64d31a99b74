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
  /** When consents run out; made at the first that does. Infinity where none does. */
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

  put(row: Row): void {
    const { recordId } = row;
    if (recordId >= this.#persons.length) this.#grow(recordId + 1);
    this.#end = Math.max(this.#end, recordId + 1);
    this.#persons[recordId] = row.personId + 1;
    this.#adultFrom[recordId] = row.adultFromMs;
    this.#lastAdultFromMs = Math.max(this.#lastAdultFromMs, row.adultFromMs);
    row.cells.forEach(({ code, adultUntil, childUntil }, at) => {
      const { column } = this.#order[at]!;
      column.cells[recordId] = code;
      if (code & grantsAdult && adultUntil !== forever) column.adultUntil ??= this.#times();
      if (code & grantsChild && childUntil !== forever) column.childUntil ??= this.#times();
      if (column.adultUntil) column.adultUntil[recordId] = adultUntil;
      if (column.childUntil) column.childUntil[recordId] = childUntil;
    });
  }

  clear(): void {
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
    const start = this.#everybody(nowMs);
    if (purpose.mode === 'always') return answerOf(start.bits, start.bits.map(toExists), forever);
    const passes = this.#allowing(purpose);
    let allowed: Uint8Array | undefined;
    // Whoever comes of age may be judged otherwise, but only about what rests on consent.
    let untilMs = purpose.mode === 'optIn' ? start.untilMs : forever;
    for (const one of channels) {
      const bits = start.bits.slice();
      untilMs = Math.min(untilMs, this.#collect(this.#columns.get(nameOf(purposeName, one))!, bits, nowMs));
      for (let at = 0; at < bits.length; at += 1) bits[at] = passes[bits[at]!]!;
      if (allowed) for (let at = 0; at < bits.length; at += 1) allowed[at]! &= bits[at]!;
      else allowed = bits;
    }
    return answerOf(start.bits, allowed!, purpose.mode === 'optOut' ? forever : untilMs);
  }

  /** Every person's bits before any fact: who exists, who is a child; and when the next of them comes of age. */
  #everybody(nowMs: number): { bits: Uint8Array; untilMs: number } {
    const persons = this.#persons;
    const bits = new Uint8Array(this.#end);
    let untilMs = forever;
    for (let record = 0; record < this.#end; record += 1) {
      const person = persons[record]!;
      if (person !== 0) bits[person - 1]! |= exists;
    }
    if (this.#lastAdultFromMs <= nowMs) return { bits, untilMs };
    const adultFrom = this.#adultFrom;
    for (let record = 0; record < this.#end; record += 1) {
      const from = adultFrom[record]!;
      const person = persons[record]!;
      if (person === 0 || from <= nowMs) continue;
      bits[person - 1]! |= child;
      if (from < untilMs) untilMs = from;
    }
    return { bits, untilMs };
  }

  /** Adds what each record says to its person's bits. @returns when the next consent that counts now runs out */
  #collect(column: Column, bits: Uint8Array, nowMs: number): number {
    const persons = this.#persons;
    const { cells, adultUntil, childUntil } = column;
    const end = this.#end;
    if (!adultUntil && !childUntil) {
      for (let record = 0; record < end; record += 1) {
        const person = persons[record]!;
        if (person !== 0) bits[person - 1]! |= cells[record]!;
      }
      return forever;
    }
    let nextMs = forever;
    for (let record = 0; record < end; record += 1) {
      const person = persons[record]!;
      if (person === 0) continue;
      let code = cells[record]!;
      if (adultUntil && code & grantsAdult) {
        const until = adultUntil[record]!;
        if (until <= nowMs) code &= ~grantsAdult;
        else if (until < nextMs) nextMs = until;
      }
      if (childUntil && code & grantsChild) {
        const until = childUntil[record]!;
        if (until <= nowMs) code &= ~grantsChild;
        else if (until < nextMs) nextMs = until;
      }
      bits[person - 1]! |= code;
    }
    return nextMs;
  }

  /** For each combination of bits whether it is allowed. */
  #allowing(purpose: Purpose): Uint8Array {
    const guarded = needOf(this.#table, purpose, true).guardian;
    return Uint8Array.from({ length: 32 }, (_, bits) => {
      if (!(bits & exists) || bits & refused) return 0;
      if (purpose.mode === 'optOut') return 1;
      return bits & (guarded && bits & child ? grantsChild : grantsAdult) ? 1 : 0;
    });
  }

  #times(): Float64Array {
    return new Float64Array(this.#persons.length).fill(forever);
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
      if (column.adultUntil) column.adultUntil = times(column.adultUntil, forever);
      if (column.childUntil) column.childUntil = times(column.childUntil, forever);
    }
  }
}

function toExists(bits: number): number {
  return bits & exists ? 1 : 0;
}

function answerOf(everybody: Uint8Array, allowed: Uint8Array, untilMs: number): SetAnswer {
  let subjects = 0;
  let allowedCount = 0;
  for (let at = 0; at < everybody.length; at += 1) {
    if (everybody[at]! & exists) subjects += 1;
    allowedCount += allowed[at]!;
  }
  return { allowed, allowedCount, subjects, ...(untilMs !== forever && { untilMs }) };
}

function nameOf(purpose: string, channel: string): string {
  return JSON.stringify([purpose, channel]);
}
