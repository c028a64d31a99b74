// Files whose rows go into rounds: what is told of rows, what a draft and a dry run make of them, what is refused and why, and how long they are kept.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MemoryBook, MemorySpool } from '../../../federation/protocol/durable.ts';
import type { RoundSchema } from '../../../federation/protocol/round/round-terms.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { Fault } from '../../core/errors.ts';
import { readFileTable } from './round-file-table.ts';
import { RoundFiles, roundFileLimits } from './round-files.ts';
import { broughtBy, draftOf } from './row-sources.ts';

const header = 'left,orders,spent,city,since,code\n';
const lineOf = (row: number) =>
  `${row % 3 === 0 ? 'yes' : 'no'},${row % 7},${(row % 50) + 0.5},${['beijing', 'shanghai', 'xian'][row % 3]},2026-01-0${1 + (row % 9)},k${row}`;
const whole = `${header}${Array.from({ length: 300 }, (_, row) => lineOf(row)).join('\n')}\n`;

async function* bytesOf(text: string, size = 4000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

function world() {
  const clock = { atMs: 1_800_000_000_000, nowMs: () => clock.atMs };
  const [book, spool, needed] = [new MemoryBook(), new MemorySpool(), new Set<string>()];
  const files = new RoundFiles({ book, spool, clock, needed: async () => needed });
  const parts = { files, rows: undefined as never };
  const take = (text: string, name = 'members', label = 'left') => files.take(bytesOf(text), { name, label, by: 'person 3' });
  return { files, book, spool, clock, needed, parts, take };
}
const fault = (code: string, where: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault || error instanceof ProtocolFault, String(error));
  assert.equal(error.code, code);
  assert.match(error.where ?? '', where);
  return true;
};

test('rows are checked while they arrive; of the rejected the line and a code are told and no value', async () => {
  const { take, book, files } = world();
  const odd = [
    'yes,1e60,2,secretville,2026-01-01,a',
    ',1,2,secretville,2026-01-01,b',
    'no,1,2',
    'no,inf,2,x,2026-01-01,c',
    'no,nan,,,,',
  ];
  const taken = await take(`${whole}${odd.join('\n')}\n`);
  assert.deepEqual([taken.rows, taken.taken], [305, 301]);
  assert.deepEqual(taken.rejected, { label_missing: 1, row_cells: 1, value_infinite: 2 });
  assert.deepEqual(taken.rejects[0], { line: 302, code: 'value_infinite' });
  assert.deepEqual(
    taken.columns.map(({ name, kind, missing }) => [name, kind, missing]),
    [
      ['left', 'category', 0],
      ['orders', 'number', 1],
      ['spent', 'number', 1],
      ['city', 'category', 1],
      ['since', 'time', 1],
      ['code', 'category', 1],
    ],
  );
  const told = JSON.stringify([await book.list('round-files'), await files.list()]);
  for (const value of ['secretville', '2026-01-01', '1e60']) assert.ok(!told.includes(value), value);
});

test('a draft names columns and levels that enough rows have, with limits where the model wants them', async () => {
  const { take, parts } = world();
  await take(whole);
  const source = { from: 'file', file: 'members' };
  const drafted = await draftOf(parts, { positive: 'yes' }, source);
  assert.deepEqual(drafted.schema, {
    label: { name: 'left', positive: 'yes' },
    features: [
      { name: 'orders', kind: 'number' },
      { name: 'spent', kind: 'number' },
      { name: 'city', kind: 'category', levels: ['beijing', 'shanghai', 'xian'] },
    ],
  });
  assert.deepEqual([drafted.dryRun.rows, drafted.dryRun.positives, drafted.dryRun.persons], [300, 100, undefined]);
  const limited = await draftOf(parts, { model: 'logistic' }, source);
  assert.deepEqual(
    limited.schema.features.map(({ limit }) => limit),
    [8, 64, undefined],
  );
  const { table, run } = await broughtBy(parts, limited, source);
  assert.deepEqual(run, limited.dryRun);
  assert.deepEqual([...table.columns[0]!.slice(0, 8)], [0, 1, 2, 3, 4, 5, 6, 0]);
  assert.equal(table.names.at(-1), 'city = xian');
  // By another's schema, with a smaller limit and a column as text.
  const [orders] = limited.schema.features;
  const features: RoundSchema['features'] = [
    { ...orders!, limit: 4 },
    { name: 'code', kind: 'category', levels: ['k1'] },
  ];
  const other = { label: limited.schema.label, features };
  assert.deepEqual((await broughtBy(parts, { schema: other }, source)).run.beyond, { orders: 0.284 });
});

