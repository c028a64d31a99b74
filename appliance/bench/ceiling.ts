// The bare ceiling of ingest: Fastify, the same AEAD, one SQLite insert per event and one durable transaction per request.
// No identity, no profile, no duplicates looked for: what the machine could do if events were only put away.

import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import fastify from 'fastify';
import { place, sealEnvelope } from '../../crypto/envelope.ts';
import { keyFrom } from '../../crypto/keys.ts';

const file = process.argv[2];
if (file === undefined) throw new Error('usage: ceiling.ts FILE');

const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec('CREATE TABLE events (event_seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT');
const insert = db.prepare('INSERT INTO events (event_seq, body) VALUES (?, ?)');
const key = keyFrom('data', randomBytes(32));
const where = place('events', 'body');
let seq = 0;

const write = db.transaction((events: readonly unknown[]) => {
  for (const event of events) {
    seq += 1;
    insert.run(seq, sealEnvelope(key, 1, where, seq, Buffer.from(JSON.stringify(event), 'utf8')));
  }
});

const http = fastify({ bodyLimit: 1024 * 1024 });
http.post<{ Body: { batch: unknown[] } }>('/v1/batch', async (request) => {
  write.immediate(request.body.batch);
  return { success: true };
});
const address = await http.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ url: address })}\n`);
