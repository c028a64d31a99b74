// Files that mean harm or are beyond measure: each is read or refused by name, and memory stays as it is.

import assert from 'node:assert/strict';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { Fault } from '../../core/errors.ts';
import type { RecordBatch } from '../../core/model/event.ts';
import { memoryImportStore } from './checkpoint.ts';
import { importFile } from './imports.ts';
import type { ImportInput } from './input.ts';
import { importLimits } from './limits.ts';
import { file, folder, recorder, run } from './testing-imports.ts';

const long = process.env.HOLDFAST_LONG === '1';
/** Of what is no file on disk. */
const runOf = (input: ImportInput, recordBatch: RecordBatch) =>
  importFile({ input, source: 1, recordBatch, ports: { clock: { nowMs: () => 1 } }, checkpoint: memoryImportStore() });

test('hostile files: each is read or refused by name', async () => {
  const fault = (code: string, where: RegExp) => (error: unknown) =>
    error instanceof Fault && error.code === code && where.test(error.where ?? '');
  await assert.rejects(run(join(folder, 'absent')), fault('unreadable_file', /ENOENT/));
  await assert.rejects(run(folder), fault('unreadable_file', /not a regular file/));
  await assert.rejects(run(await file('')), fault('unreadable_file', /empty/));
  await assert.rejects(run(await file(Buffer.from('504b030414000600', 'hex'))), fault('unreadable_file', /zip archive/));
  await assert.rejects(run(await file(Buffer.alloc(10_000))), fault('unreadable_file', /not a text file/));
  await assert.rejects(run(await file(gzipSync(Buffer.alloc(10_000)))), fault('unreadable_file', /not a text file/));
  await assert.rejects(run(await file(gzipSync(gzipSync('id\n1\n'.repeat(1000))))), fault('unreadable_file', /not a text file/));
  await assert.rejects(run(await file(`${'a,'.repeat(100_000)}\n`)), fault('limit_reached', /columns/));
  await assert.rejects(run(await file('a'.repeat(1_000_000))), fault('limit_reached', /columns/));
  const torn = await file(gzipSync(Array.from({ length: 200_000 }, (_, i) => `${i}`).join('\n')).subarray(0, 300_000));
  const held = recorder();
  await assert.rejects(
    run(torn, undefined, { recordBatch: held.recordBatch }),
    fault('unreadable_file', /damaged or ends early/),
  );
  assert.ok(held.events.size > 1000, 'what came before the damage is recorded');
  const odd = await run(
    await file('id,__proto__,constructor,memo\n1,x,y,"=HYPERLINK(""http://x"")"\n2,a,b,nul\0nul\n3,a,b\n=4,"a"b,c,d\n'),
  );
  assert.deepEqual(
    odd.events.map((e) => e.traits),
    [{ memo: '=HYPERLINK("http://x")' }, { memo: 'nulnul' }],
  );
  assert.equal(({} as { polluted?: string }).polluted, undefined);
  assert.deepEqual(odd.rejects, [
    '4,"3 columns where the header has 4","3,a,b"',
    `5,"text after a closing quote","'=4,""a""b,c,d"`,
  ]);
  const big = await run(await file(`id,note\n1,${'x'.repeat(40_000)}\n${'9'.repeat(600)},a\n`));
  assert.match(big.rejects.join(), /event larger than 32768 bytes.*userId: longer than 512 characters/s);
});

test("the reject file is its owner's alone, and never written through a link", async () => {
  const path = await file('id,a\n1\n');
  const { report } = await run(path);
  assert.equal((await stat(report.rejectsPath!)).mode & 0o777, 0o600);
  await run(path.replace(/$/, ''), undefined, {});
  await writeFile(path, 'id,a\n1,2\n');
  await run(path);
  await assert.rejects(stat(`${path}.rejects.csv`), /ENOENT/, 'rejects of an import that was put right are gone');
  const other = await file('id,a\n1\n');
  const victim = await file('precious', 'victim');
  await symlink(victim, `${other}.rejects.csv`);
  await assert.rejects(run(other), (e) => e instanceof Fault && e.code === 'unreadable_file');
  assert.equal(await readFile(victim, 'utf8'), 'precious');
});

