import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { inspect } from 'node:util';
import { blindIndex } from '../../../crypto/blind-index.ts';
import { place, sealEnvelope } from '../../../crypto/envelope.ts';
import { generateKey, keyFrom } from '../../../crypto/keys.ts';
import { Fault, type FaultCode } from '../errors.ts';
import { systemPorts } from '../ports.ts';
import type { Change } from '../store/store.ts';
import { openTestStore } from '../store/testing.ts';
import { keyMigrations } from './testing.ts';
import { openVault, recordKeys, type Vault } from './vault.ts';

const store = await openTestStore({ migrations: keyMigrations });
after(() => store.close());
const rootBytes = new Uint8Array(32).fill(5);
const open = (cachedRecords = 100): Promise<Vault> =>
  openVault({ store, root: keyFrom('root', rootBytes), ports: systemPorts, cachedRecords });
const hex = (key: { reveal(): Uint8Array }) => Buffer.from(key.reveal()).toString('hex');
const fault = (code: FaultCode, where?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault, inspect(error));
  assert.equal(error.code, code);
  if (where) assert.match(error.where ?? '', where);
  return true;
};

test('the node’s keys are made once, wrapped, and the same ever after', async () => {
  const root = keyFrom('root', rootBytes);
  const one = await openVault({ store, root, ports: systemPorts });
  root.destroy();
  const two = await open();
  assert.equal(hex(one.indexKey('phone')), hex(two.indexKey('phone')));
  assert.notEqual(hex(one.indexKey('phone')), hex(one.indexKey('email')));
  assert.equal(one.indexKey('phone'), one.indexKey('phone'));
  assert.equal(hex(one.derivedKey()), hex(two.derivedKey()));
  assert.equal(one.derivedEpoch, 1);
  const rows = await store.select('SELECT wrapped FROM node_keys UNION ALL SELECT wrapped FROM wrapping_keys');
  assert.equal(rows.length, 5);
  for (const row of rows) {
    const wrapped = Buffer.from(row.wrapped as Uint8Array).toString('hex');
    for (const key of [one.derivedKey(), one.indexKey('phone')]) assert.ok(!wrapped.includes(hex(key)));
  }
  one.close();
  two.close();
});

test('a database from before the audit log gets its keys, and keeps those it has', async () => {
  const before = await open();
  const [index, signing] = [hex(before.indexKey('phone')), hex(before.signingKey())];
  before.close();
  await store.transact([{ op: 'run', sql: "DELETE FROM node_keys WHERE name IN ('audit', 'signing')" }]);
  const first = await open();
  const second = await open();
  assert.equal(hex(first.indexKey('phone')), index);
  assert.notEqual(hex(first.signingKey()), signing);
  assert.equal(hex(first.signingKey()), hex(second.signingKey()));
  assert.equal(hex(first.auditKey()), hex(second.auditKey()));
  first.close();
  second.close();
});

test('an audit key is made for records that exist, kept once it is written, and goes with the record', async () => {
  const vault = await open();
  const { row } = vault.newRecordKey(901);
  await store.transact([{ op: 'insert', table: recordKeys, rows: [row] }]);
  const made = await vault.auditKeys([901, 902]);
  assert.deepEqual([...made.keys.keys()], [901]);
  assert.equal((await vault.openAuditKeys([901])).size, 0, 'not before it is on disk');
  await store.transact(made.changes);
  made.keep();
  const again = await vault.auditKeys([901]);
  assert.deepEqual([again.changes.length, again.keys.get(901)], [0, made.keys.get(901)]);
  const other = await open();
  assert.equal(hex((await other.openAuditKeys([901])).get(901)!), hex(made.keys.get(901)!));
  other.close();
  await store.transact(vault.destroyRecordKeys([901]));
  vault.forgetRecordKeys([901]);
  assert.deepEqual((await vault.auditKeys([901])).keys.size, 0);
  // One that was being made while the record was erased is not written.
  await store.transact(made.changes);
  assert.deepEqual(await store.select('SELECT record_id FROM audit_keys WHERE record_id = 901'), []);
  vault.close();
});

