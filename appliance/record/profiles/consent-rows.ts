// What each record says about consent, in a row of its own beside its state. The gate reads everybody's before its first answer, and
// a state is fifty times as large. A row that is missing, or was written by other rules, is made again from the state.

import { envelopeEpoch, openEnvelope, place } from '../../../crypto/envelope.ts';
import type { ConsentRecord, ConsentState } from '../../core/model/consent.ts';
import type { Change, Row, SealingCell } from '../../core/store/store.ts';
import type { RecordKeys } from '../../core/vault/vault.ts';
import type { Held } from './cache.ts';
import { consentRecordOf } from './consent-record.ts';
import type { Memory } from './memory.ts';
import { consentsTable } from './migrations.ts';
import { stateVersion } from './state/state.ts';
import { type ConsentRow, loadConsents } from './store.ts';

const where = place('consents', 'body');

/** What the gate judges by: the history is for the ledger, which reads the state. */
type Said = { words: ConsentState['words']; overflow?: true; birthday?: string };

/** Rows for those of these records whose row may differ from their state; from now on none does. */
export function consentChanges(records: readonly Held[]): Change[] {
  const silent: Row[] = [];
  const speaking: Row[] = [];
  const cells: SealingCell[] = [];
  for (const held of records) {
    if (held.consentsKept) continue;
    held.consentsKept = true;
    const row = { record_id: held.recordId, version: stateVersion };
    const said = saidBy(held);
    // Most records say nothing: devices that were seen once.
    if (!said) silent.push({ ...row, body: null });
    else {
      speaking.push(row);
      cells.push({ ...held.keys.current, content: said });
    }
  }
  const changes: Change[] = [];
  const seal = { column: 'body', where, rowId: 'record_id', cells };
  if (silent.length > 0) changes.push({ op: 'upsert', table: consentsTable, rows: silent });
  if (speaking.length > 0) changes.push({ op: 'upsert', table: consentsTable, rows: speaking, seal });
  return changes;
}

function saidBy(held: Held): Said | undefined {
  const { consents, birthday } = consentRecordOf(held);
  const { words, overflow } = consents;
  if (birthday === undefined && overflow !== true && Object.keys(words).length === 0) return undefined;
  return { words, ...(overflow && { overflow }), ...(birthday !== undefined && { birthday }) };
}

/** What the records of these persons say. While nothing is folded or written. */
export async function consentPage(memory: Memory, persons: readonly number[]): Promise<ConsentRecord[]> {
  const { records, rows, keys } = await loadConsents(memory.store, persons);
  const stored = new Map(rows.map((row) => [row.recordId, row]));
  const speaking = new Set(rows.filter(({ body }) => body !== undefined).map(({ recordId }) => recordId));
  const opened = memory.vault.openRecordKeys(keys.filter((row) => speaking.has(row.record_id as number)));
  const found: ConsentRecord[] = [];
  const missing: number[] = [];
  for (const { recordId, personId } of records) {
    const held = memory.cache.peek(recordId);
    const row = stored.get(recordId);
    if (held) found.push(consentRecordOf(held));
    else if (row?.version !== stateVersion) missing.push(recordId);
    else {
      const said = row.body && openSaid(opened.get(recordId), row.recordId, row.body);
      const { words = {}, overflow, birthday } = said ?? {};
      const consents = { words, history: [], ...(overflow && { overflow }) };
      found.push({ recordId, personId, consents, ...(birthday !== undefined && { birthday }) });
    }
  }
  if (missing.length === 0) return found;
  // Once: a database from before these rows, or of an older fold.
  const read = await memory.peek(missing);
  const changes = consentChanges(read);
  if (changes.length > 0) await memory.store.transact(changes);
  return [...found, ...read.map(consentRecordOf)];
}

function openSaid(keys: RecordKeys | undefined, recordId: number, body: NonNullable<ConsentRow['body']>): Said | undefined {
  // Erased since the rows were read.
  if (!keys) return undefined;
  const key = keys.byEpoch.get(envelopeEpoch(body)) ?? keys.current.key;
  return JSON.parse(openEnvelope(key, where, recordId, body).toString('utf8')) as Said;
}
