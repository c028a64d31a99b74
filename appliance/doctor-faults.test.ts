// Each fault that an operator can meet is planted in a real node; the command finds it, names it, says what to do in both languages, and ends with the
// exit code that monitoring waits for. A node that is looked after has nothing to be said.

import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { doctorExit } from './cli/findings.ts';
import { fakeIo } from './cli/testing.ts';
import type { Config } from './core/config.ts';
import { systemPorts } from './core/ports.ts';
import { checkDatabase, diskFinding } from './core/store/sqlite/check.ts';
import { openConnection } from './core/store/sqlite/connection.ts';
import type { Finding } from './core/store/store.ts';
import { main } from './main.ts';
import { keyExported, writeRestoreTest } from './oversee/operations/backup/backup.ts';
import { writeState } from './oversee/operations/backup/state.ts';
import { type Erasure, ErasureRows, steps } from './oversee/subjects/erasure-store.ts';
import { bodySeal } from './oversee/subjects/sealed-row.ts';
import { openTestNode, type TestNode, testPassphrase } from './testing.ts';

const [hourMs, dayMs] = [3_600_000, 24 * 3_600_000];
const nowMs = () => systemPorts.clock.nowMs();

/** A place on another disk than the data folders, where there is one. */
const place = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'holdfast-place-'));
after(() => rmSync(place, { recursive: true, force: true }));
const isOtherDisk = statSync(place).dev !== statSync(tmpdir()).dev;
/** Of the machine that runs the tests. */
const ofTheMachine = (check: string) => check === 'free-disk' || (check === 'backup-place' && !isOtherDisk);

const settings = (node: TestNode) => ({
  file: join(node.folder, 'holdfast.db'),
  pageSizeBytes: 4096,
  cacheBytes: 1024 ** 2,
  busyTimeoutMs: 10_000,
  checkpointWaitMs: 200,
  walHardBytes: 256 * 1024 ** 2,
  maxPages: 0,
});

/** Past the node, as somebody with a tool for SQLite would. */
function tamper(node: TestNode, sql: string): void {
  const db = openConnection('writer', settings(node));
  try {
    db.pragma('foreign_keys=OFF');
    db.exec(sql);
  } finally {
    db.close();
  }
}

/** The head of the first page of an index: a kind of page that there is not. */
function damagePageOf(node: TestNode, index: string): void {
  const db = openConnection('writer', settings(node));
  db.pragma('wal_checkpoint(TRUNCATE)');
  const { rootpage } = db.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').get(index) as { rootpage: number };
  db.close();
  const file = openSync(settings(node).file, 'r+');
  writeSync(file, Buffer.from('damaged!'), 0, 8, (rootpage - 1) * settings(node).pageSizeBytes);
  closeSync(file);
}

const lookedAfter = { owner: 'aa', last: { id: 's', atMs: 0, sizeBytes: 1, addedBytes: 1, tookMs: 1 } };
const tried = { ok: true, snapshot: 's', snapshotAtMs: 0, tookMs: 1 };

/** With a place for backups, a backup of now, its key elsewhere and a restore that was tried. */
async function openHealthy(config: Partial<Config> = {}): Promise<TestNode> {
  const node = await openTestNode({ config: { backup: { to: place }, ...config } });
  writeState(node.folder, { ...lookedAfter, last: { ...lookedAfter.last, atMs: nowMs() } });
  keyExported(node.folder, nowMs());
  writeRestoreTest(node.folder, { ...tried, atMs: nowMs() });
  await node.restart();
  return node;
}

async function doctor(folder: string, ...args: string[]) {
  const io = fakeIo({ cwd: folder });
  const code = await main(['doctor', '--json', ...args, '--data', folder], io);
  const { findings } = JSON.parse(io.out()) as { findings: Finding[] };
  const wrong = findings.filter(({ severity, check }) => severity !== 'ok' && !ofTheMachine(check));
  for (const { check, name, message, next } of wrong)
    for (const words of [name, message, next]) assert.ok(words?.en && words.zh, `${check} is not said in both languages`);
  return { code, wrong, isRoomy: !findings.some(({ severity, check }) => severity !== 'ok' && ofTheMachine(check)) };
}

type Planted = {
  /** What was done to the node. */
  fault: string;
  config?: Partial<Config>;
  plant(node: TestNode): Promise<unknown> | unknown;
  /** With it the fault is planted into the node that all of these share, and taken out again. */
  undo?(node: TestNode): Promise<unknown> | unknown;
  /** `error CHECK` or `warning CHECK`. */
  found: string;
  /** What follows from it, in other checks. */
  along?: readonly string[];
  args?: string[];
  /** Once it is closed. */
  stopped?: true;
};

