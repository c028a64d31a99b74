import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Fault } from '../core/errors.ts';
import type { Event } from '../core/model/event.ts';
import { memoryImportStore } from '../record/imports/imports.ts';
import { createContext } from './context.ts';
import { command, type OpenRecorder } from './import.ts';
import { Interrupted } from './passphrase.ts';
import { fakeIo } from './testing.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-import-'));
  await writeFile(join(folder, 'crm.csv'), '客户号,手机号\n1,13800138001\n2\n');
});
after(() => rm(folder, { recursive: true, force: true }));

function setUp(options: { json?: boolean; lang?: string } = {}) {
  const io = fakeIo({ cwd: folder });
  const events: Event[] = [];
  let closed = 0;
  const open: OpenRecorder = async (sourceName) => {
    assert.equal(sourceName, 'crm');
    return {
      sourceId: 7,
      checkpoint: memoryImportStore(),
      record: async (source, batch) => {
        assert.equal(source, 7);
        events.push(...batch);
        return batch.map(({ messageId }) => ({ messageId, outcome: 'recorded' }));
      },
      close: async () => void closed++,
    };
  };
  const context = createContext(io, options);
  const run = (...args: string[]) => command(context, open).exitOverride().parseAsync(args, { from: 'user' });
  return { io, events, run, closed: () => closed };
}

test('a file is imported and its fate told, in both languages and as JSON', async () => {
  const { io, events, run, closed } = setUp({ lang: 'zh' });
  await run('crm.csv', '--source', 'crm');
  assert.deepEqual(
    events.map((e) => [e.userId, e.traits]),
    [['1', { phone: '13800138001' }]],
  );
  assert.match(io.out(), /已记录\s+1/);
  assert.match(io.err(), /被拒行及原因：.*crm\.csv\.rejects\.csv/);
  assert.equal(closed(), 1);
  const json = setUp({ json: true });
  await json.run('crm.csv', '--source', 'crm', '--rejects', 'bad.csv');
  const report = JSON.parse(json.io.out()) as { recorded: number; rejected: number };
  assert.deepEqual([report.recorded, report.rejected], [1, 1]);
  assert.match(await readFile(join(folder, 'bad.csv'), 'utf8'), /3,"1 columns where the header has 2","2"/);
});

test('the recognised map is printed or written, works when given back, and imports nothing', async () => {
  const { io, events, run } = setUp();
  await run('crm.csv', '--map-out', '-');
  assert.deepEqual(JSON.parse(io.out()), {
    format: 'csv',
    encoding: 'utf-8',
    csv: { delimiter: ',', header: true },
    columns: { 客户号: 'userId', 手机号: 'traits.phone' },
  });
  assert.equal(events.length, 0);
  await setUp().run('crm.csv', '--map-out', 'crm.map.json');
  const again = setUp();
  await again.run('crm.csv', '--source', 'crm', '--map', 'crm.map.json');
  assert.equal(again.events.length, 1);
});

test('mistakes are faults that say where', async () => {
  const fault = (code: string, where: RegExp) => (e: unknown) =>
    e instanceof Fault && e.code === code && where.test(e.where ?? '');
  await assert.rejects(setUp().run('crm.csv'), fault('bad_request', /--source/));
  await assert.rejects(setUp().run('absent.csv', '--source', 'crm'), fault('unreadable_file', /absent\.csv: ENOENT/));
  await writeFile(join(folder, 'broken.json'), '{');
  await assert.rejects(setUp().run('crm.csv', '--source', 'crm', '--map', 'broken.json'), fault('bad_request', /not valid JSON/));
  await assert.rejects(setUp().run('crm.csv', '--source', 'crm', '--map', 'none.json'), fault('unreadable_file', /ENOENT/));
  await writeFile(join(folder, 'wrong.json'), '{"columns":{"a":"nowhere"}}');
  await assert.rejects(setUp().run('crm.csv', '--source', 'crm', '--map', 'wrong.json'), fault('bad_request', /map\.columns\.a/));
});

test('an interrupt ends it well', async () => {
  const io = fakeIo({ cwd: folder });
  await writeFile(join(folder, 'long.csv'), `id\n${Array.from({ length: 5000 }, (_, i) => i).join('\n')}\n`);
  const held = memoryImportStore();
  const open: OpenRecorder = async () => ({
    sourceId: 1,
    checkpoint: held,
    record: async (_, batch) => {
      io.interrupt();
      return batch.map(({ messageId }) => ({ messageId, outcome: 'recorded' }));
    },
    close: async () => undefined,
  });
  await assert.rejects(
    command(createContext(io, {}), open).parseAsync(['long.csv', '--source', 'crm'], { from: 'user' }),
    Interrupted,
  );
  assert.match(io.err(), /The same command goes on/);
  assert.equal(held.held.size, 1);
});
