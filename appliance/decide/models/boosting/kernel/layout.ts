// Where kernel and trainer meet: the places of the control block at the bottom of a training's memory, and the records in its tables.
// Written in what TypeScript and AssemblyScript share, so that both read this one file and cannot drift apart. Places are bytes.

// Four words that threads change at the same time, each in a cache line of its own.
/** 64 bits: number of the phase (22), tasks in it (21), next task (21). One compare-and-exchange claims a task. */
export const ticketAt = 64;
/** Tasks of this phase that are done. */
export const doneAt = 128;
/** Changes with each phase; helpers sleep on it. */
export const epochAt = 192;
/** Not 0: helpers go home. */
export const stopAt = 256;

// Parameters, 32 bits each, written by the leading thread between phases.
export const phaseAt = 512;
export const tasksAt = 516;
export const resultsAt = 520;
export const entriesAt = 524;
export const scratchAt = 528;
export const treeAt = 532;
export const binsAt = 536;
export const strideAt = 540;
export const columnsAt = 544;
/** One 32-bit number for each column: how many bins hold values. The bin after them is for missing. */
export const binCountsAt = 548;
/** One byte for each column: 1 when this tree may use it. */
export const maskAt = 552;
/** One signed byte for each column: +1 rising, -1 falling, 0 free. 0: no column is constrained. */
export const monotoneAt = 556;
export const marginsAt = 560;
export const labelsAt = 564;
/** 0: every row weighs 1. */
export const weightsAt = 568;
export const gradientsAt = 572;
export const rowsAt = 576;
export const indexAt = 580;
/** 0: logistic, 1: squared error. */
export const lossAt = 584;
/** A row is in the sample when its hash is below; 0xffffffff: all are. */
export const sampleBelowAt = 588;
export const sampleSeedAt = 592;
/** Least hessian of a child, in steps of the fixed point, at least 1. */
export const leastHessianAt = 596;
/** The same bins once more, column by column, and bytes from one column to the next. */
export const columnBinsAt = 600;
export const columnBytesAt = 604;

// Parameters in double precision.
export const gradientScaleAt = 640;
export const hessianScaleAt = 648;
export const gradientStepAt = 656;
export const hessianStepAt = 664;
export const lambdaAt = 672;
export const alphaAt = 680;

/** First byte after the control block. */
export const controlBytes = 1024;

/** Cells of a column's histogram, 8 bytes each. */
export const cellsPerColumn = 256;
export const columnHistogramBytes = 2048;
/** Columns that one task of a histogram sums at most: their cells are 64 KB. */
export const columnsPerTask = 32;
/** Rows of a block of gradients; sums of blocks are added in order, so that no thread count changes a scale. */
export const blockRows = 8192;
/** Each thread's own memory: cells of one task (64 KB), then gradients (8 KB) and bins (32 KB) of the rows that are near. */
export const scratchBytes = 106496;

// Of the log-loss without weights what a row adds to sums in double precision is a whole number of steps (fixed-point.ts).
/** Steps of 1 in the sums that scales are chosen by. */
export const scaleSteps = 16777216;
/** Steps of 1 in a sum of losses, and what a row's loss counts at most. */
export const lossSteps = 1048576;
export const mostLoss = 64;

// Phases.
export const phaseGradients = 1;
export const phaseQuantise = 2;
export const phasePartition = 3;
export const phaseScatter = 4;
export const phaseHistogram = 5;
export const phaseScan = 6;
export const phaseApply = 7;
export const phaseWalk = 8;
export const phaseLoss = 9;
export const phaseTurn = 10;

/** A task is 16 words of 32 bits. */
export const taskBytes = 64;
/** What a scan found: gain f64, column, bin, missing left, (pad), packed sum of the left side i64. */
export const resultBytes = 40;
/** A node to scan: histogram, wanted, packed sum i64, lower and upper bound of its weight f64. */
export const entryBytes = 32;
/**
 * A node of the tree that rows walk through: column or 0xffffffff, split bin | bin of missing << 8 (0xffff where missing goes right), left
 * child (right is next), value f32.
 */
export const walkNodeBytes = 16;
/** Sums of a block: f64 gradient then packed, f64 hessian, u32 rows in the sample, u32 where they begin. */
export const blockBytes = 24;

export const none = 0xffffffff;
