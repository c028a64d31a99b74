// Files for matches: what is told of rows, what is kept and for how long, and that nothing of a value is told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileLimits } from './files.ts';
import { chunksOf, dayMs, testWorld } from './testing.ts';

const columns = {
  id: 'customer',
  kinds: { phone: ['mobile', 'home'], email: ['mail'] },
  value: { column: 'spent', decimals: 2 },
};
const header = 'customer,mobile,home,mail,spent,note\n';
const file = `${header}C1,13812345670,,li@qq.com,19.99,x
C2,13888888888,,,5,x
,13812345671,,,5,x
C4,13812345672,010-62345670,,abc,x
C5,13812345673
C6,13812345674,,,-1,x
C7,13812345675,,,,x
C1,13812345676,,,0.01,x
`;

test('rows are checked while they arrive; of the rejected the line and a code are told', async () => {
  const { files, book } = testWorld();
  const taken = await files.take(chunksOf(file, 13), { columns, by: 'person 1', name: 'march' });
  assert.equal(taken.rows, 8);
  assert.equal(taken.taken, 2);
  assert.deepEqual(taken.rejected, {
    id_missing: 1,
    no_identifier: 1,
    row_cells: 1,
    value_form: 1,
    value_missing: 1,
    value_range: 1,
  });
  assert.deepEqual(taken.rejects[0], { line: 3, code: 'no_identifier' });
  assert.deepEqual(taken.kinds.phone, { given: 3, taken: 2, repeats: 0, refused: { placeholder: 1 } });
  assert.equal(taken.sizeBytes, Buffer.byteLength(file));
  const told = JSON.stringify([await book.list('match-files'), taken]);
  for (const value of ['13812345', 'li@qq.com', '19.99', 'C1']) assert.ok(!told.includes(value), value);
});

test('a match reads the rows again as they were taken', async () => {
  const { files } = testWorld();
  const { id } = await files.take(chunksOf(file), { columns, by: 'person 1' });
  const rows = [];
  for await (const batch of files.rows(id)) rows.push(...batch);
  assert.deepEqual(
    rows.map(({ id: who, amount }) => [who, amount]),
    [
      ['C1', 1999],
      ['C2', 500],
      ['C1', 1],
    ],
  );
  assert.deepEqual(rows[0]!.values, [
    { kind: 'phone', raw: '13812345670' },
    { kind: 'email', raw: 'li@qq.com' },
  ]);
});

test('a part that was changed is noticed', async () => {
  const { files, spool } = testWorld();
  const { id } = await files.take(chunksOf(file), { columns, by: 'person 1' });
  const part = (await spool.get(id, 'file', 0))!;
  part[part.length - 3] = 0x39;
  await spool.put(id, 'file', 0, part);
  await assert.rejects(
    async () => {
      for await (const _ of files.rows(id));
    },
    { code: 'unreadable_file' },
  );
});

test('what cannot be used is refused and nothing of it is kept', async () => {
  const { files, book, spool } = testWorld();
  const refused = async (content: string, wanted: unknown, code: string) => {
    await assert.rejects(files.take(chunksOf(content), { columns: wanted, by: 'person 1' }), (error: { code?: string }) => {
      assert.equal(error.code, code);
      assert.ok(!JSON.stringify(error).includes('13812345670') && !String(error).includes('13812345670'));
      return true;
    });
  };
  await refused('', columns, 'unreadable_file');
  await refused(header, columns, 'unreadable_file');
  await refused(file.slice(header.length), columns, 'bad_request');
  await refused(file, { id: 'customer', kinds: { phone: 'cell' } }, 'bad_request');
  await refused(file, { id: 'customer', kinds: { fax: 'mobile' } }, 'bad_request');
  await refused(file, { id: 'customer', kinds: {} }, 'bad_request');
  await refused(file, { id: 'customer' }, 'bad_request');
  await refused('a,a\n1,2\n', { id: 'a', kinds: { phone: 'a' } }, 'bad_request');
  await refused(`${header}C1,13888888888,,,1,x\n`, columns, 'unreadable_file');
  await refused(`${header}C1,138\u0000\u0001\u0002`.repeat(1) + '\u0003'.repeat(500), columns, 'unreadable_file');
  assert.deepEqual(await book.list('match-files'), []);
  assert.deepEqual(await spool.parts('', 'file'), []);
});

test('a client that goes away leaves nothing', async () => {
  const { files, book } = testWorld();
  const broken = async function* () {
    yield Buffer.from(header);
    throw new Error('aborted');
  };
  await assert.rejects(files.take(broken(), { columns, by: 'person 1' }), /aborted/);
  assert.deepEqual(await book.list('match-files'), []);
});

