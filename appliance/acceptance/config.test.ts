// The configuration file: what it says holds in the node, and a word that means nothing keeps the node from starting and is named.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Config, configFile } from '../core/config.ts';
import { Fault, type Words } from '../core/errors.ts';
import { systemPorts } from '../core/ports.ts';
import { initFolder, type Serving, serve } from '../lifecycle.ts';
import { Client, temporaryFolder } from '../simulation/testing/process.ts';
import { findProfiles, removeFolder, wholeTimeline } from './testing.ts';

const passphrase = 'words for the configuration';
const folder = temporaryFolder();
after(() => removeFolder(folder));
await initFolder(folder, { passphrase }, systemPorts);

const configure = (text: string) => writeFileSync(join(folder, configFile), text, { mode: 0o600 });

async function withNode<T>(config: Partial<Config>, work: (client: Client, node: Serving) => Promise<T>): Promise<T> {
  configure(JSON.stringify({ port: 0, ...config }));
  const node = await serve({ folder, ports: systemPorts, secret: { passphrase }, loopDelayMs: () => 0 });
  const client = new Client(node.url, node.accessToken);
  try {
    return await work(client, node);
  } finally {
    client.close();
    await node.stop();
  }
}

const visit = (messageId: string) => ({
  type: 'track',
  userId: 'u1',
  event: 'Order Completed',
  messageId,
  properties: { total: 10 },
  context: { ip: '192.0.2.9' },
});

test('addresses are dropped and clients are sent back where they came from, unless it says otherwise', async () => {
  const key = await withNode({}, async (client, node) => {
    const writeKey = await client.addSource('shop');
    assert.equal((await client.track(writeKey, [visit('m1')])).status, 200);
    const settings = await client.ask<object>('GET', `/v1/projects/${writeKey}/settings`);
    assert.ok(JSON.stringify(settings).includes(`"${new URL(node.url).host}/v1"`));
    return writeKey;
  });
  await withNode({ keepIp: true, publicUrl: 'https://cdp.example.com/track' }, async (client) => {
    assert.equal((await client.track(key, [visit('m2')])).status, 200);
    const settings = await client.ask<object>('GET', `/v1/projects/${key}/settings`);
    assert.ok(JSON.stringify(settings).includes('"cdp.example.com/track/v1"'));
    const [profile] = await findProfiles(client, { identifier: 'u1' });
    const timeline = await wholeTimeline(client, profile!.id);
    assert.deepEqual(timeline.map(({ messageId, context }) => [messageId, context?.ip]).sort(), [
      ['m1', undefined],
      ['m2', '192.0.2.9'],
    ]);
  });
});

test('a computed trait declared later counts what had come before', async () => {
  const computedTraits: Config['computedTraits'] = [
    { name: 'spent', event: 'Order Completed', operation: 'sum', property: 'total' },
    { name: 'orders', event: 'Order Completed', operation: 'count' },
  ];
  await withNode({ computedTraits }, async (client) => {
    const [profile] = await findProfiles(client, { identifier: 'u1' });
    assert.deepEqual(profile!.computed, { spent: { value: 20 }, orders: { value: 2 } });
  });
});

test('a kind of identifier declared later finds and joins who was recorded before, and doctor says so', async () => {
  const identifiers: Config['identifiers'] = [
    { kind: 'custom:meter', unique: false, joins: true, maxPeople: 1, perSource: false, household: false, blocked: [] },
  ];
  const named = (userId: string, messageId: string) => ({ type: 'identify', userId, messageId, traits: { meter: 'M-77' } });
  await withNode({}, async (client) => {
    for (const source of ['till', 'desk']) {
      const key = await client.addSource(source);
      assert.equal((await client.track(key, [named(source, `meter ${source}`)])).status, 200);
    }
    assert.deepEqual(await findProfiles(client, { identifier: 'M-77' }), []);
  });
  await withNode({ identifiers }, async (client, node) => {
    await node.app.node().profiles.reindexed();
    const [profile, ...others] = await findProfiles(client, { identifier: 'M-77' });
    assert.equal(profile?.records.length, 2);
    assert.deepEqual(others, []);
    assert.equal((await client.ask<{ state: string }>('GET', '/api/identity/index')).state, 'done');
    const { findings } = await client.ask<{ findings: { check: string; message: Words }[] }>('GET', '/api/doctor');
    assert.equal(findings.find(({ check }) => check === 'identifier-index')?.message.en, 'It fits the configuration.');
  });
});

