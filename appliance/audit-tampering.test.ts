// Every kind of tampering with the file of the database: each is caught when the log is verified, and named.

import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { generateKey } from '../crypto/keys.ts';
import { leafHash } from '../crypto/merkle-log.ts';
import { readHeadFile, type Verdict, type WitnessHead } from './core/audit/audit.ts';
import { hashOf } from './core/audit/entry.ts';
import { signHead } from './core/audit/head.ts';
import { openTestNode, type TestNode } from './testing.ts';
import { person, verify } from './testing-audit.ts';

describe('tampering with the file', () => {
  let node: TestNode;
  let file: string;
  let good: string;
  let size: number;
  before(async () => {
    node = await openTestNode({ config: { auditSink: 'audit-heads.log' } });
    const id = await person(node, 'u-1');
    for (let at = 0; at < 12; at += 1) await node.ask('GET', `/api/profiles/${id}`);
    await node.app.close();
    file = join(node.folder, 'holdfast.db');
    good = `${file}.good`;
    copyFileSync(file, good);
    const database = new Database(file);
    size = (database.prepare('SELECT max(size) AS size FROM audit_heads').get() as { size: number }).size;
    database.close();
  });
  after(() => rmSync(join(node.folder, '..'), { recursive: true, force: true }));

  /** Puts the good copy back, changes it, and verifies what the file then says. */
  async function tampered(change: (database: Database.Database) => void, kept: WitnessHead[] = []): Promise<Verdict['flaw']> {
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    copyFileSync(good, file);
    const database = new Database(file);
    change(database);
    database.close();
    await node.app.close().catch(() => undefined);
    await node.restart().catch(() => undefined);
    try {
      return (await verify(node, kept)).flaw;
    } finally {
      await node.app.close();
    }
  }
  type Row = { seq: number; at_ms: number; record_id: number | null; body: Buffer; subject: Buffer | null; leaf_hash: Buffer };
  const rowOf = (database: Database.Database, seq: number) =>
    database.prepare('SELECT * FROM audit_entries WHERE seq = ?').get(seq) as Row;
  const insert = (database: Database.Database, row: Row) =>
    database.prepare('INSERT INTO audit_entries VALUES (@seq, @at_ms, @record_id, @body, @subject, @leaf_hash)').run(row);
  const hashed = (row: Row): Row => ({
    ...row,
    leaf_hash: hashOf({ seq: row.seq, atMs: row.at_ms, recordId: row.record_id, body: row.body, subject: row.subject }),
  });

  test('an untouched one verifies, against the second sink too', async () => {
    const sink = await readHeadFile(join(node.folder, 'audit-heads.log'));
    assert.ok(sink!.length >= 1);
    assert.equal(await tampered(() => undefined, sink), undefined);
  });

  test('1, a changed body', async () => {
    const flaw = await tampered((database) => {
      const { body } = rowOf(database, 5);
      body[40]! ^= 1;
      database.prepare('UPDATE audit_entries SET body = ? WHERE seq = 5').run(body);
    });
    assert.deepEqual([flaw?.kind, flaw?.entry], ['changed', 5]);
  });

  test('2, a changed clear column: the time, the record, the subject taken away', async () => {
    for (const set of ['at_ms = at_ms + 1', 'record_id = 99', 'subject = NULL']) {
      const flaw = await tampered((database) => void database.exec(`UPDATE audit_entries SET ${set} WHERE seq = 6`));
      assert.deepEqual([flaw?.kind, flaw?.entry], ['changed', 6], set);
    }
  });

  test('3, a changed leaf hash, alone and with the content that it then fits', async () => {
    const alone = await tampered((database) => {
      database.prepare('UPDATE audit_entries SET leaf_hash = ? WHERE seq = 7').run(leafHash(Buffer.from('x')));
    });
    assert.deepEqual([alone?.kind, alone?.entry], ['changed', 7]);
    const both = await tampered((database) => {
      const row = hashed({ ...rowOf(database, 7), at_ms: 5 });
      database.prepare('UPDATE audit_entries SET at_ms = 5, leaf_hash = ? WHERE seq = 7').run(row.leaf_hash);
    });
    assert.equal(both?.kind, 'changed');
    assert.ok(both!.entry <= 7 && (both!.through ?? both!.entry) >= 7, JSON.stringify(both));
  });

  test('4, the last entry deleted', async () => {
    const flaw = await tampered((database) => void database.exec(`DELETE FROM audit_entries WHERE seq = ${size - 1}`));
    assert.deepEqual([flaw?.kind, flaw?.entry], ['removed', size - 1]);
  });

  test('5, one in the middle deleted', async () => {
    const flaw = await tampered((database) => void database.exec('DELETE FROM audit_entries WHERE seq = 4'));
    assert.deepEqual([flaw?.kind, flaw?.entry], ['removed', 4]);
  });

  test('6, two swapped', async () => {
    const swap = (database: Database.Database, fix: (row: Row) => Row) => {
      const [a, b] = [rowOf(database, 4), rowOf(database, 9)];
      database.exec('DELETE FROM audit_entries WHERE seq IN (4, 9)');
      insert(database, fix({ ...a, seq: 9 }));
      insert(database, fix({ ...b, seq: 4 }));
    };
    const flaw = await tampered((database) => swap(database, (row) => row));
    assert.deepEqual([flaw?.kind, flaw?.entry], ['reordered', 4]);
    const clever = await tampered((database) => swap(database, hashed));
    assert.equal(clever?.kind, 'changed');
    assert.ok(clever!.entry <= 4 && (clever!.through ?? clever!.entry) >= 4);
  });

  test('7, one duplicated at the end', async () => {
    const flaw = await tampered((database) => insert(database, { ...rowOf(database, 3), seq: size }));
    assert.deepEqual([flaw?.kind, flaw?.entry], ['reordered', size]);
  });

  test('8, a forged entry appended, without a head and with one of another key', async () => {
    const forge = (database: Database.Database) => insert(database, hashed({ ...rowOf(database, 3), seq: size }));
    const flaw = await tampered(forge);
    assert.deepEqual([flaw?.kind, flaw?.entry], ['forged', size]);
    const signed = await tampered((database) => {
      forge(database);
      const head = signHead(generateKey('signing'), size + 1, 1, Buffer.alloc(32, 1));
      database.prepare('INSERT INTO audit_heads VALUES (?, ?, ?, ?)').run(head.size, head.atMs, head.root, head.signature);
    });
    assert.deepEqual([signed?.kind, signed?.entry], ['head_changed', size]);
  });

  test('9, a changed head: its signature, its root, its size', async () => {
    for (const column of ['signature', 'root']) {
      const flaw = await tampered((database) => {
        const row = database.prepare(`SELECT ${column} AS bytes FROM audit_heads WHERE size = ?`).get(size) as { bytes: Buffer };
        row.bytes[0]! ^= 1;
        database.prepare(`UPDATE audit_heads SET ${column} = ? WHERE size = ?`).run(row.bytes, size);
      });
      assert.deepEqual([flaw?.kind, flaw?.entry], ['head_changed', size - 1], column);
    }
    const moved = await tampered((database) => void database.exec(`UPDATE audit_heads SET size = size - 1 WHERE size = ${size}`));
    assert.equal(moved?.kind, 'head_changed');
  });

  test('10, the whole database put back, at once and after it went on', async () => {
    await tampered(() => undefined);
    const older = `${file}.older`;
    copyFileSync(file, older);
    const { size: olderSize } = sizeOf(older);
    await node.restart();
    for (let at = 0; at < 20; at += 1) await node.ask('GET', '/api/sources');
    const keptHead = (await node.ask('GET', '/api/audit/head')).body as unknown as WitnessHead & { size: number };
    await node.app.close();
    const sink = (await readHeadFile(join(node.folder, 'audit-heads.log')))!;
    assert.ok(sink.some((head) => head.size > olderSize));
    copyFileSync(older, good);
    const alone = await tampered(() => undefined);
    assert.equal(alone, undefined, 'alone it looks whole, which is why there is a second sink');
    const flaw = await tampered(() => undefined, sink);
    assert.equal(flaw?.kind, 'rolled_back');
    assert.ok(flaw!.entry <= olderSize + 1);
    await node.restart();
    for (let at = 0; at < 40; at += 1) await node.ask('GET', '/api/sources');
    const wentOn = await verify(node, sink);
    assert.equal(wentOn.flaw?.kind, 'rolled_back');
    assert.ok(keptHead.size > olderSize);
    await node.app.close();
  });

  test('a log that is broken at its end takes no entries, and nothing is read', async () => {
    copyFileSync(`${file}.older`, good);
    await tampered((database) => void database.exec('UPDATE audit_heads SET at_ms = at_ms + 1'));
    await node.restart();
    assert.deepEqual((await node.ask<{ error: { code: string } }>('GET', '/api/sources')).body.error.code, 'audit_broken');
    const { body: doctor } = await node.ask<{ findings: { severity: string; check: string }[] }>('GET', '/api/doctor');
    assert.ok(doctor.findings.some(({ severity, check }) => severity === 'error' && check === 'audit-log'));
    assert.equal((await node.send([{ type: 'track', userId: 'u-1', event: 'Still Taken' }])).status, 200);
    assert.equal((await verify(node)).flaw?.kind, 'head_changed');
    await node.app.close();
  });

  function sizeOf(path: string): { size: number } {
    const database = new Database(path);
    try {
      return database.prepare('SELECT max(size) AS size FROM audit_heads').get() as { size: number };
    } finally {
      database.close();
    }
  }
});