test('files go after two weeks, but not while a match has them, and when it is over', async () => {
  const { files, clock, spool } = testWorld();
  const first = await files.take(chunksOf(file), { columns, by: 'person 1' });
  const second = await files.take(chunksOf(file), { columns, by: 'person 1' });
  await files.bind(second.id, 'm1');
  await assert.rejects(files.bind(second.id, 'm2'), { code: 'conflict' });
  clock.ms += 14 * dayMs - 1;
  await files.sweep();
  assert.equal((await files.list()).length, 2);
  clock.ms += 1;
  await files.sweep();
  assert.deepEqual(
    (await files.list()).map(({ id }) => id),
    [second.id],
  );
  await assert.rejects(files.get(first.id), { code: 'not_found' });
  assert.deepEqual(await spool.parts(first.id, 'file'), []);
  await files.over('m1');
  assert.deepEqual(await files.list(), []);
  assert.deepEqual(await spool.parts(second.id, 'file'), []);
});

test('what a kill left half arrived is cleared away at the start', async () => {
  const { files, book, spool } = testWorld();
  const { id, ...rest } = await files.take(chunksOf(file), { columns, by: 'person 1' });
  await book.write([{ put: ['match-files', id, { id, ...rest, state: 'arriving' }] }]);
  await assert.rejects(files.get(id), { code: 'not_found' });
  await files.begin();
  assert.deepEqual(await book.list('match-files'), []);
  assert.deepEqual(await spool.parts(id, 'file'), []);
});

test('a file sent in parts is the same as one sent whole, and a part may come twice', async () => {
  const { files } = testWorld();
  const whole = await files.take(chunksOf(file), { columns, by: 'person 1' });
  const { id } = await files.open({ columns, by: 'person 1' });
  const bytes = Buffer.from(file);
  // Cut in the middle of a character.
  for (const [index, from] of [0, 50, 100].entries()) {
    await files.append(id, index, bytes.subarray(from, index === 2 ? undefined : from + 50));
    await files.append(id, index, bytes.subarray(from, index === 2 ? undefined : from + 50));
  }
  await assert.rejects(files.append(id, 7, bytes), { code: 'conflict' });
  await assert.rejects(files.append(id, 3, Buffer.alloc(fileLimits.sentBytes + 1)), { code: 'limit_reached' });
  await assert.rejects(files.get(id), { code: 'not_found' });
  const [done, again] = await Promise.allSettled([files.finish(id), files.finish(id)]).then(([first, second]) => {
    assert.equal(first.status, 'fulfilled');
    return [(first as PromiseFulfilledResult<Awaited<ReturnType<typeof files.finish>>>).value, second] as const;
  });
  assert.equal(again.status, 'rejected', 'it is checked once');
  for (const what of ['sizeBytes', 'sha256', 'rows', 'taken', 'rejected', 'rejects', 'kinds'] as const)
    assert.deepEqual(done[what], whole[what], what);
  let rows = 0;
  for await (const batch of files.rows(id)) rows += batch.length;
  assert.equal(rows, 3);
  await assert.rejects(files.append(id, 3, bytes), { code: 'not_found' });
  await assert.rejects(files.finish(id), { code: 'not_found' });
});

test('a file that is never finished, or cannot be used, goes', async () => {
  const { files, clock, book, spool } = testWorld();
  const left = await files.open({ columns, by: 'person 1' });
  await files.append(left.id, 0, Buffer.from(header));
  clock.ms += dayMs;
  await files.sweep();
  assert.deepEqual(await book.list('match-files'), []);
  assert.deepEqual(await spool.parts(left.id, 'file'), []);
  const useless = await files.open({ columns, by: 'person 1' });
  await files.append(useless.id, 0, Buffer.from(header));
  await assert.rejects(files.finish(useless.id), { code: 'unreadable_file' });
  assert.deepEqual(await book.list('match-files'), []);
  await assert.rejects(files.open({ columns: {}, by: 'person 1' }), { code: 'bad_request' });
});

test('a large file is kept in parts and read whole', async () => {
  const { files } = testWorld();
  const count = 60_000;
  let text = 'id,mobile\n';
  for (let at = 0; at < count; at += 1) text += `C${at},139${String(12_345_678 + at * 7).padStart(8, '0')}\n`;
  const taken = await files.take(chunksOf(text, 1 << 18), { columns: { id: 'id', kinds: { phone: 'mobile' } }, by: 'person 1' });
  assert.equal(taken.parts, Math.ceil(text.length / fileLimits.partBytes));
  let rows = 0;
  for await (const batch of files.rows(taken.id)) rows += batch.length;
  assert.equal(rows, count);
});
