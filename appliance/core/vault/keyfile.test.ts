import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { inspect } from 'node:util';
import { argon2CostForTests } from '../../../crypto/kdf.ts';
import type { Key } from '../../../crypto/keys.ts';
import { Fault, type FaultCode } from '../errors.ts';
import { formatKeyFile, parseKeyFile, readKeyFile } from './keyfile.ts';
import { changePassphrase, createKeyFile, keyFileExists, newShares, unlock } from './unlock.ts';

const folders: string[] = [];
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-keys-'));
  folders.push(path);
  return path;
};
after(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

const cost = argon2CostForTests;
const passphrase = '开门 open sesame';
const bytes = (key: Key<'root'>) => Buffer.from(key.reveal()).toString('hex');
const fault = (code: FaultCode, where?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault, inspect(error));
  assert.equal(error.code, code);
  if (where) assert.match(error.where ?? '', where);
  return true;
};

test('the passphrase gives the root back, and any k shares do', async () => {
  const at = folder();
  const made = await createKeyFile(at, { passphrase, shares: { k: 2, n: 3 }, cost });
  const root = bytes(made.root);
  const shares = made.shares as string[];
  assert.equal(shares.length, 3);
  assert.equal(bytes(await unlock(at, { passphrase })), root);
  for (const [a, b] of [
    [0, 1],
    [0, 2],
    [2, 1],
  ] as const) {
    assert.equal(bytes(await unlock(at, { shares: [shares[a]!, shares[b]!] })), root);
  }
});

test('the file is private, whole, and tells nothing', async () => {
  const at = folder();
  const { root, shares } = await createKeyFile(at, { passphrase, shares: { k: 2, n: 2 }, cost });
  const path = join(at, 'keys.json');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(at), ['keys.json']);
  const text = readFileSync(path, 'utf8');
  for (const secret of [bytes(root), Buffer.from(root.reveal()).toString('base64'), passphrase, ...(shares as string[])]) {
    assert.ok(!text.includes(secret));
  }
  assert.deepEqual(parseKeyFile(formatKeyFile(await readKeyFile(at))), await readKeyFile(at));
});

test('a wrong passphrase and wrong shares are the same fault, and change nothing', async () => {
  const at = folder();
  const { shares } = await createKeyFile(at, { passphrase, shares: { k: 2, n: 3 }, cost });
  const other = await createKeyFile(folder(), { passphrase, shares: { k: 2, n: 3 }, cost });
  const before = readFileSync(join(at, 'keys.json'));
  const [one, two] = shares as [string, string];
  await assert.rejects(unlock(at, { passphrase: 'open sesam' }), fault('wrong_passphrase'));
  await assert.rejects(unlock(at, { passphrase: '' }), fault('wrong_passphrase'));
  await assert.rejects(unlock(at, { shares: [one] }), fault('wrong_passphrase', /expected at least 2/));
  await assert.rejects(unlock(at, { shares: [one, one] }), fault('wrong_passphrase', /given twice/));
  const typo = two.slice(0, -1) + (two.endsWith('0') ? '1' : '0');
  await assert.rejects(unlock(at, { shares: [one, typo] }), fault('wrong_passphrase', /share 2 .* typing error/));
  await assert.rejects(unlock(at, { shares: other.shares as string[] }), fault('wrong_passphrase'));
  assert.deepEqual(readFileSync(join(at, 'keys.json')), before);
});

test('a node without shares says so', async () => {
  const at = folder();
  const { shares } = await createKeyFile(folder(), { passphrase, shares: { k: 2, n: 2 }, cost });
  await createKeyFile(at, { passphrase, cost });
  await assert.rejects(unlock(at, { shares: shares as string[] }), fault('wrong_passphrase', /no recovery shares/));
});

test('a changed passphrase wraps one key anew: same root, shares still good, old passphrase dead', async () => {
  const at = folder();
  const { root, shares } = await createKeyFile(at, { passphrase, shares: { k: 2, n: 2 }, cost });
  const before = await readKeyFile(at);
  await changePassphrase(at, { passphrase }, '新口令');
  const now = await readKeyFile(at);
  assert.deepEqual([now.byShares, now.check, now.nodeId], [before.byShares, before.check, before.nodeId]);
  assert.notDeepEqual(now.argon2.salt, before.argon2.salt);
  assert.equal(now.argon2.passes, cost.passes);
  await assert.rejects(unlock(at, { passphrase }), fault('wrong_passphrase'));
  assert.equal(bytes(await unlock(at, { passphrase: '新口令' })), bytes(root));
  assert.equal(bytes(await unlock(at, { shares: shares as string[] })), bytes(root));
  await assert.rejects(changePassphrase(at, { passphrase: 'nonsense' }, 'x'), fault('wrong_passphrase'));
  await assert.rejects(changePassphrase(at, { passphrase: '新口令' }, ''), fault('bad_request'));
  assert.equal(bytes(await unlock(at, { passphrase: '新口令' })), bytes(root));
});

