// How many threads one training of a search takes. Many small trainings run side by side; a big one takes them all.

/** Rows from which one training takes all threads. */
const rowsForAllThreads = 100_000;

export function threadsOfEach(rows: number, threads: number): number {
  return rows >= rowsForAllThreads ? threads : 1;
}
