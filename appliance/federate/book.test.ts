import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SealBroken } from '../../crypto/envelope.ts';
import { keyFrom } from '../../crypto/keys.ts';
import { TestFederation, takeAll } from '../../federation/coordinator/testing.ts';
import { type Book, MemoryBook, MemorySpool, type Spool } from '../../federation/protocol/durable.ts';
import { openPostgresStore } from '../core/store/postgres/postgres.ts';
import { startTestPostgres } from '../core/store/postgres/test-server.ts';
import { openSqliteStore } from '../core/store/sqlite/sqlite.ts';
import type { Store } from '../core/store/store.ts';
import { openTestStore } from '../core/store/testing.ts';
import { byteSeal } from '../core/vault/vault.ts';
import { bookLimits, federationMigrations, storeBook, storeSpool } from './book.ts';

const server = await startTestPostgres({ fsync: 'off' });
const stores: Store[] = [];
after(async () => {
  for (const store of stores) await store.close();
  await server.stop();
});

const key = keyFrom('data', Buffer.alloc(32, 7));
const seals = byteSeal({ derivedKey: () => key, derivedEpoch: 1 });

async function kept(store: Store): Promise<Store> {
  stores.push(store);
  await store.migrate(federationMigrations);
  return store;
}
const over = (store: Store, scope = 'one') => ({ book: storeBook(store, seals, scope), spool: storeSpool(store, seals, scope) });

type Opened = { book: Book; spool: Spool };
const kinds: { readonly [name: string]: () => Promise<Opened> } = {
  memory: async () => ({ book: new MemoryBook(), spool: new MemorySpool() }),
  SQLite: async () => over(await kept(await openTestStore())),
  PostgreSQL: async () => over(await kept(await openPostgresStore({ url: await server.createDatabase() }))),
};

for (const [name, open] of Object.entries(kinds)) {
  test(`${name}: a book keeps values by collection and key, in the order of the keys' bytes`, async () => {
    const { book } = await open();
    assert.equal(await book.read('a', 'x'), undefined);
    assert.deepEqual(await book.list('a'), []);
    const keys = ['b/2', 'B/1', 'b/10', '-', 'a', 'b', 'b0', '~'];
    await book.write(keys.map((one) => ({ put: ['a', one, { one, 中: [1, null] }] })));
    await book.write([{ put: ['ab', 'x', 'other'] }, { put: ['a', 'b/2', false] }]);
    assert.deepEqual(
      (await book.list('a')).map((entry) => entry.key),
      ['-', 'B/1', 'a', 'b', 'b/10', 'b/2', 'b0', '~'],
    );
    assert.deepEqual(await book.list('a', 'b/'), [
      { key: 'b/10', value: { one: 'b/10', 中: [1, null] } },
      { key: 'b/2', value: false },
    ]);
    await book.write([{ remove: ['a', 'b'] }, { remove: ['a', 'none'] }, { put: ['a', 'b0', 0] }]);
    assert.equal(await book.read('a', 'b'), undefined);
    assert.equal(await book.read('a', 'b0'), 0);
    assert.equal(await book.read('ab', 'x'), 'other');
    await book.write([
      { put: ['a', 'c', 1] },
      { remove: ['a', 'c'] },
      { remove: ['a', 'd'] },
      { put: ['a', 'd', 2] },
      { put: ['a', 'd', 3] },
    ]);
    assert.deepEqual([await book.read('a', 'c'), await book.read('a', 'd')], [undefined, 3]);
    await book.write([]);
  });

  test(`${name}: a book with more entries than one read holds`, async () => {
    const { book } = await open();
    const keys = Array.from({ length: bookLimits.page * 2 + 1 }, (_, at) => `k/${`${at}`.padStart(6, '0')}`);
    await book.write(keys.map((one) => ({ put: ['many', one, one] })));
    assert.deepEqual(
      (await book.list('many', 'k/')).map(({ value }) => value),
      keys,
    );
  });

  test(`${name}: a spool keeps parts, also empty and large ones, and forgets them`, async () => {
    const { spool } = await open();
    const large = Buffer.alloc(bookLimits.pieceBytes * 4 + 1, 5);
    large[large.length - 1] = 9;
    await spool.put('s', 'list', 2, large);
    await spool.put('s', 'list', 0, Buffer.alloc(0));
    await spool.put('s', 'list', 10, Buffer.from('ten'));
    await spool.put('s', 'other', 1, Buffer.from('x'));
    await spool.put('s2', 'list', 1, Buffer.from('y'));
    assert.deepEqual(await spool.parts('s', 'list'), [0, 2, 10]);
    assert.ok(Buffer.from((await spool.get('s', 'list', 2))!).equals(large));
    assert.equal((await spool.get('s', 'list', 0))!.length, 0);
    assert.equal(await spool.get('s', 'list', 1), undefined);
    await spool.put('s', 'list', 2, Buffer.from('shorter'));
    assert.equal(Buffer.from((await spool.get('s', 'list', 2))!).toString(), 'shorter');
    await spool.remove('s', 'list', 2);
    await spool.remove('s', 'list', 99);
    assert.deepEqual(await spool.parts('s', 'list'), [0, 10]);
    await spool.drop('s');
    assert.deepEqual([await spool.parts('s', 'list'), await spool.parts('s', 'other')], [[], []]);
    assert.equal(Buffer.from((await spool.get('s2', 'list', 1))!).toString(), 'y');
  });

  test(`${name}: a coordinator starts again over it`, async () => {
    const federation = await TestFederation.make();
    Object.assign(federation, await open());
    const [a, b] = federation.members as [(typeof federation.members)[0], (typeof federation.members)[0]];
    const messages = [federation.message(a, b, 0), federation.message(a, b, 1, '')];
    const coordinator = await federation.open();
    for (const message of messages) await coordinator.forMember(a.id).send(message);
    const again = await federation.open();
    await again.forMember(a.id).send(messages[0]!);
    assert.deepEqual(
      (await takeAll(again.forMember(b.id))).map((message) => Buffer.from(message)),
      messages,
    );
    assert.deepEqual(await federation.spool.parts(`mail-${b.id}`, 'body'), []);
  });
}