const entryAbout = (recordId: number, seq: number): Change => ({
  op: 'run',
  sql: 'INSERT INTO audit_entries (seq, at_ms, record_id, body, leaf_hash) VALUES (:seq, 0, :recordId, :none, :none)',
  params: { seq, recordId, none: Buffer.alloc(0) },
});

test('a log key is made without a look at what there is, opens by its generation, and goes with the record', async () => {
  const vault = await open();
  const { row } = vault.newRecordKey(903);
  await store.transact([{ op: 'insert', table: recordKeys, rows: [row] }]);
  const rows = () => store.select('SELECT generation FROM log_keys WHERE record_id = 903 ORDER BY generation');
  const made = vault.logKeys([
    { recordId: 903, entry: 8 },
    { recordId: 903, entry: 9 },
    { recordId: 904, entry: 10 },
  ]);
  assert.deepEqual([[...made.keys.keys()], made.keys.get(903)!.epoch], [[903], 10], 'nobody has had number 904');
  const named = [
    { recordId: 903, generation: 10 },
    { recordId: 903, generation: 20 },
  ];
  assert.equal((await vault.openLogKeys(named))(903, 10), undefined, 'not before it is on disk');
  await store.transact([...made.changes, entryAbout(903, 8)]);
  made.keep();
  assert.deepEqual(vault.logKeys([{ recordId: 903, entry: 11 }]).changes, [], 'the same key goes on');
  // After a restart nobody looks whether there is one.
  const other = await open();
  const second = other.logKeys([{ recordId: 903, entry: 18 }]);
  await store.transact([...second.changes, entryAbout(903, 18)]);
  const opened = await other.openLogKeys(named);
  assert.equal(hex(opened(903, 10)!), hex(made.keys.get(903)!.key));
  assert.equal(hex(opened(903, 20)!), hex(second.keys.get(903)!.key));
  assert.equal(opened(902, 10), undefined, "another record's");
  assert.deepEqual(
    (await rows()).map((one) => Number(one.generation)),
    [10, 20],
  );
  await store.transact(other.destroyRecordKeys([903]));
  other.forgetRecordKeys([903]);
  // What is made for an erased record is not written, so what it seals never opens.
  await store.transact([...other.logKeys([{ recordId: 903, entry: 28 }]).changes, entryAbout(903, 28)]);
  assert.deepEqual(await rows(), []);
  assert.equal((await other.openLogKeys(named))(903, 10), undefined);
  other.close();
  vault.close();
});

test('two processes that open a new node at once agree', async () => {
  const fresh = await openTestStore({ migrations: keyMigrations });
  const parts = { store: fresh, ports: systemPorts };
  const root = keyFrom('root', rootBytes);
  const [one, two] = await Promise.all([openVault({ ...parts, root }), openVault({ ...parts, root })]);
  assert.equal(hex(one.derivedKey()), hex(two.derivedKey()));
  assert.equal(hex(one.indexKey('x')), hex(two.indexKey('x')));
  await fresh.close();
});

test('another root does not open the node, and says what to look at', async () => {
  const wrong = openVault({ store, root: generateKey('root'), ports: systemPorts });
  await assert.rejects(wrong, fault('seal_broken', /keys\.json of this database/));
});

test('a record key made, written and read is the same key', async () => {
  const vault = await open();
  const made = vault.newRecordKey(41);
  assert.equal(made.epoch, 1);
  const madeHex = hex(made.key);
  await store.transact([{ op: 'insert', table: recordKeys, rows: [made.row, vault.newRecordKey(42).row] }]);
  for (const reader of [vault, await open()]) {
    const loaded = await reader.loadRecordKeys([41, 42, 41, 4711]);
    assert.deepEqual([...loaded.keys()].sort(), [41, 42]);
    const keys = loaded.get(41)!;
    assert.equal(hex(keys.current.key), madeHex);
    assert.equal(keys.current.epoch, 1);
    assert.deepEqual([...keys.byEpoch.keys()], [1]);
    assert.equal((await reader.loadRecordKeys([41])).get(41), keys);
    const rows = await store.select('SELECT * FROM record_keys WHERE record_id = 41');
    assert.equal(reader.openRecordKeys(rows).get(41), keys);
    reader.close();
  }
});