describe('refused, with the reason', () => {
  test('when it is brought', async () => {
    const { take, files, book, spool } = world();
    await assert.rejects(take(header), fault('unreadable_file', /no row can be used/));
    await assert.rejects(take(''), fault('unreadable_file', /empty/));
    await assert.rejects(take(`${header},1,2,3,4,5\n`), fault('unreadable_file', /label_missing 1/));
    await assert.rejects(take(whole, 'members', 'churned'), fault('bad_request', /no column is called "churned"/));
    await assert.rejects(take(whole, '../members'), fault('bad_request', /name/));
    await assert.rejects(take('left,a,a\nyes,1,2\n'), fault('unreadable_file', /two columns/));
    assert.deepEqual(await files.list(), []);
    assert.deepEqual(await book.list('round-files'), []);
    await take(whole);
    await assert.rejects(take(whole), fault('conflict', /members/));
    assert.ok(spool);
  });

  test('too many rows, and more than memory holds', async () => {
    const limits = { rows: 100, memoryBytes: 1e9 };
    await assert.rejects(
      readFileTable(() => bytesOf(whole), { label: 'left', limits }),
      fault('limit_reached', /at most 100 rows/),
    );
    const many = `left,a\n${'yes,1\n'.repeat(66_000)}`;
    const small = { rows: 1e6, memoryBytes: 1e5 };
    await assert.rejects(
      readFileTable(() => bytesOf(many, 1 << 16), { label: 'left', limits: small }),
      fault('not_enough_memory', /65536 rows of 2 columns/),
    );
  });

  test('when it is drafted or brought into a round', async () => {
    const { take, parts } = world();
    await take(whole);
    await take(`left,orders\n${'no,1\n'.repeat(60)}`, 'constant');
    await take(
      `left,orders\n${Array.from({ length: 60 }, (_, row) => `${row % 2 ? 'yes' : 'no'},word ${row % 9}`).join('\n')}\n`,
      'words',
    );
    await take(
      `left,orders\n${Array.from({ length: 60 }, (_, row) => `${row % 2 ? 'yes' : 'no'},2026-01-01`).join('\n')}\n`,
      'dates',
    );
    const from = (file: string) => ({ from: 'file', file });
    await assert.rejects(draftOf(parts, {}, from('constant')), fault('cannot_train', /one value only/));
    await assert.rejects(draftOf(parts, {}, from('dates')), fault('cannot_train', /no column but the label/));
    await assert.rejects(draftOf(parts, { positive: 'maybe' }, from('members')), fault('bad_request', /maybe/));
    await assert.rejects(draftOf(parts, { question: 'churn' }, from('members')), fault('bad_request', /of the own customers/));
    await assert.rejects(draftOf(parts, {}, from('nothing')), fault('not_found', /nothing/));
    await assert.rejects(draftOf(parts, {}, { from: 'file', file: 'members', purpose: 'x' }), fault('bad_request', /source/));
    const schema = { label: { name: 'left', positive: 'yes' }, features: [{ name: 'orders', kind: 'number' } as const] };
    await assert.rejects(
      broughtBy(parts, { schema }, from('words')),
      fault('schema_differs', /orders: category where numbers are/),
    );
    const strange = { ...schema, features: [{ name: 'income', kind: 'number' } as const] };
    await assert.rejects(broughtBy(parts, { schema: strange }, from('members')), fault('schema_differs', /^income$/));
    await assert.rejects(broughtBy(parts, { schema }, { from: 'customers' }), fault('bad_request', /bring a file/));
    assert.equal((await broughtBy(parts, { schema }, from('constant'))).run.positives, 0);
  });
});

test('kept for thirty days, or while a round needs it; what a kill left half arrived is cleared away', async () => {
  const { take, files, book, clock, needed } = world();
  await take(whole);
  await take(whole, 'other');
  needed.add('members');
  await assert.rejects(files.remove('members'), fault('conflict', /needs this file/));
  clock.atMs += roundFileLimits.keptMs;
  await files.sweep();
  assert.deepEqual(
    (await files.list()).map(({ name }) => name),
    ['members'],
  );
  needed.clear();
  await files.remove('members');
  await assert.rejects(files.get('members'), fault('not_found', /members/));
  await assert.rejects(
    files.take(
      (async function* () {
        yield Buffer.from(header);
        throw new Error('the line broke');
      })(),
      { name: 'broken', label: 'left', by: 'person 3' },
    ),
    /the line broke/,
  );
  assert.deepEqual(await book.list('round-files'), []);
});
