// Front door of the probabilistic matcher: who is who among person records, with the reasons. A whole table by `resolveTable`, a stored model by `trainModel`, one pair at a time by `scorePair`:
// pure data in and out. Beside them, files of persons as such tables.

import type { FieldKind } from './kinds.ts';

export { type FieldKind, kinds } from './kinds.ts';
export { type MatchModel, type PersonValues, scorePair } from './model.ts';
export { type PersonFile, readPersonFile } from './personfile.ts';
export { type Parameters, type Progress, type Resolution, type ResolveOptions, resolveTable, trainModel } from './resolve.ts';
export { type ColumnMap, checkMap, type JoinedTable, joinFiles, truthOfColumn, truthOfFile } from './tables.ts';
export type { Thresholds } from './thresholds.ts';
export { type PairwiseScore, pairwiseScore } from './truth.ts';

/** One column of persons' values as they were written; null where nothing is known. */
export type PersonColumn = { field: FieldKind; name?: string; values: readonly (string | null)[] };

/** Persons in columns, all of `rowCount` values. `sources` numbers the file or system of each row, for linking. */
export type PersonTable = { rowCount: number; columns: PersonColumn[]; sources?: Int32Array };

/** One bar of a waterfall: how far a field moves the log-odds, in bits. The prior and what fields share are bars too. */
export type FieldWeight = { field: string; level: string; weightBits: number; left?: string; right?: string };

/** A pair worth showing: caller's rows, left < right, and the chance that they are one person. */
export type ScoredPair = { left: number; right: number; probability: number };