test('two books in one store see nothing of each other', async () => {
  const store = await kept(await openTestStore());
  const [one, two] = [over(store, 'one'), over(store, 'two')];
  await one.book.write([{ put: ['a', 'x', 1] }]);
  await one.spool.put('s', 'l', 0, Buffer.from('1'));
  assert.equal(await two.book.read('a', 'x'), undefined);
  assert.deepEqual(await two.book.list('a'), []);
  await two.spool.drop('s');
  assert.deepEqual(await one.spool.parts('s', 'l'), [0]);
});

test('a value that was put elsewhere, and a part without its end, do not open', async () => {
  const store = await kept(await openTestStore());
  const { book, spool } = over(store);
  await book.write([{ put: ['a', 'x', 1] }, { put: ['a', 'y', 2] }]);
  await spool.put('s', 'l', 0, Buffer.alloc(bookLimits.pieceBytes * 2));
  const run = (sql: string) => store.transact([{ op: 'run', sql }]);
  await run("UPDATE federation_book SET body = (SELECT body FROM federation_book WHERE entry = 'y') WHERE entry = 'x'");
  await run('DELETE FROM federation_parts WHERE piece = 1');
  await assert.rejects(book.read('a', 'x'), SealBroken);
  await assert.rejects(spool.get('s', 'l', 0), SealBroken);
  await assert.rejects(book.write([{ put: ['a', 'é', 1] }]), RangeError);
  await assert.rejects(spool.put('s', 'l', 0, Buffer.alloc(bookLimits.partBytes + 1)), RangeError);
});

test('nothing of a value stands in the file, and nothing of a dropped session either', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-book-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'holdfast.db');
  const store = await kept(await openSqliteStore({ file }));
  const { book, spool } = over(store);
  await book.write([{ put: ['a', 'x', 'wallflower'] }]);
  await spool.put('deadbeef', 'kestrel', 0, Buffer.from('wallflower'));
  const bytes = () => Buffer.concat(['', '-wal'].map((end) => readFileSync(`${file}${end}`)));
  assert.ok(!bytes().includes('wallflower'));
  assert.ok(bytes().includes('kestrel'));
  await spool.drop('deadbeef');
  assert.ok(!bytes().includes('kestrel'));
});
