// The model of sizes (docs/sizing.md): what so many customers and events take, worked out from what was measured at a size at which it could be.
// Every constant says where it comes from. Nothing here is a promise: beyond what was measured it is a straight line, and says so.

/** Bytes of a unit as it is printed. */
const mega = 1_000_000;
const giga = 1_000_000_000;
const daySeconds = 86_400;

/** By `npm run bench:sizing` unless said otherwise, on two processors that others kept busy; bytes do not depend on that, times do. */
export const measured = {
  /** Of a customer: 1.3 records with their keys, identifiers and consents; `derivedBytesOfCustomer` more while they are followed. */
  sqlite: { bytesOfCustomer: 5_399, bytesOfEvent: 1_139 },
  postgres: { bytesOfCustomer: 4_986, bytesOfEvent: 1_437, walBytesOfEvent: 2_155 },
  derivedBytesOfCustomer: 835,
  /**
   * The node that has everybody before it: consents as columns, features, segments, scores. From `npm run bench:console` with 1,000,000 customers (1.4 to
   * 1.7 GB in several runs) and the node without any (531 MB). With 30,000 the collector's slack makes it seem nine times as much a customer.
   */
  lead: { baseBytes: 531 * 1024 ** 2, bytesOfCustomer: 1_000 },
  /**
   * Events a second of two processors that node, database and load shared. `median`: a whole `npm run bench:cluster` on a machine that others
   * kept busy (four ran for each processor); `best`: the best that was ever measured there, of a round or of a quieter run (README).
   */
  ingest: {
    sqlite: { best: 44_000, median: 15_165 },
    /** A node that has a PostgreSQL alone. */
    postgres: { best: 9_490, median: 5_631 },
    /** One of several nodes, alone at it, and three at once. */
    oneOfSeveral: { best: 2_726, median: 2_191 },
    three: { best: 3_709, median: 1_966 },
  },
  /** The most customers with whom anything was measured. */
  customers: 1_000_000,
  /** `npm run bench:backup`: bytes a second into a first backup, and read back. Busy. */
  backup: { wholeBytesPerS: 45 * mega, readBackBytesPerS: 110 * mega },
  /** `npm run bench:train`: rows x 30 features x 100 trees of depth 6, two threads: quiet (README) and busy. */
  train: { secondsOfMillionRows: { quiet: 3.6, busy: 30.4 } },
  /** `npm run bench:score`, own scorer: quiet (README). */
  score: { secondsOfMillionRows: 1.0 },
  /** `npm run bench:resolve`, 100,000 and 1,000,000 records: quiet (README). Ten times the records take 6.6 times as long. */
  resolve: { secondsOfMillion: 52, bytesOfMillion: 2.2 * giga, timesForTenfold: 6.6 },
  /** Until a node that was started follows everybody. */
  follow: { secondsOfCustomer: 21.9 / 30_000 },
} as const;

export type Wanted = {
  customers: number;
  /** In the busiest hour. */
  eventsPerS: number;
  /** How long events are kept. */
  retentionDays: number;
  /** The busiest hour, as so many times the mean. */
  peakOfMean: number;
};
export const usual = { retentionDays: 90, peakOfMean: 3 } as const;

export type Size = {
  storedEvents: number;
  diskBytes: { sqlite: number; postgres: number };
  walBytesPerS: number;
  leadBytes: number;
  /** Pairs of processors as those that were measured, if they added up, which is not shown. */
  pairsOfProcessors: { sqlite: number; postgres: number; severalNodes: number };
  firstBackupS: number;
  restoreS: number;
  trainS: { quiet: number; busy: number };
  scoreS: number;
  resolveS: number;
  followS: number;
};

export function sizeOf({ customers, eventsPerS, retentionDays, peakOfMean }: Wanted): Size {
  const { sqlite, postgres, derivedBytesOfCustomer: derived, lead, ingest, backup, train, score, resolve, follow } = measured;
  const storedEvents = (eventsPerS / peakOfMean) * daySeconds * retentionDays;
  const millions = customers / mega;
  const onSqlite = customers * (sqlite.bytesOfCustomer + derived) + storedEvents * sqlite.bytesOfEvent;
  return {
    storedEvents,
    diskBytes: {
      sqlite: onSqlite,
      postgres: customers * (postgres.bytesOfCustomer + derived) + storedEvents * postgres.bytesOfEvent,
    },
    walBytesPerS: eventsPerS * postgres.walBytesOfEvent,
    leadBytes: lead.baseBytes + customers * lead.bytesOfCustomer,
    pairsOfProcessors: {
      sqlite: eventsPerS / ingest.sqlite.median,
      postgres: eventsPerS / ingest.postgres.median,
      severalNodes: eventsPerS / ingest.three.median,
    },
    firstBackupS: onSqlite / backup.wholeBytesPerS,
    restoreS: onSqlite / backup.readBackBytesPerS,
    trainS: {
      quiet: millions * train.secondsOfMillionRows.quiet,
      busy: millions * train.secondsOfMillionRows.busy,
    },
    scoreS: millions * score.secondsOfMillionRows,
    resolveS: resolve.secondsOfMillion * resolve.timesForTenfold ** Math.log10(Math.max(millions, 0.1)),
    followS: customers * follow.secondsOfCustomer,
  };
}

