// The whole command line beside a running node, as a person or a script uses it: child processes on one data folder, from making
// it to its doctor. What a command changed, the next one shows.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type S3StandIn, startS3 } from '../oversee/operations/backup/testing-s3.ts';
import { type NodeProcess, startNode } from '../simulation/testing/process.ts';
import { commandLine, essence } from './testing.ts';

const line = commandLine();
const { folder, home, write, run, ask, fail, profile } = line;
let node: NodeProcess | undefined;
let store: S3StandIn | undefined;
after(async () => {
  await node?.stop();
  await store?.close();
  line.remove();
});

const customers = `客户号,姓名,手机,邮箱,城市
C1,王小明,139 0731 2846,wang@mail.example,长沙
C2,李芳,13807312847,li@mail.example,长沙
C3,,,,
`;

describe('making a node and opening it', () => {
  let shares: string[] = [];
  test('before there is one, commands say so', async () => {
    const commands = [['serve'], ['source', 'list'], ['profile', 'x'], ['unseal'], ['import', 'x.csv', '--source', 'crm']];
    await Promise.all(
      commands.map(async (command) => assert.deepEqual(await fail(...command), [1, 'key_file_missing'], command.join(' '))),
    );
    mkdirSync(folder);
    assert.deepEqual(await fail('doctor'), [3, 'unhealthy'], 'nothing to look at');
    assert.deepEqual(readdirSync(folder), [], 'looking makes nothing, or init would find old data');
  });
  test('init makes it once, and shows the shares once', async () => {
    shares = (await ask<{ shares: string[] }>('init', '--shares', '2/3')).shares;
    assert.equal(shares.length, 3);
    assert.deepEqual(await fail('init'), [1, 'already_initialised']);
    // Backups go off this machine, as doctor wants it.
    const key = { accessKeyId: 'ID', secretAccessKey: 'a-secret' };
    store = await startS3('backups', key);
    const credentials = write('credentials', `aws_access_key_id = ID\naws_secret_access_key = a-secret\n`);
    const backup = { to: 's3://backups/node', s3: { endpoint: store.url, credentials } };
    writeFileSync(join(folder, 'holdfast.json'), JSON.stringify({ backup }));
  });
  test('serve starts sealed without a passphrase, and sealed it answers nothing but health', async () => {
    node = await startNode({ folder, passphraseFile: '', accessToken: '', remove: () => undefined });
    assert.equal((await fetch(`${node.url}/health/live`)).status, 200);
    assert.equal((await fetch(`${node.url}/health/ready`)).status, 503);
    assert.deepEqual(await fail('source', 'list'), [1, 'sealed']);
    assert.deepEqual(await fail('profile', '13907312846'), [1, 'sealed']);
  });
  test('a second node on the folder is refused', async () => {
    assert.deepEqual(await fail('serve', '--port', '0'), [1, 'store_in_use']);
  });
  test('unseal: a wrong passphrase and too few shares do not open it; the passphrase and two shares do', async () => {
    const wrong = write('wrong', 'other words\n');
    assert.deepEqual(await line.failWith(wrong, 'unseal'), [1, 'wrong_passphrase']);
    assert.deepEqual(await fail('unseal', '--shares-file', write('one-share', `${shares[0]}\n`)), [1, 'wrong_passphrase']);
    assert.deepEqual(await fail('source', 'list'), [1, 'sealed']);
    assert.match(await run('unseal'), /open/);
    assert.equal((await fetch(`${node!.url}/health/ready`)).status, 200);
    assert.match(await run('seal'), /sealed/);
    assert.deepEqual(await fail('source', 'list'), [1, 'sealed']);
    assert.deepEqual(await ask('unseal', '--shares-file', write('shares', `\n${shares[2]}\n${shares[0]}\n`)), { sealed: false });
  });
});

