// Features' front door: columns for everything that is decided, of a file or of the node's customers.

export type { ColumnNote } from './column-builder.ts';
export { type FileMatrix, type FileMatrixOptions, fileMatrixLimits, matrixOfFile } from './file-matrix.ts';
export { type ColumnSummary, summaryOf } from './summary.ts';