test('a bomb is stopped by its ratio, and what came before it is kept', async () => {
  const block = zstdCompressSync(Buffer.alloc(8 * 1024 ** 2, 'x'));
  const frames = Math.ceil((importLimits.ratioFromBytes * 1.5) / (8 * 1024 ** 2));
  const path = await file(Buffer.concat([zstdCompressSync('id\n1\n'), ...Array.from({ length: frames }, () => block)]));
  const { events, recordBatch } = recorder();
  await assert.rejects(
    run(path, undefined, { recordBatch }),
    (e) => e instanceof Fault && e.code === 'limit_reached' && /ratio/.test(e.where ?? ''),
  );
  assert.equal(events.size, 1);
});

test(`memory stays flat over ${long ? '2 GB' : '100 MB'}`, async () => {
  const totalBytes = long ? 2 * 1024 ** 3 : 100 * 1024 ** 2;
  const lineOf = (i: number): string =>
    `${i},王${i % 977},138${String(i % 1e8).padStart(8, '0')},u${i}@example.com,${'备注'.repeat(60)}\n`;
  const input: ImportInput = {
    name: 'virtual.csv',
    sizeBytes: totalBytes,
    mtimeMs: 1,
    async *open(start) {
      assert.equal(start, 0);
      yield Buffer.from('id,name,phone,email,note\n');
      for (let i = 0, sent = 0; sent < totalBytes; ) {
        let block = '';
        for (let k = 0; k < 500; k++) block += lineOf(i++);
        const bytes = Buffer.from(block);
        sent += bytes.length;
        yield bytes;
      }
    },
  };
  let peakBytes = 0;
  let base = 0;
  let rows = 0;
  const recordBatch: RecordBatch = async (_, events) => {
    rows += events.length;
    if (base === 0 && rows > 20_000) base = process.memoryUsage().rss;
    peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
    return events.map(({ messageId }) => ({ messageId, outcome: 'recorded' }));
  };
  const report = await runOf(input, recordBatch);
  assert.equal(report.recorded, rows);
  assert.ok(peakBytes - base < 150 * 1024 ** 2, `grew by ${Math.round((peakBytes - base) / 1024 ** 2)} MB`);
});

test('any bytes at all: a report or a fault, never a crash', async () => {
  const seeds = [
    'id,name\n1,a\n',
    '[{"id":1},{"id":2}]',
    '{"id":1}\n{"id":2}\n',
    '1.1.1.1 - - [05/Mar/2024:10:00:00 +0800] "GET / HTTP/1.1" 200 1\n',
  ].map((text) => Buffer.from(text));
  const packed = [...seeds, ...seeds.map((seed) => gzipSync(seed)), ...seeds.map((seed) => zstdCompressSync(seed))];
  const edit = fc.record({ at: fc.nat(200), bytes: fc.uint8Array({ maxLength: 12 }), cut: fc.nat(10) });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...packed), fc.array(edit, { maxLength: 4 }), async (seed, edits) => {
      let bytes = seed;
      for (const { at, bytes: inserted, cut } of edits)
        bytes = Buffer.concat([
          bytes.subarray(0, at % (bytes.length + 1)),
          inserted,
          bytes.subarray((at % (bytes.length + 1)) + cut),
        ]);
      const input: ImportInput = {
        name: 'fuzz',
        sizeBytes: bytes.length,
        mtimeMs: 1,
        async *open(start) {
          yield bytes.subarray(start);
        },
      };
      const { recordBatch } = recorder();
      try {
        const report = await runOf(input, recordBatch);
        assert.equal(report.rows, report.recorded + report.duplicates + report.quarantined + report.rejected);
      } catch (error) {
        assert.ok(error instanceof Fault, String(error));
      }
    }),
    { numRuns: long ? 20_000 : 1000 },
  );
});