test('who forgot the passphrase sets another by shares, and the forgotten one is dead', async () => {
  const at = folder();
  const { root, shares } = await createKeyFile(at, { passphrase, shares: { k: 2, n: 3 }, cost });
  await assert.rejects(changePassphrase(at, { shares: shares!.slice(0, 1) }, '新口令'), fault('wrong_passphrase'));
  await changePassphrase(at, { shares: shares!.slice(1) }, '新口令');
  await assert.rejects(unlock(at, { passphrase }), fault('wrong_passphrase'));
  assert.equal(bytes(await unlock(at, { passphrase: '新口令' })), bytes(root));
  assert.equal(bytes(await unlock(at, { shares: shares!.slice(0, 2) })), bytes(root));
});

test('new shares replace the old ones', async () => {
  const at = folder();
  const { root, shares } = await createKeyFile(at, { passphrase, shares: { k: 2, n: 2 }, cost });
  const fresh = await newShares(at, root, 3, 4);
  await assert.rejects(unlock(at, { shares: shares as string[] }), fault('wrong_passphrase'));
  assert.equal(bytes(await unlock(at, { shares: fresh.slice(1) })), bytes(root));
  const stranger = await createKeyFile(folder(), { passphrase, cost });
  await assert.rejects(newShares(at, stranger.root, 2, 2), fault('wrong_passphrase'));
  await assert.rejects(newShares(at, root, 1, 2), fault('bad_request', /k: expected/));
});

test('a second node is not made over the first', async () => {
  const at = folder();
  assert.equal(await keyFileExists(at), false);
  await createKeyFile(at, { passphrase, cost });
  assert.equal(await keyFileExists(at), true);
  const before = readFileSync(join(at, 'keys.json'));
  await assert.rejects(createKeyFile(at, { passphrase: 'other', cost }), fault('already_initialised'));
  assert.deepEqual(readFileSync(join(at, 'keys.json')), before);
});

test('every truncation of the file is found, and the file left as it is', async () => {
  const at = folder();
  await createKeyFile(at, { passphrase, shares: { k: 2, n: 2 }, cost });
  const path = join(at, 'keys.json');
  const whole = readFileSync(path, 'utf8').trimEnd();
  for (let length = 0; length < whole.length; length += 1) {
    assert.throws(() => parseKeyFile(whole.slice(0, length)), fault('key_file_damaged'), `length ${length}`);
  }
  writeFileSync(path, whole.slice(0, 100));
  await assert.rejects(unlock(at, { passphrase }), fault('key_file_damaged'));
  assert.equal(readFileSync(path, 'utf8'), whole.slice(0, 100));
});

test('every changed sign of the file is found before a key is tried', async () => {
  const at = folder();
  await createKeyFile(at, { passphrase, cost });
  const whole = readFileSync(join(at, 'keys.json'), 'utf8');
  for (let i = 0; i < whole.length; i += 1) {
    if (/\s/.test(whole[i] as string)) continue;
    const changed = whole.slice(0, i) + (whole[i] === '0' ? '1' : '0') + whole.slice(i + 1);
    assert.throws(
      () => parseKeyFile(changed),
      (error) => error instanceof Fault,
      `sign ${i}`,
    );
  }
});

test('garbage, foreign JSON and a newer format each have their fault', async () => {
  for (const text of [
    '',
    'garbage',
    '\0\0\0',
    '[]',
    'null',
    '{}',
    '{"format":1}',
    '{"format":1,"checksum":"x","body":{}}',
    '{"format":0}',
  ]) {
    assert.throws(() => parseKeyFile(text), fault('key_file_damaged'), text);
  }
  assert.throws(() => parseKeyFile('{"format":2,"anything":true}'), fault('key_file_from_future'));
  const at = folder();
  await assert.rejects(unlock(at, { passphrase }), fault('key_file_missing'));
  writeFileSync(join(at, 'keys.json'), Buffer.alloc(70_000));
  await assert.rejects(unlock(at, { passphrase }), fault('key_file_damaged'));
});

test('a file left half written by a crash does not stand in the way', async () => {
  const at = folder();
  writeFileSync(join(at, 'keys.json.new'), '{"half":');
  const { root } = await createKeyFile(at, { passphrase, cost });
  assert.equal(bytes(await unlock(at, { passphrase })), bytes(root));
  assert.equal(existsSync(join(at, 'keys.json.new')), false);
});

test('a folder that cannot be written is said to be so', async () => {
  const at = folder();
  chmodSync(at, 0o555);
  // Root may write anywhere, so for this test it is somebody else.
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65534);
  try {
    await assert.rejects(createKeyFile(at, { passphrase, cost }), fault('store_read_only'));
  } finally {
    if (root) process.seteuid?.(0);
  }
  chmodSync(at, 0o700);
});
