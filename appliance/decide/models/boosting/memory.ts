// Where everything lies in a training's memory, and so how much it takes: planned before anything is made, so that too much is refused and
// never half done. WebAssembly's addresses have 32 bits: 4 GiB at most.

import { Fault } from '../../../core/errors.ts';
import {
  blockBytes,
  blockRows,
  columnHistogramBytes,
  columnsPerTask,
  controlBytes,
  entryBytes,
  resultBytes,
  scratchBytes,
  taskBytes,
  walkNodeBytes,
} from './kernel/layout.ts';
import type { Settings } from './settings.ts';

export const pageBytes = 65_536;
const addressable = 65_536 * pageBytes;

/** Nodes that are split in one step; bounds how many histograms are alive in deep trees. */
export const nodesAtOnce = 64;
/** Columns of one task of a scan, when several threads share it. */
export const columnsPerScan = 8;
/** Rows that one task parts or adds leaves to. */
export const rowsPerStretch = 16_384;
/** Tasks that one phase of histograms cuts big nodes into, for each thread. */
export const piecesPerThread = 4;

export type Shape = {
  readonly rows: number;
  readonly validationRows: number;
  readonly columns: number;
  readonly stride: number;
  readonly weighted: boolean;
  readonly validationWeighted: boolean;
  readonly threads: number;
  /** With other organisations, whose rows nobody counts before: then rows bound no tree. */
  readonly shared: boolean;
};

export type Plan = Shape & {
  readonly tasks: number;
  readonly mostTasks: number;
  readonly results: number;
  readonly entries: number;
  readonly tree: number;
  readonly mostNodes: number;
  readonly scratch: number;
  readonly binCounts: number;
  readonly mask: number;
  readonly monotone: number;
  readonly margins: number;
  readonly gradients: number;
  readonly labels: number;
  readonly weights: number;
  readonly index: number;
  readonly otherIndex: number;
  readonly spare: number;
  readonly bins: number;
  readonly columnBins: number;
  readonly columnBytes: number;
  readonly validationMargins: number;
  readonly validationLabels: number;
  readonly validationWeights: number;
  readonly validationBins: number;
  readonly histograms: number;
  readonly slots: number;
  readonly slotBytes: number;
  readonly bytes: number;
};

/** Histograms alive at the same time at most: of nodes that may still be split. */
function slotsOf(settings: Settings, rows: number): number {
  const { growth, maxDepth, maxLeaves } = settings;
  const whole = 2 ** (maxDepth - 1);
  // The deepest nodes are split first: a level holds back as many as one step takes, but for the last, which has their children too.
  const waiting = growth === 'leaf' ? maxLeaves : (Math.max(1, maxDepth - 7) + 1) * nodesAtOnce;
  return Math.max(1, Math.min(rows, whole, waiting));
}

/** Places and bytes. @throws {Fault} `limit_reached` when that is over the limit, or over what WebAssembly can address */
export function planMemory(shape: Shape, settings: Settings, limitBytes = Number.POSITIVE_INFINITY): Plan {
  const { rows, validationRows, columns, stride, threads } = shape;
  const allRows = shape.shared ? Number.POSITIVE_INFINITY : rows;
  let end = controlBytes;
  const take = (bytes: number): number => {
    const at = Math.ceil(end / 64) * 64;
    end = at + bytes;
    return at;
  };
  const groups = Math.ceil(stride / columnsPerTask);
  const scans = Math.ceil(columns / columnsPerScan);
  const stretches = Math.ceil(rows / rowsPerStretch) + Math.ceil(validationRows / blockRows) + 2 * nodesAtOnce;
  const leaves = settings.growth === 'leaf' ? Math.min(settings.maxLeaves, 2 ** settings.maxDepth) : 2 ** settings.maxDepth;
  const mostLeaves = Math.min(leaves, Math.max(2, allRows));
  const mostTasks =
    Math.max(stretches + mostLeaves, groups * (nodesAtOnce + 2 * threads * piecesPerThread), nodesAtOnce * scans) + nodesAtOnce;
  const blocks = Math.ceil(rows / blockRows);
  const slots = slotsOf(settings, allRows);
  const slotBytes = stride * columnHistogramBytes;
  const mostNodes = 2 * mostLeaves;
  const columnBytes = Math.ceil(rows / 64) * 64;
  const plan = {
    ...shape,
    mostTasks,
    mostNodes,
    slots,
    slotBytes,
    tasks: take(mostTasks * taskBytes),
    results: take(Math.max(blocks * blockBytes, 2 * nodesAtOnce * scans * resultBytes)),
    entries: take(2 * nodesAtOnce * entryBytes),
    tree: take(mostNodes * walkNodeBytes),
    scratch: take(threads * scratchBytes),
    binCounts: take(columns * 4),
    mask: take(columns),
    monotone: take(columns),
    margins: take(rows * 8),
    gradients: take(rows * 8),
    labels: take(rows * 4),
    weights: take(shape.weighted ? rows * 4 : 0),
    index: take(rows * 4),
    otherIndex: take(rows * 4),
    spare: take(rows * 4),
    bins: take(rows * stride),
    columnBins: take(columns * columnBytes),
    columnBytes,
    validationMargins: take(validationRows * 8),
    validationLabels: take(validationRows * 4),
    validationWeights: take(shape.validationWeighted ? validationRows * 4 : 0),
    validationBins: take(validationRows * stride),
    histograms: take(slots * slotBytes),
  };
  const bytes = Math.ceil(end / pageBytes) * pageBytes;
  const limit = Math.min(limitBytes, addressable - pageBytes);
  if (bytes > limit) throw new Fault('limit_reached', `memory of training: ${mebibytes(bytes)}, limit ${mebibytes(limit)}`);
  return { ...plan, bytes };
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