/** `ok`: within what was measured. `beyond`: a straight line from there. `no`: this design does not do it today. */
export type Verdict = { limit: string; verdict: 'ok' | 'beyond' | 'no'; says: string };

/** What one machine of those that are bought is taken to have at most. */
export const machine = { memoryBytes: 512 * giga, diskBytes: 30_000 * giga, walBytesPerS: 500 * mega } as const;
/** A night: what is begun after work is done before it. */
const nightS = 8 * 3_600;

export function verdictsOf(wanted: Wanted): Verdict[] {
  const size = sizeOf(wanted);
  const { ingest } = measured;
  const { eventsPerS, customers } = wanted;
  const gb = (bytes: number) => `${(bytes / giga).toFixed(bytes < 10 * giga ? 1 : 0)} GB`;
  const known = customers <= measured.customers;
  return [
    {
      limit: "the lead's memory",
      verdict: size.leadBytes > machine.memoryBytes ? 'no' : known ? 'ok' : 'beyond',
      says: `${gb(size.leadBytes)}; one process holds everybody, and no second one shares the load`,
    },
    {
      limit: 'one node on SQLite',
      verdict: eventsPerS <= ingest.sqlite.median ? 'ok' : eventsPerS <= ingest.sqlite.best ? 'beyond' : 'no',
      says: `one writer: ${ingest.sqlite.median} to ${ingest.sqlite.best} events/s on two processors; more processors help its threads, not its writer`,
    },
    {
      limit: 'one node on PostgreSQL',
      verdict: eventsPerS <= ingest.postgres.median ? 'ok' : eventsPerS <= ingest.postgres.best ? 'beyond' : 'no',
      says: `one session that writes: ${ingest.postgres.median} to ${ingest.postgres.best} events/s`,
    },
    {
      limit: 'several nodes on PostgreSQL',
      verdict: eventsPerS <= ingest.three.median ? 'ok' : size.walBytesPerS > machine.walBytesPerS ? 'no' : 'beyond',
      says: `${Math.ceil(size.pairsOfProcessors.severalNodes)} times the two processors on which three nodes took ${ingest.three.median} events/s, if they added up: not shown`,
    },
    {
      limit: "PostgreSQL's log",
      verdict: size.walBytesPerS > machine.walBytesPerS ? 'no' : 'ok',
      says: `${(size.walBytesPerS / mega).toFixed(0)} MB/s to one disk, and as much to each replica`,
    },
    {
      limit: 'disk of one database',
      verdict: Math.min(size.diskBytes.sqlite, size.diskBytes.postgres) > machine.diskBytes ? 'no' : known ? 'ok' : 'beyond',
      says: `${gb(size.diskBytes.sqlite)} by SQLite, ${gb(size.diskBytes.postgres)} by PostgreSQL`,
    },
    {
      limit: 'first backup (SQLite)',
      verdict: size.firstBackupS > 7 * daySeconds ? 'no' : size.firstBackupS > nightS ? 'beyond' : 'ok',
      says: `${hours(size.firstBackupS)}, reading it back ${hours(size.restoreS)}`,
    },
    {
      limit: 'training on everybody',
      verdict: known ? 'ok' : 'beyond',
      says: `${hours(size.trainS.quiet)} to ${hours(size.trainS.busy)} (30 features, 100 trees, two threads), scoring ${hours(size.scoreS)}`,
    },
    {
      limit: 'matching everybody',
      verdict: known ? 'ok' : size.resolveS > 7 * daySeconds ? 'no' : 'beyond',
      says: hours(size.resolveS),
    },
  ];
}

export function hours(seconds: number): string {
  if (seconds < 90) return `${seconds.toFixed(0)} s`;
  if (seconds < 5_400) return `${(seconds / 60).toFixed(0)} min`;
  if (seconds < 2 * daySeconds) return `${(seconds / 3_600).toFixed(0)} h`;
  return `${(seconds / daySeconds).toFixed(0)} days`;
}