test('a phone typed in by hand is read as one of the region, and an unreadable one is refused by its name', async () => {
  await withNode({ region: 'US' }, async (client) => {
    const key = await client.addSource('hotline');
    const call = { type: 'identify', userId: 'caller', messageId: 'call', traits: { city: 'Reno' } };
    assert.equal((await client.track(key, [call])).status, 200);
    const [caller] = await findProfiles(client, { identifier: 'caller' });
    const path = `/api/profiles/${caller!.id}/traits`;
    const refused = await client.send('PUT', path, { traits: { city: 'Elko', phone: 'call Quibblewick' } });
    assert.equal(refused.status, 400);
    const { error } = refused.body as { error: { code: string; where: string } };
    assert.equal(error.code, 'bad_request');
    assert.match(error.where, /^traits\.phone: /);
    assert.ok(!JSON.stringify(refused.body).includes('Quibblewick'));
    await client.ask('PUT', path, { traits: { phone: '(415) 555-2671' } });
    const [found] = await findProfiles(client, { identifier: '+14155552671' });
    assert.equal(found?.id, caller!.id);
    assert.deepEqual([found.traits.phone?.value, found.traits.city?.value], ['+14155552671', 'Reno']);
  });
});

test('settings that changed between two starts stand in the audit log by name, and doctor says which', async () => {
  await withNode({}, async () => undefined);
  await withNode({ keepIp: true, segmentChangesDays: 30 }, async (client) => {
    type Entry = { actor: string; action: string; outcome: string; fields?: string[] };
    const { entries } = await client.ask<{ entries: Entry[] }>('GET', '/api/audit?action=configuration.change&limit=1');
    assert.deepEqual(
      entries.map(({ actor, outcome, fields }) => [actor, outcome, fields]),
      [['system', 'done', ['keepIp', 'segmentChangesDays']]],
    );
    const { findings } = await client.ask<{ findings: { check: string; message: Words }[] }>('GET', '/api/doctor');
    const said = findings.find(({ check }) => check === 'configuration-changed');
    assert.match(said!.message.en, /: keepIp, segmentChangesDays\.$/);
  });
});

const invalid: [text: string, where: RegExp][] = [
  ['{"prot": 7700}', /prot/],
  ['{"port": "7700"}', /port/],
  ['{"store": "mysql://db"}', /store/],
  ['{"publicUrl": "cdp.example.com"}', /publicUrl/],
  ['{"region": "China"}', /region/],
  ['{"computedTraits": [{"name": "spent", "event": "Order Completed", "operation": "sum"}]}', /spent needs a property/],
  [
    '{"computedTraits": [{"name": "n", "event": "a", "operation": "count"}, {"name": "n", "event": "b", "operation": "count"}]}',
    /twice/,
  ],
  ['{"survivorship": {"name": {"criteria": ["newest"]}}}', /survivorship\/name\/criteria/],
  ['{"identifiers": [{"kind": "phone"}]}', /identifiers/],
  ['{"consent": {"law": "ccpa"}}', /consent\/law/],
  [
    '{"consent": {"law": "pipl", "purposes": [{"purpose": "x", "basis": "legitimate_interests"}]}}',
    /consent.*no legal basis of pipl/,
  ],
  ['{"consent": {"purposes": [{"purpose": "x", "basis": "consent", "byDefault": "allowed"}]}}', /consent.*silence is no consent/],
  ['{"consent": {"purposes": [{"purpose": "Ads", "basis": "consent"}]}}', /consent\/purposes\/0\/purpose/],
  ['{"consent": {"law": "gdpr", "minorsAge": 12}}', /consent.*13 to 16/],
  ['{"trustedProxies": ["0.0.0.0/0"]}', /trustedProxies\/0/],
  ['{"store": "postgres://cdp:hidden@db/cdp"}', /store A password stands/],
  ['not JSON', /not JSON/],
];
test('a configuration that is wrong is refused before anything opens, by the setting', async () => {
  for (const [text, where] of invalid) {
    configure(text);
    await assert.rejects(serve({ folder, ports: systemPorts, secret: { passphrase } }), (error: unknown) => {
      assert.ok(error instanceof Fault, text);
      assert.equal(error.code, 'config_invalid', text);
      assert.match(error.where ?? '', where, text);
      return true;
    });
  }
});

test('a new node is not made with another database than the configuration that lies there already names', async () => {
  const other = temporaryFolder();
  try {
    writeFileSync(join(other, configFile), '{ "region": "DE" }', { mode: 0o600 });
    const store = 'postgres://holdfast@localhost/holdfast';
    await assert.rejects(initFolder(other, { passphrase, config: { store } }, systemPorts), { code: 'config_invalid' });
    writeFileSync(join(other, configFile), JSON.stringify({ store }), { mode: 0o600 });
    await initFolder(other, { passphrase, config: { store } }, systemPorts);
  } finally {
    removeFolder(other);
  }
});
