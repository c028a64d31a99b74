// All of the audit log's SQL. Rows are only ever added; the one exception is the newest head, which the next one replaces until a second
// has passed, so that there is always a signed head over the last entry and never more than one kept a second.

import type { MerkleNode, NodePlace } from '../../../crypto/merkle-log.ts';
import type { Change, Row, Store, Table } from '../store/store.ts';
import type { Cosignature } from './cosign.ts';
import type { StoredEntry } from './entry.ts';
import type { SignedHead } from './head.ts';

const entries: Table = {
  name: 'audit_entries',
  columns: { seq: 'integer', at_ms: 'integer', record_id: 'integer', body: 'blob', subject: 'blob', leaf_hash: 'blob' },
  key: ['seq'],
};
const nodes: Table = {
  name: 'audit_nodes',
  columns: { level: 'integer', node_index: 'integer', hash: 'blob' },
  key: ['level', 'node_index'],
};
const heads: Table = {
  name: 'audit_heads',
  columns: { size: 'integer', at_ms: 'integer', root: 'blob', signature: 'blob' },
  key: ['size'],
};

const cosignatures: Table = {
  name: 'audit_cosignatures',
  columns: { size: 'integer', public_key: 'blob', time_s: 'integer', signature: 'blob' },
  key: ['size', 'public_key'],
};
const witnessed: Table = {
  name: 'audit_witnessed',
  columns: { public_key: 'blob', size: 'integer', at_ms: 'integer', root: 'blob', signature: 'blob' },
  key: ['public_key'],
};

/** Leaves are kept with their entries, so only the levels above go into the table of nodes. */
export function addEntries(added: readonly StoredEntry[], completed: readonly MerkleNode[]): Change[] {
  const above = completed.filter(({ level }) => level > 0);
  return [
    { op: 'insert', table: entries, rows: added.map(rowOf) },
    { op: 'insert', table: nodes, rows: above.map(({ level, index, hash }) => ({ level, node_index: index, hash })) },
  ];
}

export function addHead(head: SignedHead, replaced: number | undefined): Change[] {
  const row = { size: head.size, at_ms: head.atMs, root: head.root, signature: head.signature };
  const add: Change = { op: 'insert', table: heads, rows: [row] };
  return replaced === undefined ? [add] : [{ op: 'delete', table: heads, keys: [{ size: replaced }] }, add];
}

/** The newest head, the number of entries by the last one's number, and its time; of one moment. */
export async function readTip(store: Store): Promise<{ head: SignedHead | undefined; size: number; lastAtMs: number }> {
  const [head, last] = await store.selectMany([
    { sql: 'SELECT size, at_ms, root, signature FROM audit_heads ORDER BY size DESC LIMIT 1' },
    { sql: 'SELECT seq, at_ms FROM audit_entries ORDER BY seq DESC LIMIT 1' },
  ]);
  const row = last?.[0];
  return {
    head: head?.[0] && headOf(head[0]),
    size: row ? Number(row.seq) + 1 : 0,
    lastAtMs: Number(row?.at_ms ?? 0),
  };
}

/** Nodes by `level/index`; what is missing is absent. */
export async function readNodes(store: Store, places: readonly NodePlace[]): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const leaves = places.filter(({ level }) => level === 0).map(({ index }) => index);
  const byLevel = Map.groupBy(
    places.filter(({ level }) => level > 0),
    ({ level }) => level,
  );
  const answers = await store.selectMany([
    {
      sql: 'SELECT 0 AS level, seq AS node_index, leaf_hash AS hash FROM audit_entries WHERE seq IN (:leaves)',
      params: { leaves },
    },
    ...[...byLevel].map(([level, some]) => ({
      sql: 'SELECT level, node_index, hash FROM audit_nodes WHERE level = :level AND node_index IN (:some)',
      params: { level, some: some.map(({ index }) => index) },
    })),
  ]);
  for (const row of answers.flat()) found.set(`${row.level}/${row.node_index}`, row.hash as Uint8Array);
  return found;
}

export async function readEntries(store: Store, from: number, below: number, limit: number): Promise<StoredEntry[]> {
  const rows = await store.select(
    `SELECT seq, at_ms, record_id, body, subject, leaf_hash FROM audit_entries
     WHERE seq >= :from AND seq < :below ORDER BY seq LIMIT :limit`,
    { from, below, limit },
  );
  return rows.map(entryOf);
}

