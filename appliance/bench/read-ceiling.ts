// The bare ceiling of reading: Fastify, the node's own database file, the same sealed states and event rows fetched by primary
// key with better-sqlite3, and the same AEAD. Which rows and keys those are is found out beforehand, outside what is measured:
// no search, no identity, no view is put together.

import { join } from 'node:path';
import Database from 'better-sqlite3';
import fastify from 'fastify';
import { envelopeEpoch, openEnvelope, type Place, place } from '../../crypto/envelope.ts';
import { readConfig } from '../core/config.ts';
import { systemPorts } from '../core/ports.ts';
import type { Row } from '../core/store/store.ts';
import { openVault, type RecordKeys, unlock } from '../core/vault/vault.ts';
import { openStore } from '../open-store.ts';
import { passphrase } from './node.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: read-ceiling.ts FOLDER');

// The keys need the store once; then it is closed, because only one node may hold it.
const store = await openStore(folder, readConfig(folder), systemPorts);
const root = await unlock(folder, { passphrase });
const vault = await openVault({ store, root, ports: systemPorts, cachedRecords: 100_000 });
root.destroy();
await store.close();

const db = new Database(join(folder, 'holdfast.db'), { readonly: true });
db.pragma('cache_size = -32768');
const stateById = db.prepare<[number], { body: Buffer }>('SELECT body FROM states WHERE record_id = ?');
const eventById = db.prepare<[number], { body: Buffer }>('SELECT body FROM events WHERE event_seq = ?');
const statesPlace = place('states', 'body');
const eventsPlace = place('events', 'body');

type Wanted = { records: number[]; events: { seq: number; record: number }[]; keys: Map<number, RecordKeys> };
const wanted = new Map<number, Wanted>();

function prepare(id: number): void {
  const records = db
    .prepare<[number], number>(
      'SELECT record_id FROM records WHERE person_id = (SELECT person_id FROM records WHERE record_id = ?)',
    )
    .pluck()
    .all(id);
  const set = JSON.stringify(records);
  const keys = db.prepare('SELECT * FROM record_keys WHERE record_id IN (SELECT value FROM json_each(?))').all(set) as Row[];
  // From the index alone, so that the events' own pages stay as cold as they are.
  const events = db
    .prepare(
      `SELECT event_seq AS seq, record_id AS record FROM timeline WHERE record_id IN (SELECT value FROM json_each(?))
       ORDER BY occurred_at_ms DESC, event_seq DESC LIMIT 50`,
    )
    .all(set) as Wanted['events'];
  wanted.set(id, { records, events, keys: vault.openRecordKeys(keys) });
}

function opened(keys: RecordKeys, where: Place, row: number, body: Buffer): Buffer {
  return openEnvelope(keys.byEpoch.get(envelopeEpoch(body))!, where, row, body);
}

/** One snapshot for each request, as the node has. */
const read = db.transaction((rows: () => Buffer[]) => rows());

const textOf = (rows: Buffer[]): string => `[${rows.map((row) => row.toString('utf8')).join(',')}]`;

const http = fastify({ bodyLimit: 1024 * 1024 });
http.post<{ Body: { ids: number[] } }>('/prepare', async (request) => {
  request.body.ids.forEach(prepare);
  return { prepared: wanted.size };
});
http.get<{ Params: { id: string } }>('/whole/:id', async (request, reply) => {
  const { records, events, keys } = wanted.get(Number(request.params.id))!;
  let states: Buffer[] = [];
  const rows = read(() => {
    states = records.map((id) => opened(keys.get(id)!, statesPlace, id, stateById.get(id)!.body));
    return events.map(({ seq, record }) => opened(keys.get(record)!, eventsPlace, seq, eventById.get(seq)!.body));
  });
  return reply.type('application/json').send(`{"states":${textOf(states)},"timeline":{"events":${textOf(rows)}}}`);
});
const url = await http.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ url })}\n`);
