// The S3 target against a store that checks signatures, bodies and times: everything that a folder can do, over HTTP and HTTPS with a certificate of the
// organisation's own, through faults that pass, and with what is said of those that do not.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { generateKey } from '../../../../crypto/keys.ts';
import { Fault } from '../../../core/errors.ts';
import { isFault } from '../../../core/store/contract-fixtures.ts';
import { chunkBytes } from './chunks.ts';
import { backupKeys, backupMaster } from './keys.ts';
import { snapshotIds } from './manifest.ts';
import { pruneTarget } from './prune.ts';
import { chooseSnapshot, readWhole } from './read.ts';
import { S3Target } from './s3-target.ts';
import { targetSettings } from './settings.ts';
import { newCertificateKey, privateKeyPem, selfSigned } from './testing-certificate.ts';
import { type S3StandIn, signature, startS3 } from './testing-s3.ts';
import { verifyTarget } from './verify.ts';
import { knownNames, writeSnapshot } from './write.ts';

const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a secret/with+signs' };
const keys = backupKeys(backupMaster(generateKey('root')));
const folder = mkdtempSync(join(tmpdir(), 'holdfast-s3-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const settingsOf = (store: S3StandIn, more: object = {}) =>
  ({
    kind: 's3',
    endpoint: store.url,
    region: 'eu-central-1',
    bucket: 'backups',
    prefix: 'node.1/a_b/',
    ...key,
    ...more,
  }) as const;

async function started(t: { after(work: () => Promise<void>): void }, tls?: { key: string; cert: string }) {
  const store = await startS3('backups', key, tls);
  t.after(() => store.close());
  return store;
}

async function make(target: S3Target, atMs: number, pieces: Buffer[]) {
  const sources = [{ name: 'db', pieces: () => pieces }];
  const order = {
    target,
    keys,
    sources,
    atMs,
    random: Buffer.from([1, 2, 3, atMs & 255]),
    engine: 'sqlite' as const,
    software: 'test',
    step: () => undefined,
  };
  return writeSnapshot(order, await knownNames(target, keys));
}
const piece = (value: number) => Buffer.alloc(chunkBytes, value);

test("the store's own check gives the signature of Amazon's published example", () => {
  const headers = {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'x-amz-date': '20130524T000000Z',
  };
  const request = {
    method: 'GET',
    path: '/test.txt',
    query: new URLSearchParams(),
    headers,
    names: Object.keys(headers),
    bodyHash: headers['x-amz-content-sha256'],
  };
  const made = signature('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '20130524/us-east-1/s3/aws4_request', request);
  assert.equal(made, 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
});

test('snapshots are made, listed over many pages, verified, pruned and read back', async (t) => {
  const store = await started(t);
  store.pageKeys = 2;
  const target = new S3Target(settingsOf(store));
  for (let n = 1; n <= 4; n++) await make(target, n * 1000, [piece(1), piece(n), Buffer.from(`end ${n}`)]);
  assert.equal((await snapshotIds(target)).length, 4);
  assert.deepEqual((await verifyTarget(target, keys)).damaged, []);
  const before = store.objects.size;
  const pruned = await pruneTarget(target, keys, { last: 1, daily: 0, weekly: 0, monthly: 0 });
  assert.deepEqual([pruned.snapshots, pruned.kept, before - store.objects.size], [3, 1, 3 + pruned.chunks]);
  const { files } = await chooseSnapshot(target, keys);
  assert.deepEqual(await readWhole(target, keys, files[0]!), Buffer.concat([piece(1), piece(4), Buffer.from('end 4')]));
  assert.deepEqual(store.refused, []);
  assert.ok([...store.objects.keys()].every((name) => name.startsWith('node.1/a_b/')));
  target.close();
});

test('a first writer is told from a second, with and without the condition', async (t) => {
  const store = await started(t);
  const target = new S3Target(settingsOf(store));
  for (const conditional of [true, false]) {
    store.conditional = conditional;
    assert.equal(await target.putNew(`once-${conditional}`, Buffer.from('a')), true);
    assert.equal(await target.putNew(`once-${conditional}`, Buffer.from('b')), false);
    assert.equal(String(await target.get(`once-${conditional}`)), 'a');
  }
  assert.equal(await target.get('nothing'), undefined);
  await target.remove('nothing');
  target.close();
});

test('faults that pass are tried through; those that stay are told without a secret', async (t) => {
  const store = await started(t);
  const target = new S3Target(settingsOf(store));
  store.fail(503, 3);
  await target.put('a', Buffer.from('a'));
  assert.equal(String(store.objects.get('node.1/a_b/a')), 'a');
  store.fail(507, 100);
  await assert.rejects(target.put('b', Buffer.from('b')), isFault('backup_target_full'));
  store.fail(0, 0);
  for (const [wrong, said] of [
    [{ secretAccessKey: 'another' }, /403 SignatureDoesNotMatch/],
    [{ accessKeyId: 'nobody' }, /403 InvalidAccessKeyId/],
    [{ bucket: 'others' }, /404/],
  ] as const) {
    const refused = new S3Target(settingsOf(store, wrong));
    await assert.rejects(refused.put('c', Buffer.from('c')), (error) => {
      assert.ok(error instanceof Fault && error.code === 'backup_target_failed');
      assert.match(error.where!, said);
      assert.doesNotMatch(error.where!, /secret|another/);
      return true;
    });
    refused.close();
  }
  await store.close();
  await assert.rejects(target.get('a'), isFault('backup_target_failed'));
  target.close();
});

test('HTTPS by a certificate of its own: taken where it is named, refused where not', async (t) => {
  const made = await newCertificateKey();
  const cert = await selfSigned(made, 'localhost');
  const store = await started(t, { key: await privateKeyPem(made), cert });
  const trusted = new S3Target(settingsOf(store, { ca: cert }));
  await trusted.put('a', Buffer.from('a'));
  assert.equal(String(await trusted.get('a')), 'a');
  trusted.close();
  const other = new S3Target(settingsOf(store));
  await assert.rejects(other.get('a'), (error) => error instanceof Fault && /CERT/.test(error.where!));
  other.close();
});

test('the configuration names secrets and never holds them', () => {
  writeFileSync(join(folder, 'credentials'), '[default]\naws_access_key_id = ID\naws_secret_access_key=SECRET/+=\n');
  const to = 's3://backups/some/where';
  const s3 = { endpoint: 'https://store.example:9000', credentials: 'credentials' };
  const settings = targetSettings({ to, s3 }, folder, {});
  assert.deepEqual(settings, {
    kind: 's3',
    endpoint: s3.endpoint,
    region: 'us-east-1',
    bucket: 'backups',
    prefix: 'some/where/',
    accessKeyId: 'ID',
    secretAccessKey: 'SECRET/+=',
  });
  const fromEnvironment = targetSettings({ to: 's3://backups', s3: { endpoint: s3.endpoint } }, folder, {
    AWS_ACCESS_KEY_ID: 'I',
    AWS_SECRET_ACCESS_KEY: 'S',
  });
  assert.ok(fromEnvironment.kind === 's3' && fromEnvironment.prefix === '' && fromEnvironment.secretAccessKey === 'S');
  assert.throws(() => targetSettings({ to, s3: { endpoint: s3.endpoint } }, folder, {}), isFault('config_invalid'));
  assert.throws(() => targetSettings({ to, s3: { ...s3, credentials: 'none' } }, folder, {}), isFault('unreadable_file'));
  assert.throws(() => targetSettings({}, folder, {}), isFault('backup_unset'));
});
