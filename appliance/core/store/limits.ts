// Every bound of the store in one place, so that memory and waiting stay known. What happens beyond each is said beside it.

export const storeLimits = {
  /** Rows of one transact(), all changes together. Beyond: Fault limit_reached. */
  transactRows: 1_000_000,
  /** Packed bytes of one transact(). Beyond: Fault limit_reached. */
  transactBytes: 256 * 1024 * 1024,
  /** Values of one `IN (:set)`. Beyond: Fault limit_reached. */
  setValues: 1_000_000,
  /** Packed bytes that one select may answer. Beyond: Fault limit_reached; read in pages. */
  resultBytes: 256 * 1024 * 1024,
  /** Queries of one selectMany(). Beyond: Fault limit_reached. */
  queries: 1000,
  /** Calls that wait for an engine. Beyond: Fault too_busy. */
  waitingCalls: 10_000,
  /** Bytes of change sets that wait for an engine. Beyond: Fault too_busy. */
  waitingBytes: 512 * 1024 * 1024,
  /** Numbers taken by one allocate(). Beyond: Fault limit_reached. */
  allocateCount: 1_000_000,
  /** Transactions that may share one fsync; the rest waits for the next. */
  groupTransactions: 64,
  /** Bytes after which a group takes no more transactions, so that the first one does not wait for all. */
  groupBytes: 8 * 1024 * 1024,
  /** Parsed statements kept by text on each side of a thread; the least recently used is dropped. */
  cachedStatements: 500,
} as const;
