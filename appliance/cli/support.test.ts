// The canary test of the support bundle: personal data, secrets, and names that people chose are planted wherever a node has free text; none of them leaves in
// any spelling, from a node that is open, sealed, stopped, or has a broken configuration or database. And what it is for does leave.

import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { list } from 'tar';
import { configFile } from '../core/config.ts';
import { Fault } from '../core/errors.ts';
import { systemPorts } from '../core/ports.ts';
import { main } from '../main.ts';
import { Needles } from '../simulation/testing/search.ts';
import { openTestNode, type TestNode, testPassphrase } from '../testing.ts';
import { withdrawNode } from './node-file.ts';
import { fakeIo } from './testing.ts';

const canaries = {
  name: 'Quibblewick',
  chinese: '欧阳珊瑚海',
  mail: 'quibble.wick@canary.example',
  phone: '13900007731',
  user: 'canary-user-7731',
  source: 'Plumtree Kiosk',
  segment: 'Wobbleheads of March',
  rule: 'Rumbleskin',
  trait: 'grumbleScore',
  target: 'Fizzlebang Mailer',
  targetHost: 'fizzlebang.example',
  retention: 'Crumpet rule',
  group: 'Snorkel Team',
  host: 'zibbet.example',
  controller: 'Blatherskite Ltd',
  sink: 'thimblerig.log',
  variable: 'PUMPERNICKEL',
  secret: 'hunter2-Xylophone',
  logged: 'Flibbertigibbet',
  event: 'Bumbershoot Bought',
  city: 'Llanfairpwll',
} as const;

const config = {
  publicUrl: `https://${canaries.host}`,
  auditSink: canaries.sink,
  erasureTargets: [{ name: canaries.target, url: `http://${canaries.targetHost}/erase` }],
  retention: [{ name: canaries.retention, events: { names: [canaries.event], olderThanDays: 30 } }],
  computedTraits: [{ name: canaries.trait, event: canaries.event, operation: 'count' as const, windowDays: 90 }],
  survivorship: { [canaries.trait]: { criteria: ['sourcePriority' as const] } },
  directory: { groups: { [canaries.group]: ['marketer' as const] } },
  consent: { controller: canaries.controller },
  fourEyes: 'people' as const,
};
const env = { [`HOLDFAST_${canaries.variable}`]: canaries.secret };

