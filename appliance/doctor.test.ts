// Doctor on a whole node: a healthy one has no warning, faults that are planted are found under their own ids, everything is said in both languages
// with what to do, and the structure of the store is looked at beside the answers.

import assert from 'node:assert/strict';
import { chmodSync, closeSync, openSync, rmSync, statSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { doctorExit } from './cli/findings.ts';
import { fakeIo } from './cli/testing.ts';
import { configFile } from './core/config.ts';
import { systemPorts } from './core/ports.ts';
import type { Finding } from './core/store/store.ts';
import { main } from './main.ts';
import type { DoctorAnswer } from './oversee/doctor/doctor.ts';
import { openTestNode, type TestNode, testPassphrase } from './testing.ts';

const dayMs = 24 * 3_600_000;
/**
 * The disk of the machine that runs the tests is not the node's fault. That no place for backups is set is a warning of every node here, and said to be
 * there: backup.test.ts has nodes with one.
 */
const ofTheNode = (findings: readonly Finding[]) => findings.filter(({ check }) => check !== 'free-disk' && check !== 'backup');
const notInOrder = (findings: readonly Finding[]) =>
  ofTheNode(findings)
    .filter(({ severity }) => severity !== 'ok')
    .map(({ severity, check }) => `${severity} ${check}`);

function assertSaid(findings: readonly Finding[]): void {
  assert.ok(findings.length > 0);
  for (const { severity, check, name, message, next } of findings) {
    assert.match(check, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const words of [name, message, ...(next ? [next] : [])])
      assert.ok(words.en.length > 0 && words.zh.length > 0, `${check} is not said in both languages`);
    assert.ok(severity === 'ok' || next, `${check} does not say what to do`);
  }
}

async function within(work: (node: TestNode) => Promise<void>, config = {}): Promise<void> {
  const node = await openTestNode({ config });
  try {
    await work(node);
  } finally {
    await node.close();
  }
}

async function look(node: TestNode, query = ''): Promise<DoctorAnswer> {
  const { status, body } = await node.ask<DoctorAnswer>('GET', `/api/doctor${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  assertSaid(body.findings);
  return body;
}

test('a healthy node has no warning, and its structure is looked at when somebody asks', () =>
  within(async (node) => {
    const first = await look(node);
    assert.deepEqual(notInOrder(first.findings), []);
    assert.deepEqual(first.structure, { looking: false });
    assert.match(first.findings.find(({ check }) => check === 'integrity')!.message.en, /^Not looked at/);
    const fresh = await look(node, '?fresh=true');
    assert.deepEqual(notInOrder(fresh.findings), []);
    assert.equal(fresh.structure.deep, false);
    assert.ok(fresh.structure.lookedAtMs);
    const kept = await look(node);
    assert.deepEqual(kept.structure, fresh.structure, 'the last look is kept');
    assert.match(kept.findings.find(({ check }) => check === 'integrity')!.message.en, /no fault/);
    const deep = await look(node, '?deep=true');
    assert.deepEqual([deep.structure.deep, notInOrder(deep.findings)], [true, []]);
    assert.ok(deep.findings.some(({ check }) => check === 'references'));
  }));

test('looks come one after the other, who asks meanwhile shares one, and answers without a look do not wait', () =>
  within(async (node) => {
    const { store } = node.app.node();
    const real = store.checkStructure.bind(store);
    let [running, most, begun] = [0, 0, 0];
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    store.checkStructure = async (deep) => {
      begun += 1;
      running += 1;
      most = Math.max(most, running);
      started.resolve();
      await gate.promise;
      const found = await real(deep);
      running -= 1;
      return found;
    };
    const first = look(node, '?fresh=true');
    await started.promise;
    const later = ['?fresh=true', '?fresh=true', '?deep=true'].map((query) => look(node, query));
    const kept = await look(node);
    assert.deepEqual([kept.structure.looking, kept.structure.lookedAtMs, begun], [true, undefined, 1]);
    // Events are taken meanwhile.
    assert.equal((await node.send([{ type: 'track', userId: 'u-1', event: 'Taken Meanwhile' }])).status, 200);
    gate.resolve();
    await Promise.all([first, ...later]);
    assert.deepEqual([most, begun], [1, 3], 'two who asked for the same while one ran shared the next');
  }));

test('a sealed node says so and is looked at as far as it can be', () =>
  within(async (node) => {
    await node.app.seal();
    const { findings } = await look(node, '?fresh=true');
    assert.deepEqual(notInOrder(findings), ['warning seal']);
    assert.ok(findings.some(({ check, severity }) => check === 'integrity' && severity === 'ok'));
    await node.app.unseal({ passphrase: testPassphrase });
    assert.deepEqual(notInOrder((await look(node)).findings), []);
  }));

test('settings that are allowed and odd are named', () =>
  within(
    async (node) => {
      assert.deepEqual(notInOrder((await look(node)).findings).sort(), [
        'warning config-audit-sink',
        'warning config-erasure-target',
        'warning config-no-trusted-proxy',
        'warning config-retention',
        'warning config-retrain',
        'warning config-survivorship',
      ]);
    },
    {
      auditSink: 'heads.log',
      publicUrl: 'https://cdp.example.com',
      erasureTargets: [{ name: 'mail', url: 'http://mail.example.com/erase' }],
      survivorship: { city: { criteria: ['sourcePriority'] } },
      computedTraits: [{ name: 'visits', event: 'Visit', operation: 'count', windowDays: 90 }],
      retention: [{ name: 'short', events: { olderThanDays: 30 } }],
      models: {
        retrain: [
          { model: 'churn', everyDays: 30 },
          { model: 'churn', everyDays: 60 },
        ],
      },
    },
  ));

test('a clock that stands before what was written, a disk that fills, full queues and a rotation that stands still are found', () =>
  within(async (node) => {
    const open = node.app.node();
    const nowMs = systemPorts.clock.nowMs();
    utimesSync(join(node.folder, 'keys.json'), new Date(), new Date(nowMs + 2 * 3_600_000));
    await node.app.measure();
    const [{ value: free } = { value: 0 }] = await node.app.figures()!.points('diskFreeMb', nowMs - dayMs, dayMs);
    const rows = Array.from({ length: 10 }, (_, day) => ({ at: nowMs - (10 - day) * dayMs, value: free * (1 + (10 - day) / 5) }));
    await open.store.transact(
      rows.map(({ at, value }) => ({
        op: 'run',
        sql: `INSERT INTO figures (hour_ms, name, value) VALUES (:hour, 'diskFreeMb', :value) ON CONFLICT DO NOTHING`,
        params: { hour: at - (at % 3_600_000), value },
      })),
    );
    await open.store.transact([
      {
        op: 'run',
        sql: `INSERT INTO key_rotations (kind, started_at_ms, done_record_id, last_record_id) VALUES ('data', 1, 0, 9)`,
      },
      ...['a', 'b'].map((state, at) => ({
        op: 'run' as const,
        sql: `INSERT INTO erasure_outbox (outbox_id, erasure_id, state, attempts, made_at_ms, next_at_ms, body) VALUES (:id, :of, 2, 9, 1, 1, :body)`,
        params: { id: at + 1, of: state, body: new Uint8Array(1) },
      })),
    ]);
    Object.defineProperty(open.audit, 'queue', { value: { waiting: 9_500, most: 10_000 } });
    Object.defineProperty(open.models.jobs, 'queue', { value: { waiting: 12, most: 20 } });
    open.governance.catalogue.lastFault = 'disk_full';
    open.alarms.raise({
      kind: 'quality',
      number: 1,
      severity: 'medium',
      atMs: nowMs,
      source: node.source.id,
      rule: 'r',
      reason: 'fell',
    });
    await open.alarms.settled();
    assert.deepEqual(notInOrder((await look(node)).findings).sort(), [
      'error clock',
      'error disk-forecast',
      'error queue-audit',
      'warning alarms',
      'warning catalogue',
      'warning erasures-told',
      'warning key-epochs',
      'warning queue-trainings',
    ]);
  }));

describe('the command', () => {
  const run = async (folder: string, ...args: string[]) => {
    const io = fakeIo({ cwd: folder });
    const code = await main(['doctor', ...args, '--data', folder], io);
    return { code, out: io.out(), err: io.err() };
  };

  test('ends with 0, 1, 2 or 3, in the person’s language, and as data', () =>
    within(async (node) => {
      await node.listen();
      const isRoomy = !(await look(node)).findings.some(({ check, severity }) => check === 'free-disk' && severity !== 'ok');
      const fine = await run(node.folder, '--json');
      const told = JSON.parse(fine.out) as { ok: boolean; looked: boolean; warnings: number; findings: Finding[] };
      assertSaid(told.findings);
      assert.deepEqual(notInOrder(told.findings), []);
      assert.ok(
        told.findings.some(({ check, message }) => check === 'integrity' && /no fault/.test(message.en)),
        'it looks anew',
      );
      if (isRoomy) {
        assert.deepEqual([fine.code, told.warnings], [doctorExit.warnings, 1]);
        assert.ok(told.findings.some(({ severity, check }) => severity === 'warning' && check === 'backup'));
      }

      chmodSync(join(node.folder, 'access-token'), 0o644);
      const zh = await run(node.folder, '--lang', 'zh');
      assert.equal(zh.code, doctorExit.warnings, zh.out);
      assert.match(zh.out, /! access-token 权限：本机其他用户可读取。\n {4}请执行：chmod 600/);
      assert.match(
        (await run(node.folder, '--last', '--lang', 'en')).out,
        /! Permission of access-token: Other users .*\n {4}Run: chmod 600/,
      );
      chmodSync(join(node.folder, 'access-token'), 0o600);

      await node.app.close();
      rmSync(join(node.folder, 'node.json'), { force: true });
      writeFileSync(join(node.folder, configFile), '{"address": "0.0.0.0"}');
      const stopped = await run(node.folder, '--json');
      assert.equal(stopped.code, doctorExit.warnings, stopped.out);
      const { findings } = JSON.parse(stopped.out) as { findings: Finding[] };
      assertSaid(findings);
      assert.deepEqual(notInOrder(findings), ['warning config-address']);

      rmSync(join(node.folder, configFile));
      damage(join(node.folder, 'holdfast.db'));
      const damaged = await run(node.folder, '--json');
      assert.equal(damaged.code, doctorExit.errors, damaged.out);
      assert.match(damaged.err, /unhealthy/);
      const found = (JSON.parse(damaged.out) as { findings: Finding[] }).findings;
      assertSaid(found);
      // By how much of it is left, it can be opened and is found damaged, or not even that.
      assert.match(notInOrder(found).join(), /error (integrity|store)/);

      const nothing = await run(join(node.folder, 'nothing here'), '--json');
      assert.equal(nothing.code, doctorExit.notLooked);
      assert.equal((JSON.parse(nothing.out) as { looked: boolean }).looked, false);
    }));
});

/** The heads of pages in the second half: kinds of page that there are not. */
function damage(file: string): void {
  const pages = statSync(file).size / 4096;
  const fd = openSync(file, 'r+');
  for (let page = Math.ceil(pages / 2); page < pages; page += 1) writeSync(fd, Buffer.from('damaged!'), 0, 8, page * 4096);
  closeSync(fd);
}