/** Kept heads of sizes from `after` to below `before`, both outside. */
export async function readHeads(store: Store, after: number, before: number, limit: number): Promise<SignedHead[]> {
  const rows = await store.select(
    'SELECT size, at_ms, root, signature FROM audit_heads WHERE size > :after AND size < :before ORDER BY size LIMIT :limit',
    { after, before, limit },
  );
  return rows.map(headOf);
}

/** Newest first. `records` limits it to what is about these, `seqs` to entries of these numbers. */
export async function readNewest(
  store: Store,
  range: { from: number; below: number; limit: number; records?: readonly number[]; seqs?: readonly number[] },
): Promise<StoredEntry[]> {
  const { from, below, limit, records, seqs } = range;
  const rows = await store.select(
    `SELECT seq, at_ms, record_id, body, subject, leaf_hash FROM audit_entries
     WHERE ${records ? 'record_id IN (:records) AND ' : ''}${seqs ? 'seq IN (:seqs) AND ' : ''}seq >= :from AND seq < :below
     ORDER BY seq DESC LIMIT :limit`,
    { from, below, limit, ...(records && { records }), ...(seqs && { seqs }) },
  );
  return rows.map(entryOf);
}

/** The number of the first entry of this time or later; undefined when all are earlier. Times in the log never go back. */
export async function firstSince(store: Store, atMs: number): Promise<number | undefined> {
  const [row] = await store.select('SELECT seq FROM audit_entries WHERE at_ms >= :at ORDER BY at_ms, seq LIMIT 1', { at: atMs });
  return row && Number(row.seq);
}

/** A peer that signs one size again replaces its signature. */
export function addCosignature({ size, publicKey, timeS, signature }: Cosignature): Change {
  return { op: 'upsert', table: cosignatures, rows: [{ size, public_key: publicKey, time_s: timeS, signature }] };
}

/** The newest, largest first; or those of sizes from `after` to `through`, the smallest first. */
export async function readCosignatures(
  store: Store,
  which: { newest: number } | { after: number; through: number; limit: number },
): Promise<Cosignature[]> {
  const columns = 'SELECT size, public_key, time_s, signature FROM audit_cosignatures';
  const rows =
    'newest' in which
      ? await store.select(`${columns} ORDER BY size DESC, public_key LIMIT :newest`, which)
      : await store.select(`${columns} WHERE size > :after AND size <= :through ORDER BY size, public_key LIMIT :limit`, which);
  return rows.map((row) => ({
    size: Number(row.size),
    publicKey: row.public_key as Uint8Array,
    timeS: Number(row.time_s),
    signature: row.signature as Uint8Array,
  }));
}

/** The head of a peer that was signed last takes the place of the one before. */
export function putWitnessed(publicKey: Uint8Array, { size, atMs, root, signature }: SignedHead): Change {
  return { op: 'upsert', table: witnessed, rows: [{ public_key: publicKey, size, at_ms: atMs, root, signature }] };
}

export async function readWitnessed(store: Store, publicKey: Uint8Array): Promise<SignedHead | undefined> {
  const sql = 'SELECT size, at_ms, root, signature FROM audit_witnessed WHERE public_key = :key';
  const [row] = await store.select(sql, { key: publicKey });
  return row && headOf(row);
}

function rowOf({ seq, atMs, recordId, body, subject, leafHash }: StoredEntry): Row {
  return { seq, at_ms: atMs, record_id: recordId, body, subject, leaf_hash: leafHash };
}

function entryOf(row: Row): StoredEntry {
  return {
    seq: Number(row.seq),
    atMs: Number(row.at_ms),
    recordId: row.record_id === null || row.record_id === undefined ? null : Number(row.record_id),
    body: row.body as Uint8Array,
    subject: (row.subject ?? null) as Uint8Array | null,
    leafHash: row.leaf_hash as Uint8Array,
  };
}

function headOf(row: Row): SignedHead {
  return {
    size: Number(row.size),
    atMs: Number(row.at_ms),
    root: row.root as Uint8Array,
    signature: row.signature as Uint8Array,
  };
}
