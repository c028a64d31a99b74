// Looking at an uploaded file while it passes by: rows as a match would read them, of which counts, lines and codes are kept and nothing else.

import { type MatchKind, matchKinds } from '../../federation/protocol/match-terms.ts';
import { Fault } from '../core/errors.ts';
import type { TableRow } from '../record/imports/imports.ts';
import { type FileColumns, type FileRow, rowReader } from './file-rows.ts';
import type { MatchFile } from './files.ts';
import { Normalised, type Normaliser } from './normalise.ts';

export const checkLimits = {
  rows: 5_000_000,
  /** Rejected rows that are listed; all are counted. */
  rejects: 1_000,
} as const;

/** Looks at rows as a match would, and keeps nothing of them but counts. */
export class FileCheck {
  readonly #columns: FileColumns;
  readonly #normalise: Normaliser;
  readonly #counts = new Map<MatchKind, Normalised>();
  readonly #rejected = new Map<string, number>();
  readonly #rejects: { line: number; code: string }[] = [];
  #read: ReturnType<typeof rowReader> | undefined;
  #rows = 0;
  #taken = 0;

  constructor(columns: FileColumns, normalise: Normaliser) {
    this.#columns = columns;
    this.#normalise = normalise;
    for (const kind of matchKinds) if (columns.kinds[kind]) this.#counts.set(kind, new Normalised());
  }

  take(batch: readonly TableRow[]): void {
    for (const row of batch) {
      if (this.#read) this.#row(row);
      else if ('cells' in row) this.#read = rowReader(this.#columns, row.cells);
      else throw new Fault('unreadable_file', `line ${row.line}, where the columns are named: ${row.reason}`);
    }
  }

  done(): Pick<MatchFile, 'rows' | 'taken' | 'rejected' | 'rejects' | 'kinds'> {
    const rejected = Object.fromEntries([...this.#rejected].sort(([a], [b]) => (a < b ? -1 : 1)));
    if (this.#taken === 0) {
      const why = Object.entries(rejected).map(([code, times]) => `${code} ${times}`);
      throw new Fault('unreadable_file', `no row can be used${why.length > 0 ? `: ${why.join(', ')}` : ''}`);
    }
    const kinds = Object.fromEntries([...this.#counts].map(([kind, counts]) => [kind, counts.report()]));
    return { rows: this.#rows, taken: this.#taken, rejected, rejects: this.#rejects, kinds };
  }

  #row(row: TableRow): void {
    this.#rows += 1;
    if (this.#rows > checkLimits.rows)
      throw new Fault('limit_reached', `a file for a match has at most ${checkLimits.rows} rows`);
    const said = this.#read!(row);
    const code = said.ok ? (this.#usable(said.value) ? undefined : 'no_identifier') : said.reason;
    if (code === undefined) {
      this.#taken += 1;
      return;
    }
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1);
    if (this.#rejects.length < checkLimits.rejects) this.#rejects.push({ line: row.line, code });
  }

  #usable({ values }: FileRow): boolean {
    let usable = false;
    for (const { kind, raw } of values) {
      const counts = this.#counts.get(kind)!;
      const item = this.#normalise(kind, raw);
      counts.given += 1;
      if (item.ok) counts.taken += 1;
      else counts.refuse(item.reason);
      usable ||= item.ok;
    }
    return usable;
  }
}