test('a key is never taken from memory that the store does not hold', async () => {
  const vault = await open();
  vault.newRecordKey(77);
  assert.equal((await vault.loadRecordKeys([77])).size, 0);
  vault.close();
});

test('wrapped keys swapped between records do not open', async () => {
  const vault = await open();
  const [a, b] = [vault.newRecordKey(51).row, vault.newRecordKey(52).row];
  assert.throws(() => vault.openRecordKeys([{ ...a, wrapped: b.wrapped! }]), fault('seal_broken', /record_keys 51:1/));
  assert.throws(() => vault.openRecordKeys([{ ...a, epoch: 2 }]), fault('seal_broken', /record_keys 51:2/));
  assert.throws(() => vault.openRecordKeys([{ ...a, wrap_epoch: 9 }]), fault('seal_broken', /wrapping key 9/));
  vault.close();
});

test('erasing destroys every key of a record, and only of it', async () => {
  const vault = await open();
  await store.transact([{ op: 'insert', table: recordKeys, rows: [61, 62].map((id) => vault.newRecordKey(id).row) }]);
  await vault.loadRecordKeys([61, 62]);
  await store.transact(vault.destroyRecordKeys([61]));
  vault.forgetRecordKeys([61]);
  assert.deepEqual([...(await vault.loadRecordKeys([61, 62])).keys()], [62]);
  vault.close();
});

test('the cache is bounded and right after evictions', async () => {
  const vault = await open(3);
  const ids = Array.from({ length: 50 }, (_, i) => 1000 + i);
  const made = new Map(ids.map((id) => [id, vault.newRecordKey(id)]));
  await store.transact([{ op: 'insert', table: recordKeys, rows: [...made.values()].map((one) => one.row) }]);
  for (let round = 0; round < 2; round += 1) {
    const loaded = await vault.loadRecordKeys(ids);
    for (const id of ids) assert.equal(hex(loaded.get(id)!.current.key), hex(made.get(id)!.key));
  }
  vault.close();
});

test('sealing overwrites every key, those a caller still holds too', async () => {
  const vault = await open(2);
  const made = vault.newRecordKey(71);
  await store.transact([
    { op: 'insert', table: recordKeys, rows: [made.row, vault.newRecordKey(72).row, vault.newRecordKey(73).row] },
  ]);
  const loaded = await vault.loadRecordKeys([71, 72, 73]);
  const keys = [made.key, vault.indexKey('phone'), vault.derivedKey(), ...[...loaded.values()].map((one) => one.current.key)];
  const views = keys.map((key) => key.reveal());
  vault.close();
  vault.close();
  for (const view of views) assert.deepEqual(new Uint8Array(view), new Uint8Array(32));
  assert.throws(() => blindIndex(vault.indexKey('phone'), 'phone', '1'), fault('sealed'));
  assert.throws(() => vault.derivedKey(), fault('sealed'));
  assert.throws(() => vault.newRecordKey(1), fault('sealed'));
  assert.throws(() => vault.openRecordKeys([]), fault('sealed'));
  await assert.rejects(vault.loadRecordKeys([71]), fault('sealed'));
  await assert.rejects(vault.rotateWrappingKey(), fault('sealed'));
  assert.throws(() => sealEnvelope(made.key, 1, place('t', 'c'), 1, Buffer.alloc(1)), /destroyed/);
});

test('the database refuses a record under a wrapping key that is gone, and keeps one that is needed', async () => {
  const vault = await open();
  const row = { ...vault.newRecordKey(81).row, wrap_epoch: 99 };
  await assert.rejects(store.transact([{ op: 'insert', table: recordKeys, rows: [row] }]));
  await assert.rejects(store.transact([{ op: 'run', sql: 'DELETE FROM wrapping_keys' }]));
  vault.close();
});

test('a vault shows no key when it is printed', async () => {
  const vault = await open();
  const shown = inspect(vault, { depth: 9, showHidden: true });
  assert.ok(!shown.includes(hex(vault.derivedKey()).slice(0, 12)));
  assert.ok(!JSON.stringify(vault).includes('wrapped'));
  vault.close();
});
