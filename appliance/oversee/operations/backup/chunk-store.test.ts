// The store of pieces against a model that keeps whole files: whatever is made, pruned and cut short in whatever order, each snapshot that is there
// reads as it was made, and those that are kept are the ones that the rules say.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { generateKey } from '../../../../crypto/keys.ts';
import { Fault } from '../../../core/errors.ts';
import { isFault } from '../../../core/store/contract-fixtures.ts';
import { Chunks, chunkBytes } from './chunks.ts';
import { FolderTarget } from './folder-target.ts';
import { type KeepRules, kept } from './keep.ts';
import { backupKeys, backupMaster } from './keys.ts';
import { withLease } from './lease.ts';
import { claimTarget, readManifest, snapshotIds } from './manifest.ts';
import { pruneTarget } from './prune.ts';
import { chooseSnapshot, readFileTo, readWhole } from './read.ts';
import type { Target } from './target.ts';
import { CutOff, MemoryTarget } from './testing-target.ts';
import { verifyTarget } from './verify.ts';
import { inPieces, knownNames, writeSnapshot } from './write.ts';

const keys = backupKeys(backupMaster(generateKey('root')));
const folder = mkdtempSync(join(tmpdir(), 'holdfast-chunks-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function make(target: Target, atMs: number, files: Record<string, Buffer>): Promise<string> {
  const sources = Object.entries(files).map(([name, bytes]) => ({
    name,
    pieces: () =>
      inPieces(
        (async function* () {
          // In parts that are no pieces.
          for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
        })(),
      ),
  }));
  const random = Buffer.from([atMs, atMs >> 8, atMs >> 16, 7]);
  const order = { target, keys, sources, atMs, random, engine: 'sqlite' as const, software: 'test', step: () => undefined };
  return (await writeSnapshot(order, await knownNames(target, keys))).id;
}

async function read(target: Target, id: string): Promise<Record<string, string>> {
  const { files } = await readManifest(target, keys, id);
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file.name, (await readWhole(target, keys, file)).toString('latin1')])),
  );
}

/** A database of few kinds of pieces, so that snapshots share many. */
const block = fc.integer({ min: 0, max: 5 }).map((value) => Buffer.alloc(chunkBytes, value));
const fileOf = fc
  .tuple(fc.array(block, { maxLength: 5 }), fc.integer({ min: 0, max: 300 }))
  .map(([blocks, rest]) => Buffer.concat([...blocks, Buffer.alloc(rest, 9)]));
const action = fc.oneof(
  fc.record({ kind: fc.constant('make' as const), data: fileOf, cut: fc.option(fc.integer({ min: 0, max: 12 })) }),
  fc.record({
    kind: fc.constant('prune' as const),
    rules: fc.record({ last: fc.integer({ min: 1, max: 3 }), daily: fc.nat(2), weekly: fc.nat(1), monthly: fc.nat(1) }),
    cut: fc.option(fc.integer({ min: 0, max: 12 })),
  }),
  fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 400 }) }),
);

test('whatever is made, pruned and cut short: every snapshot reads as it was made', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 14 }), async (actions) => {
      const target = new MemoryTarget();
      const model = new Map<string, { atMs: number; data: Buffer }>();
      let atMs = 1_700_000_000_000;
      for (const step of actions) {
        atMs += 1000;
        if (step.kind === 'wait') atMs += step.hours * 3_600_000;
        else {
          target.changesLeft = step.cut ?? Number.POSITIVE_INFINITY;
          try {
            if (step.kind === 'make') model.set(await make(target, atMs, { db: step.data }), { atMs, data: step.data });
            else {
              const stay = kept(
                [...model].map(([id, one]) => ({ id, ...one })),
                step.rules,
              );
              const pruned = await pruneTarget(target, keys, step.rules);
              for (const id of model.keys()) if (!stay.has(id)) model.delete(id);
              assert.equal(pruned.kept, model.size);
              assert.deepEqual(await leftovers(target), []);
            }
          } catch (error) {
            if (!(error instanceof CutOff)) throw error;
            // Removed in part: those that are still there have to read.
            if (step.kind === 'prune')
              for (const id of model.keys()) if (!(await snapshotIds(target)).includes(id)) model.delete(id);
          }
          target.changesLeft = Number.POSITIVE_INFINITY;
        }
        assert.deepEqual(await snapshotIds(target), [...model.keys()].sort());
        for (const [id, { data }] of model) assert.equal((await read(target, id)).db, data.toString('latin1'));
        assert.deepEqual((await verifyTarget(target, keys)).damaged, []);
      }
    }),
    { numRuns: Number(process.env.HOLDFAST_LONG ? 500 : 60) },
  );
});