function* spellings(text: string): Generator<Buffer> {
  for (const plain of new Set([text, text.toLowerCase(), text.toUpperCase()])) {
    const bytes = Buffer.from(plain);
    yield bytes;
    yield Buffer.from(plain, 'utf16le');
    yield Buffer.from(plain, 'utf16le').swap16();
    yield iconv.encode(plain, 'gb18030');
    yield Buffer.from(bytes.toString('hex'));
    yield Buffer.from(bytes.toString('hex').toUpperCase());
    yield Buffer.from(encodeURIComponent(plain));
    yield Buffer.from(
      JSON.stringify(plain)
        .slice(1, -1)
        .replaceAll(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`),
    );
    // In Base64 at each of the three places where it can begin; the ends depend on what is around.
    for (const shift of [0, 1, 2]) {
      const whole = Buffer.concat([Buffer.alloc(shift), bytes])
        .toString('base64')
        .replaceAll('=', '');
      const inner = whole.slice(shift === 0 ? 0 : shift + 1, -1);
      yield Buffer.from(inner);
      yield Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
}

const needles = new Needles();
const plant = (text: string, what: string) => {
  for (const bytes of spellings(text)) needles.add(bytes, what);
};
function hitsIn(bytes: Buffer): string[] {
  const hits = new Set<string>();
  needles.scan(bytes, bytes.length, (needle) => hits.add(needle.what));
  return [...hits].sort();
}

type Bundled = { files: { [name: string]: unknown }; bytes: Buffer };

let node: TestNode;

async function bundle(folder: string, name: string): Promise<Bundled> {
  const path = join(folder, '..', `${name}.tar.zst`);
  const run = async (...args: string[]) => {
    const io = { ...fakeIo({ cwd: folder, env }), clock: systemPorts.clock };
    const code = await main(['support', ...args, '--data', folder], io);
    assert.equal(code, 0, io.err());
    return io.out();
  };
  const printed = await run('--out', path, '--json');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const bytes = zstdDecompressSync(readFileSync(path));
  const files = await unpacked(bytes, join(folder, '..', `${name}.tar`));
  const listed = (JSON.parse(printed) as { files: { name: string }[] }).files.map((one) => one.name);
  assert.deepEqual(Object.keys(files), listed);
  assert.deepEqual(
    (files['manifest.json'] as { name: string; reason: { en: string; zh: string } }[]).map((one) => {
      assert.ok(one.reason.en && one.reason.zh);
      return one.name;
    }),
    listed.slice(1),
    'the manifest names each file',
  );
  // What is shown is what is written, and as clean.
  const shown = await run('--show');
  for (const file of listed) assert.ok(shown.includes(`== ${file}: `), file);
  assert.deepEqual([hitsIn(bytes), hitsIn(Buffer.from(shown))], [[], []], name);
  return { files, bytes };
}

async function unpacked(bytes: Buffer, plain: string): Promise<{ [name: string]: unknown }> {
  writeFileSync(plain, bytes);
  const files: { [name: string]: unknown } = {};
  await list({
    file: plain,
    onReadEntry: (entry) => {
      const parts: Buffer[] = [];
      entry.on('data', (part: Buffer) => parts.push(part));
      entry.on('end', () => {
        files[basename(entry.path)] = JSON.parse(Buffer.concat(parts).toString('utf8'));
      });
    },
  });
  return files;
}

before(async () => {
  node = await openTestNode({ config });
  writeFileSync(join(node.folder, configFile), JSON.stringify(config));
  for (const [what, text] of Object.entries(canaries)) plant(text, what);
  plant(node.accessToken, 'access token');
  plant(testPassphrase, 'passphrase');
  plant(basename(join(node.folder, '..')), 'the data folder');
  if (hostname().length >= 6) plant(hostname(), 'the name of the machine');
  if (userInfo().username.length >= 6) plant(userInfo().username, 'the user');
  const shop = await node.addSource(canaries.source);
  plant(shop.writeKey, 'write key');
  const traits = {
    name: canaries.name,
    lastName: canaries.chinese,
    email: canaries.mail,
    phone: canaries.phone,
    city: canaries.city,
  };
  const sent = await node.send(
    [
      { type: 'identify', userId: canaries.user, traits },
      { type: 'track', userId: canaries.user, event: canaries.event, properties: { note: canaries.rule } },
    ],
    shop.writeKey,
  );
  assert.equal(sent.status, 200);
  const made = await node.ask('POST', '/api/segments', {
    name: canaries.segment,
    text: 'spend > 500',
    purpose: 'customer_service',
  });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  const thrown = new Fault('disk_full', canaries.logged, { cause: new Error(canaries.logged) });
  const { log } = node.app.http;
  const route = '/api/profiles/:id';
  log.error({ code: 'disk_full', what: 'figures', route, err: thrown, note: canaries.logged }, 'a part of the node failed');
  log.error(
    { code: canaries.logged, what: canaries.logged, route: `/api/${canaries.logged}`, err: canaries.logged },
    canaries.logged,
  );
  log.error({ req: { method: canaries.logged, url: canaries.mail }, res: { statusCode: canaries.phone } }, canaries.chinese);
  await node.app.measure();
  // The search would find them.
  assert.ok(hitsIn(readFileSync(join(node.folder, configFile))).length >= 9);
});

after(async () => {
  await node.app.close().catch(() => undefined);
  rmSync(join(node.folder, '..'), { recursive: true, force: true });
});

const partOf = <T>({ files }: Bundled, name: string) => files[name] as T;
type Version = { node: string; missing: { part: string; code: string }[] };

describe('the bundle', () => {
  test('of a node that is open has what is needed and nothing of anybody', async () => {
    await node.listen();
    const made = await bundle(node.folder, 'open');
    assert.deepEqual(partOf<Version>(made, 'version.json').missing, []);
    assert.equal(partOf<Version>(made, 'version.json').node, 'open');
    const findings = partOf<{ severity: string; check: string; message?: string }[]>(made, 'findings.json');
    assert.ok(findings.some(({ check, message }) => check === 'integrity' && /no fault/.test(message!)));
    const odd = findings.find(({ check }) => check === 'config-erasure-target');
    assert.deepEqual(
      odd,
      { severity: 'warning', check: 'config-erasure-target' },
      'that it is odd is told, and not by what name',
    );
    const { settings } = partOf<{ settings: object[] }>(made, 'configuration.json');
    assert.deepEqual(
      settings.find((one) => 'setting' in one && one.setting === 'fourEyes'),
      {
        setting: 'fourEyes',
        from: 'file',
        value: 'people',
      },
    );
    assert.deepEqual(
      settings.find((one) => 'setting' in one && one.setting === 'erasureTargets'),
      {
        setting: 'erasureTargets',
        from: 'file',
        entries: 1,
      },
    );
    const lines = partOf<{ code?: string; route?: string; error?: { frames: string[] } }[]>(made, 'log.json');
    const told = lines.find(({ code }) => code === 'disk_full');
    assert.equal(told?.route, '/api/profiles/:id');
    assert.match(told!.error!.frames[0]!, /^appliance\/cli\/support\.test\.ts:\d+:\d+$/);
    assert.ok(
      partOf<{ name: string; points: number[][] }[]>(made, 'figures.json').some(
        ({ name, points }) => name === 'records' && points.length > 0,
      ),
    );
  });

  test('made for the console is the same, and as clean, and the audit log has who made it', async () => {
    const command = await bundle(node.folder, 'beside');
    type Made = { name: string; sizeBytes: number; files: { name: string; content: string }[]; bundle: string };
    const { status, body } = await node.ask<Made>('POST', '/api/support');
    assert.equal(status, 200, JSON.stringify(body));
    const packed = Buffer.from(body.bundle, 'base64');
    assert.equal(packed.length, body.sizeBytes);
    assert.match(body.name, /^holdfast-support-\d{8}T\d{6}Z\.tar\.zst$/);
    const bytes = zstdDecompressSync(packed);
    const files = await unpacked(bytes, join(node.folder, '..', 'console.tar'));
    assert.deepEqual([hitsIn(bytes), hitsIn(Buffer.from(JSON.stringify(body)))], [[], []]);
    for (const { name, content } of body.files) assert.deepEqual(JSON.parse(content), files[name], name);
    assert.deepEqual(Object.keys(files), Object.keys(command.files));
    for (const same of ['manifest.json', 'packages.json', 'configuration.json'])
      assert.deepEqual(files[same], command.files[same], same);
    assert.deepEqual((files['version.json'] as Version).missing, []);
    const log = files['log.json'] as { code?: string; route?: string }[];
    assert.ok(log.some(({ code, route }) => code === 'disk_full' && route === '/api/profiles/:id'));
    type Entry = { action: string; actor: string; outcome: string };
    const { entries } = (await node.ask<{ entries: Entry[] }>('GET', '/api/audit?action=support.make&limit=2')).body;
    assert.deepEqual(
      entries.map(({ actor, outcome }) => [actor, outcome]),
      [
        ['operator', 'done'],
        ['operator', 'attempted'],
      ],
    );
  });

  test('of a node that is sealed says what it could not have', async () => {
    await node.app.seal();
    const made = await bundle(node.folder, 'sealed');
    const { node: state, missing } = partOf<Version>(made, 'version.json');
    assert.equal(state, 'sealed');
    assert.deepEqual(missing, [
      { part: 'figures', code: 'sealed' },
      { part: 'log', code: 'sealed' },
    ]);
  });

  test('of a node that is stopped has its figures from the store', async () => {
    await node.app.close();
    withdrawNode(node.folder, process.pid);
    const made = await bundle(node.folder, 'stopped');
    assert.equal(partOf<Version>(made, 'version.json').node, 'stopped');
    assert.ok(partOf<unknown[]>(made, 'figures.json').length > 0);
  });

  test('of a configuration with a mistake and a secret has the place of the mistake alone', async () => {
    const store = `postgres://${canaries.user}:${canaries.secret}@${canaries.host}/db`;
    writeFileSync(join(node.folder, configFile), `{\n "${canaries.variable}": "${canaries.name}",\n "store": "${store}"\n}`);
    const made = await bundle(node.folder, 'mistaken');
    assert.deepEqual(partOf(made, 'configuration.json'), {
      valid: false,
      mistakes: [
        { line: 2, column: 2 },
        { line: 3, column: 11 },
      ],
    });
    writeFileSync(join(node.folder, configFile), JSON.stringify(config));
  });

  test('of a database that is no database is made all the same', async () => {
    writeFileSync(join(node.folder, 'holdfast.db'), `${canaries.name} ${canaries.mail}`.repeat(500));
    rmSync(join(node.folder, 'holdfast.db-wal'), { force: true });
    const made = await bundle(node.folder, 'broken');
    assert.ok(
      partOf<Version>(made, 'version.json').missing.some(({ part, code }) => part === 'figures' && code === 'store_corrupt'),
    );
    assert.ok(partOf<{ severity: string; check: string }[]>(made, 'findings.json').some(({ severity }) => severity === 'error'));
  });

  test('is never written over another file', async () => {
    const path = join(node.folder, '..', 'open.tar.zst');
    const before = readFileSync(path);
    const io = fakeIo({ cwd: node.folder });
    assert.equal(await main(['support', '--out', path, '--data', node.folder], io), 1);
    assert.match(io.err(), /conflict/);
    assert.deepEqual(readFileSync(path), before);
  });
});
