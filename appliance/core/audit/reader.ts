// Reading the audit log: pages for people, filtered after they are opened since who did what is sealed, and the whole of it for verifiers.

import type { Ports } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { Cosignature } from './cosign.ts';
import { type AuditView, generationOf, openEntry, type StoredEntry } from './entry.ts';
import type { SignedHead } from './head.ts';
import type { LogItem } from './log-file.ts';
import { firstSince, readCosignatures, readEntries, readHeads, readNewest, readTip } from './store.ts';

export type AuditFilter = {
  /** Only entries about these records. */
  records?: readonly number[];
  /** Only these entries, by their numbers. */
  seqs?: readonly number[];
  actor?: string;
  action?: string;
  /** `failed` stands for every failure. */
  outcome?: string;
  sinceMs?: number;
  untilMs?: number;
  /** `next` of the page before. */
  before?: number;
  limit?: number;
};
/** `next` is absent on the last page. A page may be short, even empty, and have a next: so much was looked through. */
export type AuditPage = { entries: AuditView[]; next?: number };

export const readLimits = {
  pageRows: 500,
  defaultRows: 50,
  /** Entries that are opened for one page. Beyond: the page ends there, and goes on with `next`. */
  scannedRows: 20_000,
  /** Pages that the summary of who read somebody is made of. Beyond: it says that it is not whole. */
  summedPages: 40,
  /** Entries and heads that are read at once for an export. */
  exportRows: 500,
} as const;

export type ReaderParts = { store: Store; vault: Vault; ports: Ports };

export async function auditPage({ store, vault }: ReaderParts, filter: AuditFilter): Promise<AuditPage> {
  const limit = Math.min(filter.limit ?? readLimits.defaultRows, readLimits.pageRows);
  const [from, until] = await Promise.all([
    filter.sinceMs === undefined ? 0 : firstSince(store, filter.sinceMs),
    filter.untilMs === undefined ? undefined : firstSince(store, filter.untilMs),
  ]);
  let below = Math.min(filter.before ?? Number.MAX_SAFE_INTEGER, until ?? Number.MAX_SAFE_INTEGER);
  const entries: AuditView[] = [];
  if (from === undefined) return { entries };
  const { records, seqs } = filter;
  // Where what is asked for is not sealed, as many are opened as are shown.
  const perRead = isSealedPart(filter) ? readLimits.pageRows : limit;
  for (let scanned = 0; scanned < readLimits.scannedRows; ) {
    const range = { from, below, limit: perRead, ...(records && { records }), ...(seqs && { seqs }) };
    const rows = await readNewest(store, range);
    for (const view of await openAll(vault, rows)) {
      if (!matches(view, filter)) continue;
      entries.push(view);
      if (entries.length === limit) return { entries, next: view.seq };
    }
    if (rows.length < perRead) return { entries };
    scanned += rows.length;
    below = rows.at(-1)!.seq;
  }
  return { entries, next: below };
}

const isSealedPart = ({ actor, action, outcome }: AuditFilter) =>
  actor !== undefined || action !== undefined || outcome !== undefined;

function matches(view: AuditView, { actor, action, outcome }: AuditFilter): boolean {
  if (actor !== undefined && view.actor !== actor) return false;
  if (action !== undefined && view.action !== action) return false;
  return outcome === undefined || view.outcome === outcome || view.outcome.startsWith(`${outcome}:`);
}

/** Entries `from` and after, oldest first, opened: for whoever follows the log as it grows. */
export async function entriesFrom({ store, vault }: ReaderParts, from: number, limit: number): Promise<AuditView[]> {
  return openAll(vault, await readEntries(store, from, Number.MAX_SAFE_INTEGER, Math.min(limit, readLimits.pageRows)));
}

async function openAll(vault: Vault, rows: readonly StoredEntry[]): Promise<AuditView[]> {
  const named = rows.flatMap(({ recordId, subject }) => {
    const generation = subject === null ? undefined : generationOf(subject);
    return recordId === null || generation === undefined ? [] : [{ recordId, generation }];
  });
  const subjectKey = await vault.openLogKeys(named);
  return rows.map((row) => openEntry(row, vault.auditKey(), subjectKey));
}

/** The whole log up to now, as verifiers want it. Entries that are added meanwhile are left out. */
export async function* logItems(store: Store, publicKey: Uint8Array): AsyncGenerator<LogItem> {
  // Asked for before the tip: a signature over more entries than the log then has tells of a log that was cut short.
  const [largest] = await readCosignatures(store, { newest: 1 });
  const tip = await readTip(store);
  yield { type: 'log', publicKey, size: tip.size };
  const heads = headsUpTo(store, tip.head);
  let head = (await heads.next()).value;
  const signed = cosignaturesUpTo(store, Math.max(tip.size, largest?.size ?? 0));
  let cosignature = (await signed.next()).value;
  for (let from = 0; from < tip.size; ) {
    const page = await readEntries(store, from, tip.size, readLimits.exportRows);
    if (page.length === 0) break;
    for (const entry of page) {
      for (; head && head.size <= entry.seq; head = (await heads.next()).value) yield { type: 'head', ...head };
      for (; cosignature && cosignature.size <= entry.seq; cosignature = (await signed.next()).value)
        yield { type: 'cosignature', ...cosignature };
      yield { type: 'entry', ...entry };
    }
    from = page.at(-1)!.seq + 1;
  }
  for (; head; head = (await heads.next()).value) yield { type: 'head', ...head };
  for (; cosignature; cosignature = (await signed.next()).value) yield { type: 'cosignature', ...cosignature };
}

/** In the order of sizes. */
async function* cosignaturesUpTo(store: Store, size: number): AsyncGenerator<Cosignature, undefined> {
  for (let after = -1; ; ) {
    const page = await readCosignatures(store, { after, through: size, limit: readLimits.exportRows });
    // A page may end between two signatures over one size: the next begins with that size.
    const last = page.length < readLimits.exportRows ? Number.POSITIVE_INFINITY : page.at(-1)!.size;
    yield* page.filter((one) => one.size < last);
    if (last === Number.POSITIVE_INFINITY) return undefined;
    after = last - 1;
  }
}

/** The kept heads, then the newest as it was taken with the tip: it is replaced while we read. */
async function* headsUpTo(store: Store, newest: SignedHead | undefined): AsyncGenerator<SignedHead, undefined> {
  if (!newest) return undefined;
  for (let after = -1; ; ) {
    const page = await readHeads(store, after, newest.size, readLimits.exportRows);
    yield* page;
    if (page.length < readLimits.exportRows) break;
    after = page.at(-1)!.size;
  }
  yield newest;
  return undefined;
}