const run = (node: TestNode, sql: string, params = {}) => node.app.node().store.transact([{ op: 'run', sql, params }]);
const state = (node: TestNode, changed: object) => {
  writeState(node.folder, { ...lookedAfter, last: { ...lookedAfter.last, atMs: nowMs() }, ...changed });
  return node.restart();
};
const queued = (at: number, state: number, madeAtMs: number) =>
  `INSERT INTO erasure_outbox (outbox_id, erasure_id, state, attempts, made_at_ms, next_at_ms, body) VALUES (${at}, 'e', ${state}, 0, ${madeAtMs}, ${nowMs() + dayMs}, x'00')`;

/** One that was begun and never went on. */
function plantErasure(node: TestNode, begunAtMs: number): Promise<void> {
  const { store, vault } = node.app.node();
  const rows = new ErasureRows(store, bodySeal(vault));
  const by = { actor: 'system', reason: 'request' } as const;
  const body = { line: {}, by, values: [], neighbours: [], elsewhere: 0, downstream: [] } as unknown as Erasure['body'];
  return store.transact([rows.insert({ id: 'e00', step: steps.begun, begunAtMs, body })]);
}

const faults: readonly Planted[] = [
  {
    fault: 'a connection that does not overwrite what is deleted',
    plant(node) {
      const db = openConnection('keeper', settings(node));
      db.pragma('secure_delete=OFF');
      node.app.node().store.check = async () => checkDatabase(db, settings(node));
      after(() => db.close());
    },
    undo: (node) => Reflect.deleteProperty(node.app.node().store, 'check'),
    found: 'error setting-secure-delete',
  },
  {
    fault: 'rows that refer to nothing',
    plant: (node) =>
      tamper(node, "INSERT INTO record_keys (record_id, epoch, wrap_epoch, wrapped) VALUES (990001, 1, 777, x'00')"),
    undo: (node) => tamper(node, 'DELETE FROM record_keys WHERE record_id = 990001'),
    found: 'error references',
    args: ['--deep'],
  },
  {
    fault: 'a page that is damaged',
    plant: (node) => damagePageOf(node, 'subject_requests_by_due'),
    found: 'error integrity',
    args: ['--deep'],
  },
  {
    fault: 'an index that somebody dropped',
    plant: (node) => tamper(node, 'DROP INDEX audit_entries_by_time'),
    found: 'error schema-indexes',
  },
  {
    fault: 'a table that is gone',
    plant: (node) => tamper(node, 'DROP TABLE figures'),
    found: 'error schema-tables',
    along: ['error disk-forecast'],
  },
  {
    fault: 'a migration that is not written down',
    plant: (node) => tamper(node, 'DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)'),
    found: 'error schema-version',
  },
  {
    fault: 'a half-done upgrade, looked at while the node is stopped',
    plant: (node) => tamper(node, 'DELETE FROM schema_migrations WHERE version = (SELECT min(version) FROM schema_migrations)'),
    found: 'error schema-version',
    stopped: true,
  },
  {
    fault: 'a token that others can read',
    plant: (node) => chmod(join(node.folder, 'access-token'), 0o644),
    undo: (node) => chmod(join(node.folder, 'access-token'), 0o600),
    found: 'warning permission-access-token',
  },
  {
    fault: 'a data folder that everybody can enter',
    plant: (node) => chmod(node.folder, 0o755),
    undo: (node) => chmod(node.folder, 0o700),
    found: 'warning permission-data-folder',
  },
  {
    fault: 'a node that is sealed',
    plant: (node) => node.app.seal(),
    undo: (node) => node.app.unseal({ passphrase: testPassphrase }),
    found: 'warning seal',
  },
  {
    fault: 'a wrapping key of three years ago',
    plant: (node) => run(node, 'UPDATE wrapping_keys SET created_at_ms = :at', { at: nowMs() - 3 * 365 * dayMs }),
    undo: (node) => run(node, 'UPDATE wrapping_keys SET created_at_ms = :at', { at: nowMs() }),
    found: 'warning key-epochs',
  },
  {
    fault: 'a rotation that stands still',
    plant: (node) =>
      run(node, "INSERT INTO key_rotations (kind, started_at_ms, done_record_id, last_record_id) VALUES ('data', 1, 0, 9)"),
    undo: (node) => run(node, 'DELETE FROM key_rotations'),
    found: 'warning key-epochs',
  },
  {
    fault: 'a changed entry of the audit log',
    async plant(node) {
      for (const u of ['a', 'b', 'c']) await node.find(u);
      tamper(node, 'UPDATE audit_entries SET at_ms = at_ms - 1 WHERE seq = 2');
    },
    found: 'error audit-entries',
    args: ['--deep'],
  },
  {
    fault: 'an audit log whose heads are gone',
    async plant(node) {
      await node.find('a');
      tamper(node, 'DELETE FROM audit_heads');
    },
    found: 'error audit-entries',
    args: ['--deep'],
  },
  {
    fault: 'the same, when the node opens',
    async plant(node) {
      await node.find('a');
      await node.app.close();
      tamper(node, 'DELETE FROM audit_heads');
      await node.restart();
    },
    found: 'error audit-log',
  },
  {
    fault: 'a clock that stands before what was written',
    plant: (node) => utimesSync(join(node.folder, 'keys.json'), new Date(), new Date(nowMs() + 2 * hourMs)),
    undo: (node) => utimesSync(join(node.folder, 'keys.json'), new Date(), new Date()),
    found: 'error clock',
  },
  {
    fault: 'a disk that is nearly full',
    plant(node) {
      const { store } = node.app.node();
      const look = store.check.bind(store);
      store.check = async () => [
        ...(await look()).filter(({ check }) => check !== 'free-disk'),
        { ...diskFinding(100 * 1024 ** 2), check: 'free-disk-planted' },
      ];
    },
    undo: (node) => Reflect.deleteProperty(node.app.node().store, 'check'),
    found: 'error free-disk-planted',
  },
  {
    fault: 'a queue that is deep',
    plant: (node) =>
      Object.defineProperty(node.app.node().audit, 'queue', { configurable: true, value: { waiting: 9_500, most: 10_000 } }),
    undo: (node) => Reflect.deleteProperty(node.app.node().audit, 'queue'),
    found: 'error queue-audit',
  },
  {
    fault: 'a training that waits since yesterday',
    plant: (node) =>
      Object.defineProperty(node.app.node().models.jobs, 'queue', {
        configurable: true,
        value: { waiting: 1, most: 20, oldestAtMs: nowMs() - 2 * dayMs },
      }),
    undo: (node) => Reflect.deleteProperty(node.app.node().models.jobs, 'queue'),
    found: 'warning queue-trainings',
  },
  {
    fault: 'no place for backups',
    config: { backup: {} },
    plant: (node) => {
      rmSync(join(node.folder, 'backups.json'));
      return node.restart();
    },
    found: 'warning backup',
  },
  {
    fault: 'an old backup',
    plant: (node) => state(node, { last: { ...lookedAfter.last, atMs: nowMs() - 5 * dayMs } }),
    found: 'warning backup',
  },
  {
    fault: 'a backup that failed',
    plant: (node) => state(node, { failed: { atMs: nowMs() + hourMs, kind: 'backup', code: 'backup_target_full' } }),
    found: 'error backup',
  },
  {
    fault: 'damaged pieces in the backups',
    plant: (node) => state(node, { verified: { atMs: nowMs(), snapshots: 1, chunks: 9, damaged: 2 } }),
    found: 'error backup-contents',
  },
  {
    fault: 'a key that was never exported',
    plant: (node) => rmSync(join(node.folder, 'key-exported.json')),
    undo: (node) => keyExported(node.folder, nowMs()),
    found: 'warning backup-key',
  },
  {
    fault: 'a restore that was tried long ago',
    plant: (node) => writeRestoreTest(node.folder, { ...tried, atMs: nowMs() - 200 * dayMs }),
    undo: (node) => writeRestoreTest(node.folder, { ...tried, atMs: nowMs() }),
    found: 'warning restore-tested',
  },
  {
    fault: 'a restore that failed',
    plant: (node) => writeRestoreTest(node.folder, { ...tried, atMs: nowMs(), ok: false, code: 'backup_damaged' }),
    undo: (node) => writeRestoreTest(node.folder, { ...tried, atMs: nowMs() }),
    found: 'error restore-tested',
  },
  {
    fault: 'a place for backups that is not mounted',
    config: { backup: { to: join(place, 'unmounted') } },
    plant: () => undefined,
    found: 'error backup-place',
  },
  {
    fault: 'a store for backups that does not answer',
    config: {
      backup: {
        to: 's3://backups/node',
        s3: { endpoint: 'http://127.0.0.1:9', accessKeyId: 'a', secretAccessKey: { file: 'access-token' } },
      },
    },
    plant: () => undefined,
    found: 'error backup-place',
  },
  {
    fault: 'an odd setting',
    config: { trustedProxies: ['0.0.0.0/1'] },
    plant: () => undefined,
    found: 'warning config-trusted-proxies',
  },
  {
    fault: 'a configuration that is wrong',
    plant: (node) => writeFileSync(join(node.folder, 'holdfast.json'), '{"prot": 1}'),
    undo: (node) => rmSync(join(node.folder, 'holdfast.json')),
    found: 'error configuration',
  },
  {
    fault: 'an erasure that is stuck',
    plant: (node) => plantErasure(node, nowMs() - 3 * hourMs),
    undo: (node) => run(node, 'DELETE FROM erasures'),
    found: 'error erasures',
  },
  {
    fault: 'a system that does not answer to messages of erasures',
    plant: (node) => run(node, queued(1, 0, nowMs() - 2 * dayMs)),
    undo: (node) => run(node, 'DELETE FROM erasure_outbox'),
    found: 'warning erasures-told',
  },
  {
    fault: 'messages of erasures that were given up',
    plant: (node) => run(node, queued(2, 2, nowMs() - 2 * dayMs)),
    undo: (node) => run(node, 'DELETE FROM erasure_outbox'),
    found: 'warning erasures-told',
  },
  {
    fault: 'an index of identifiers that is behind',
    plant: (node) =>
      Object.defineProperty(node.app.node().profiles, 'reindexing', {
        configurable: true,
        value: { state: 'failed', done: 3, total: 9, code: 'disk_full' },
      }),
    undo: (node) => Reflect.deleteProperty(node.app.node().profiles, 'reindexing'),
    found: 'error identifier-index',
  },
  {
    fault: 'a key file that is gone while the node runs',
    plant: (node) => rmSync(join(node.folder, 'keys.json')),
    found: 'error keys',
    along: ['error key-file'],
  },
  {
    fault: 'a coordinator without its key file',
    plant(node) {
      mkdirSync(join(node.folder, 'coordinator'));
      writeFileSync(join(node.folder, 'coordinator', 'coordinator.db'), '');
    },
    undo: (node) => rmSync(join(node.folder, 'coordinator'), { recursive: true }),
    found: 'error federation-keys',
  },
];

