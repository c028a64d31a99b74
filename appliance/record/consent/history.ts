// What customers said about each purpose, month by month: how many yes and how many no. Counted over everybody's facts when somebody asks, in the
// background, and kept for a while; it names nobody.

import type { ConsentFact, ConsentRecord } from '../../core/model/consent.ts';
import { refuses, wordKey } from '../../core/model/consent.ts';

export const historyLimits = {
  /** A count is as good as new for so long. */
  keptMs: 600_000,
  /** The latest months that are told. */
  months: 36,
  /** Pairs of month and purpose that are counted: purposes are a source's word. Beyond, further ones are left out. */
  counted: 20_000,
} as const;

export type Told = { month: string; purpose: string; given: number; refused: number };
export type ConsentHistory = {
  state: 'reading' | 'ready';
  /** People whose facts are counted, so far where it is reading. */
  subjectsRead: number;
  countedAtMs?: number;
  months: Told[];
};

export type HistoryParts = {
  nowMs(): number;
  /** Everybody, page by page. */
  pages(visit: (records: readonly ConsentRecord[]) => void): AsyncIterable<unknown>;
  /** Between two pages, so that serving goes on. */
  rest(): Promise<void>;
  stopping(): boolean;
};

export class HistoryBook {
  readonly #parts: HistoryParts;
  #kept: ConsentHistory | undefined;
  #counting: Promise<void> | undefined;
  #read = 0;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  /** What is known now. One that is too old is counted again meanwhile. */
  ask(): ConsentHistory {
    const nowMs = this.#parts.nowMs();
    if (!this.#kept || nowMs - (this.#kept.countedAtMs ?? 0) > historyLimits.keptMs) this.#begin();
    return this.#kept ?? { state: 'reading', subjectsRead: this.#read, months: [] };
  }

  async settled(): Promise<void> {
    await this.#counting;
  }

  #begin(): void {
    this.#counting ??= this.#count()
      // The store is away: whoever asks next begins again.
      .catch(() => undefined)
      .finally(() => {
        this.#counting = undefined;
      });
  }

  async #count(): Promise<void> {
    const { pages, rest, nowMs, stopping } = this.#parts;
    const countedAtMs = nowMs();
    const tally = new Map<string, Told>();
    this.#read = 0;
    const visit = (records: readonly ConsentRecord[]) => {
      for (const record of records) for (const fact of factsOf(record)) add(tally, fact);
      this.#read += new Set(records.map(({ personId }) => personId)).size;
    };
    for await (const _page of pages(visit)) {
      if (stopping()) return;
      await rest();
    }
    const months = [...new Set([...tally.values()].map(({ month }) => month))].sort().slice(-historyLimits.months);
    const told = [...tally.values()].filter(({ month }) => months.includes(month));
    told.sort((a, b) => a.month.localeCompare(b.month) || a.purpose.localeCompare(b.purpose));
    this.#kept = { state: 'ready', subjectsRead: this.#read, countedAtMs, months: told };
  }
}

/** Each fact of a record once: what counts is kept for good, the history for as long as there is room. */
function factsOf({ consents }: ConsentRecord): Iterable<ConsentFact> {
  const facts = new Map<string, ConsentFact>();
  for (const fact of [...consents.history, ...Object.values(consents.words)])
    facts.set(`${fact.by} ${wordKey(fact.purpose, fact.channel)}`, fact);
  return facts.values();
}

function add(tally: Map<string, Told>, fact: ConsentFact): void {
  if (fact.status === 'expired' || !Number.isFinite(fact.atMs)) return;
  const month = new Date(fact.atMs).toISOString().slice(0, 7);
  const { purpose } = fact;
  const key = `${month} ${purpose}`;
  const known = tally.get(key) ?? { month, purpose, given: 0, refused: 0 };
  if (!tally.has(key) && tally.size >= historyLimits.counted) return;
  if (refuses(fact)) known.refused += 1;
  else known.given += 1;
  tally.set(key, known);
}