describe('beside a running node', () => {
  let writeKey = '';
  const track = async (key: string, event: object) =>
    (
      await fetch(`${node!.url}/v1/track`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
        body: JSON.stringify(event),
      })
    ).status;

  test('source add, list, rotate, disable, enable', async () => {
    writeKey = (await ask<{ writeKey: string }>('source', 'add', 'shop', '--kind', 'website')).writeKey;
    await run('source', 'add', 'crm');
    assert.deepEqual(await fail('source', 'add', 'shop'), [1, 'conflict']);
    const { sources } = await ask<{ sources: { name: string; kind: string }[] }>('source', 'list');
    assert.deepEqual(
      sources.filter(({ name }) => name !== 'by hand').map(({ name, kind }) => [name, kind]),
      [
        ['shop', 'website'],
        ['crm', 'server'],
      ],
    );
    assert.match(await run('source', 'list'), /shop +website/);
    const event = { userId: 'S1', event: 'Signed Up', messageId: 'm-1' };
    assert.equal(await track(writeKey, event), 200);
    const fresh = (await run('source', 'rotate', 'shop')).trim();
    assert.equal(await track(writeKey, event), 401);
    writeKey = fresh;
    assert.equal(await track(writeKey, event), 200);
    await run('source', 'disable', 'shop');
    assert.equal(await track(writeKey, event), 401);
    await run('source', 'enable', 'shop');
    assert.equal(await track(writeKey, event), 200);
    assert.deepEqual(await fail('source', 'rotate', 'nobody'), [1, 'not_found']);
  });

  test('import records each row once, and says what it did', async () => {
    const file = write('customers.csv', customers);
    const first = await ask<{ rows: number; recorded: number; duplicates: number }>('import', file, '--source', 'crm');
    assert.deepEqual([first.rows, first.recorded, first.duplicates], [3, 3, 0]);
    const again = await ask<{ recorded: number; duplicates: number }>('import', file, '--source', 'crm');
    assert.deepEqual([again.recorded, again.duplicates], [0, 3]);
    assert.deepEqual(await fail('import', file, '--source', 'nobody'), [1, 'not_found']);
    assert.deepEqual(await fail('import', 'nowhere.csv', '--source', 'crm'), [1, 'unreadable_file']);
    assert.match(await run('import', file, '--map-out', '-'), /"手机": *"traits.phone"/);
  });

  test('profile shows what was just acknowledged, for people and for programs', async () => {
    const wang = await profile('13907312846');
    assert.equal(wang.traits.name?.value, '王小明');
    assert.equal(wang.traits.city?.value, '长沙');
    for (let at = 0; at < 5; at += 1) {
      const order = {
        userId: 'S1',
        event: 'Order Completed',
        messageId: `order-${at}`,
        properties: { order_id: `O${at}`, total: 10.5 },
      };
      assert.equal(await track(writeKey, order), 200);
      const shopper = await profile('S1');
      assert.equal(shopper.orders.length, at + 1);
      assert.equal(shopper.timeline[0]?.messageId, `order-${at}`);
    }
    const page = await run('profile', '13907312846');
    for (const told of ['王小明', 'wang@mail.example', '+8613907312846', 'C1', 'crm', '长沙'])
      assert.ok(page.includes(told), told);
    assert.match(await run('profile', 'S1'), /Orders \(5, 52\.50\)/);
    assert.match(await run('profile', 'S1', '--lang', 'zh'), /订单（5 笔，52\.50）/);
    assert.equal((await profile('王小明')).id, wang.id, 'a name leads there too');
    assert.equal((await profile(wang.id)).id, wang.id);
    assert.deepEqual(await fail('profile', '13000000001'), [1, 'not_found']);
    assert.deepEqual(await fail('profile', 'p999999'), [1, 'not_found']);
  });

  test('identity: merge and unmerge give back exactly the two that were', async () => {
    const [wang, shopper] = [await profile('13907312846'), await profile('S1')];
    const merged = await ask<{ decisionId: number; profiles: string[] }>(
      'identity',
      'merge',
      wang.id,
      shopper.id,
      '--reason',
      'same card',
    );
    assert.equal(merged.profiles.length, 1);
    const both = await profile('S1');
    assert.equal(both.id, (await profile('13907312846')).id);
    assert.deepEqual([both.records.length, both.orders.length, both.traits.name?.value], [2, 5, '王小明']);
    assert.match(await run('identity', 'why', both.id), new RegExp(`decision ${merged.decisionId}: same, .*same card`));
    assert.deepEqual(await fail('identity', 'merge', wang.id, shopper.id), [1, 'conflict']);
    const split = await ask<{ profiles: string[] }>('identity', 'unmerge', both.id);
    assert.deepEqual(split.profiles.sort(), [wang.id, shopper.id].sort());
    assert.deepEqual(essence(await profile('13907312846')), essence(wang));
    assert.deepEqual(essence(await profile('S1')), essence(shopper));
    assert.deepEqual(await fail('identity', 'unmerge', wang.id), [1, 'conflict']);
  });

  test('identity: records split off stay apart until that is taken back', async () => {
    const [wang, li] = [await profile('13907312846'), await profile('13807312847')];
    await run('identity', 'merge', wang.id, li.id);
    const record = String(li.records[0]!.recordId);
    const split = await ask<{ decisionId: number; profiles: string[] }>('identity', 'unmerge', wang.id, '--records', record);
    assert.equal(split.profiles.length, 2);
    assert.notEqual((await profile('13907312846')).id, (await profile('13807312847')).id);
    await run('identity', 'retract', String(split.decisionId));
    assert.equal((await profile('13907312846')).id, (await profile('13807312847')).id, 'the merge stands again');
    await run('identity', 'unmerge', wang.id);
    assert.deepEqual(essence(await profile('13807312847')), essence(li));
  });

  test('keys: both rotations leave everything readable', async () => {
    const before = essence(await profile('S1'));
    for (const kind of ['wrapping', 'data']) {
      assert.equal((await ask<{ state: string }>('keys', 'rotate', kind)).state, 'done', kind);
      assert.deepEqual(essence(await profile('S1')), before, `after rotating ${kind} keys`);
    }
    assert.match(await run('keys', 'status'), /data keys: done/);
  });

  test('keys: a new passphrase and new shares open it, old ones no longer', async () => {
    await run('keys', 'passphrase', '--new-file', write('second', 'second words\n'));
    await run('seal');
    assert.deepEqual(await fail('unseal'), [1, 'wrong_passphrase']);
    write('passphrase', 'second words\n');
    await run('unseal');
    const { shares } = await ask<{ shares: string[] }>('keys', 'shares', '2/4');
    assert.equal(shares.length, 4);
    await run('seal');
    assert.deepEqual(await fail('unseal', '--shares-file', join(home, 'shares')), [1, 'wrong_passphrase']);
    await run('unseal', '--shares-file', write('shares', shares.slice(1, 3).join('\n')));
    assert.equal((await profile('S1')).orders.length, 5);
  });

  test('doctor warns until a restore was tried and the key lies elsewhere; then it finds nothing amiss', async () => {
    assert.deepEqual(await line.amiss(), ['backup', 'restore-tested']);
    await run('backup', 'now');
    assert.deepEqual(await line.amiss(), ['restore-tested', 'backup-key']);
    await run('backup', 'key', join(home, 'safe', 'key.json'));
    await run('restore', '--test');
    const { ok, findings } = await ask<{ ok: boolean; findings: { severity: string; check: string }[] }>(
      'doctor',
      '--deep',
      '--unlock',
    );
    assert.equal(ok, true);
    assert.ok(findings.length > 8);
    assert.match(await run('doctor'), /✓/);
    assert.match(await run('identity', 'index'), /fit the configuration/);
  });

  test('a stopped node ends well, and commands then open the folder themselves', async () => {
    assert.equal(await node!.stop(), 0);
    node = undefined;
    assert.deepEqual(await fail('seal'), [1, 'node_not_running']);
  });
});