test('a node that is looked after has nothing to be said, running and stopped', async () => {
  const node = await openHealthy();
  try {
    await node.listen();
    for (const args of [[], ['--deep']]) {
      const { code, wrong, isRoomy } = await doctor(node.folder, ...args);
      assert.deepEqual(wrong, []);
      if (isRoomy) assert.equal(code, doctorExit.ok);
    }
    await node.app.close();
    rmSync(join(node.folder, 'node.json'), { force: true });
    assert.deepEqual((await doctor(node.folder)).wrong, []);
  } finally {
    await node.app.close();
    rmSync(join(node.folder, '..'), { recursive: true, force: true });
  }
});

type Told = Pick<Planted, 'plant' | 'found' | 'along' | 'args'>;

async function isFound(node: TestNode, { found, along = [], args = [] }: Told): Promise<void> {
  const { code, wrong } = await doctor(node.folder, ...args);
  const said = wrong.map(({ severity, check }) => `${severity} ${check}`);
  assert.ok(said.includes(found), `${found}: ${said.join(', ') || 'nothing was found'}`);
  assert.deepEqual(
    [...new Set(said)].filter((one) => one !== found && !along.includes(one)),
    [],
    'nothing else is said',
  );
  const isGrave = said.some((one) => one.startsWith('error'));
  if (!along.includes('error key-file')) assert.equal(code, isGrave ? doctorExit.errors : doctorExit.warnings);
}

const gone = async (node: TestNode) => {
  await node.app.close().catch(() => undefined);
  rmSync(join(node.folder, '..'), { recursive: true, force: true });
};

describe('a fault that is planted into a node, and taken out again, is found', () => {
  let node: TestNode;
  before(async () => {
    node = await openHealthy();
    await node.listen();
  });
  after(() => gone(node));

  for (const one of faults.filter(({ undo }) => undo))
    test(one.fault, async () => {
      await one.plant(node);
      try {
        await isFound(node, one);
      } finally {
        await one.undo!(node);
      }
    });

  test('without them nothing is said', async () => assert.deepEqual((await doctor(node.folder, '--deep')).wrong, []));
});

describe('a fault that a node does not get rid of is found', () => {
  for (const one of faults.filter(({ undo }) => !undo))
    test(one.fault, async () => {
      const node = await openHealthy(one.config);
      try {
        await one.plant(node);
        if (one.stopped) {
          await node.app.close();
          rmSync(join(node.folder, 'node.json'), { force: true });
        } else await node.listen();
        await isFound(node, one);
      } finally {
        await gone(node);
      }
    });
});