/** Pieces that nothing refers to. */
async function leftovers(target: MemoryTarget): Promise<string[]> {
  const named = new Set<string>();
  const chunks = new Chunks(target, keys);
  for (const id of await snapshotIds(target))
    for (const { indexes } of (await readManifest(target, keys, id)).files)
      for (const index of indexes) {
        named.add(index);
        const bytes = await chunks.get('index', index);
        for (let at = 0; at < bytes.length; at += 32) named.add(bytes.toString('hex', at, at + 32));
      }
  return [...target.objects.keys()].filter((name) => name.startsWith('chunks/') && !named.has(name.slice(-64)));
}

const blocks = (...values: number[]) => Buffer.concat(values.map((value) => Buffer.alloc(chunkBytes, value)));

test('what did not change is put once', async () => {
  const target = new MemoryTarget();
  await make(target, 1000, { db: blocks(1, 2, 3) });
  const before = target.objects.size;
  const second = await readManifest(target, keys, await make(target, 2000, { db: blocks(1, 2, 4) }));
  // A piece, an index and the snapshot.
  assert.equal(target.objects.size - before, 3);
  assert.ok(second.addedBytes < chunkBytes);
});

test('a flipped bit in any object is found, with the snapshots that it touches; and pruning then removes nothing', async () => {
  const target = new MemoryTarget();
  const first = await make(target, 1000, { db: blocks(1, 2), log: Buffer.from('a line\n') });
  const second = await make(target, 2000, { db: blocks(1, 3), log: Buffer.from('a line\n') });
  for (const [name, bytes] of [...target.objects]) {
    for (const at of [0, 5, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1 << (at % 8);
      target.objects.set(name, flipped);
      const { damaged } = await verifyTarget(target, keys);
      assert.deepEqual(
        damaged.map(({ object }) => object),
        [name],
        `byte ${at} of ${name}`,
      );
      assert.ok(damaged[0]!.snapshots.every((id) => id === first || id === second));
    }
    target.objects.delete(name);
    const { damaged } = await verifyTarget(target, keys);
    // A snapshot that is gone altogether is not damaged: it is not there.
    if (name.startsWith('chunks/')) assert.match(damaged[0]!.object, new RegExp(`^${name}`));
    target.objects.set(name, bytes);
  }
  const [snapshot] = [...target.objects.keys()].filter((name) => name.endsWith(first));
  target.objects.get(snapshot!)![40]! ^= 1;
  const all = target.objects.size;
  await assert.rejects(pruneTarget(target, keys, { last: 1, daily: 0, weekly: 0, monthly: 0 }), isFault('backup_damaged'));
  assert.equal(target.objects.size, all);
});

test('a piece in the place of another, and a snapshot under the name of another, do not pass', async () => {
  const target = new MemoryTarget();
  const first = await make(target, 1000, { db: blocks(1, 2) });
  const second = await make(target, 2000, { db: blocks(3) });
  const pieces = [...target.objects.keys()].filter((name) => name.startsWith('chunks/'));
  const [one, other] = pieces;
  target.objects.set(one!, target.objects.get(other!)!);
  assert.ok((await verifyTarget(target, keys)).damaged.length > 0);
  target.objects.set(`snapshots/${first}`, target.objects.get(`snapshots/${second}`)!);
  await assert.rejects(readManifest(target, keys, first), isFault('backup_damaged'));
});

test('another key opens nothing and says so', async () => {
  const target = new MemoryTarget();
  await claimTarget(target, keys, true);
  const id = await make(target, 1000, { db: blocks(1) });
  const others = backupKeys(backupMaster(generateKey('root')));
  await assert.rejects(claimTarget(target, others, false), isFault('backup_foreign'));
  await assert.rejects(readManifest(target, others, id), isFault('backup_damaged'));
});

test('a target that is full: the fault, and what was made before stays whole', async () => {
  const target = new MemoryTarget();
  const random = (seed: number) =>
    Buffer.from(Array.from({ length: 2 * chunkBytes }, (_, at) => (Math.imul(at + seed, 2654435761) >>> 13) & 255));
  const first = await make(target, 1000, { db: random(1) });
  target.bytesMost = [...target.objects.values()].reduce((sum, { length }) => sum + length, 0) + 1000;
  await assert.rejects(make(target, 2000, { db: random(500_000) }), isFault('backup_target_full'));
  assert.deepEqual(await snapshotIds(target), [first]);
  assert.deepEqual((await verifyTarget(target, keys)).damaged, []);
});

test('reading back goes on where it was cut short, and mends what is wrong in the file', async () => {
  const target = new FolderTarget(join(folder, 'target'));
  const data = Buffer.concat([blocks(1, 2, 3, 4), Buffer.from('the end')]);
  await make(target, 1000, { db: data });
  const { files } = await chooseSnapshot(target, keys);
  const path = join(folder, 'read');
  writeFileSync(path, Buffer.concat([blocks(1, 7), blocks(3).subarray(0, 100)]));
  assert.equal(await readFileTo(target, keys, files[0]!, path), data.length - chunkBytes);
  assert.ok(readFileSync(path).equals(data));
  assert.equal(await readFileTo(target, keys, files[0]!, path), 0);
  writeFileSync(path, Buffer.concat([data, blocks(1)]));
  await readFileTo(target, keys, files[0]!, path);
  assert.equal(statSync(path).size, data.length);
  truncateSync(path, 0);
  await readFileTo(target, keys, files[0]!, path);
  assert.ok(readFileSync(path).equals(data));
});

test('the snapshot of a moment is the newest that was made by then', async () => {
  const target = new MemoryTarget();
  const [first, second] = [await make(target, 1000, { db: blocks(1) }), await make(target, 3000, { db: blocks(2) })];
  assert.equal((await chooseSnapshot(target, keys, 2999)).id, first);
  assert.equal((await chooseSnapshot(target, keys, 3000)).id, second);
  assert.equal((await chooseSnapshot(target, keys)).id, second);
  await assert.rejects(chooseSnapshot(target, keys, 999), isFault('not_found'));
});

test('a second one at once is refused; a lease that ran out, and the own one after a kill, are taken', async () => {
  let nowMs = 1_000_000;
  let drawn = 0;
  const ports = { clock: { nowMs: () => nowMs }, random: { bytes: (length: number) => Buffer.alloc(length, ++drawn) } };
  for (const target of [new MemoryTarget(), new FolderTarget(join(folder, 'lease'))]) {
    await withLease(target, 'one', ports, async () => {
      await assert.rejects(
        withLease(target, 'two', ports, async () => undefined),
        isFault('backup_busy'),
      );
      assert.equal(await withLease(target, 'one', ports, async () => 'again'), 'again');
    });
    assert.equal(await withLease(target, 'two', ports, async () => 'free'), 'free');
    await target.putNew('lease', Buffer.from(JSON.stringify({ owner: 'one', nonce: 'x', untilMs: nowMs + 5 })));
    await assert.rejects(
      withLease(target, 'two', ports, async () => undefined),
      isFault('backup_busy'),
    );
    nowMs += 10;
    assert.equal(await withLease(target, 'two', ports, async () => 'free'), 'free');
  }
});

test('what is kept: against a slow twin', () => {
  const rules = fc.record({ last: fc.integer({ min: 1, max: 4 }), daily: fc.nat(4), weekly: fc.nat(4), monthly: fc.nat(4) });
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 3000 }), { maxLength: 40 }), rules, (hours, rule) => {
      const all = hours.map((hour) => ({ id: String(hour), atMs: 1_700_000_000_000 + hour * 3_600_000 }));
      assert.deepEqual([...kept(all, rule)].sort(), slowKept(all, rule).sort());
    }),
  );
});

function slowKept(all: { id: string; atMs: number }[], { last, daily, weekly, monthly }: KeepRules): string[] {
  const newest = [...all].sort((a, b) => b.atMs - a.atMs);
  const monday = (atMs: number) => {
    const day = new Date(atMs);
    day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
    return day.toISOString().slice(0, 10);
  };
  const by = (count: number, nameOf: (atMs: number) => string) => {
    const firsts = newest.filter(({ atMs }, at) => newest.findIndex((one) => nameOf(one.atMs) === nameOf(atMs)) === at);
    return firsts.slice(0, count);
  };
  const stay = [
    ...newest.slice(0, last),
    ...by(daily, (atMs) => new Date(atMs).toISOString().slice(0, 10)),
    ...by(weekly, monday),
    ...by(monthly, (atMs) => new Date(atMs).toISOString().slice(0, 7)),
  ];
  return [...new Set(stay.map(({ id }) => id))];
}

test('a folder that cannot be written says so', async () => {
  writeFileSync(join(folder, 'file'), '');
  const target = new FolderTarget(join(folder, 'file', 'under'));
  await assert.rejects(
    make(target, 1000, { db: blocks(1) }),
    (error) => error instanceof Fault && error.code === 'backup_target_failed',
  );
});
