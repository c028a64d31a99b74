// Where a member's side and a coordinator keep what has to survive a kill: the ports Book and Spool over the node's store, sealed. In the
// clear stand names of collections, opaque ids, numbers and sizes.

import type { Book, BookChange, Spool } from '../../federation/protocol/durable.ts';
import type { Change, Migration, Row, Store, Table } from '../core/store/store.ts';
import type { ByteSeal } from '../core/vault/vault.ts';

const entriesTable: Table = {
  name: 'federation_book',
  columns: { collection: 'text', entry: 'text', body: 'blob' },
  key: ['collection', 'entry'],
};
const partsTable: Table = {
  name: 'federation_parts',
  columns: { session: 'text', list: 'text', part: 'integer', piece: 'integer', body: 'blob' },
  key: ['session', 'list', 'part', 'piece'],
};

/** Entries are read in the order of their bytes, whatever the database's language is. */
const tables = (integer: string, blob: string, text: string, end: string) => `
  CREATE TABLE federation_book (
    collection ${text} NOT NULL,
    entry ${text} NOT NULL,
    body ${blob} NOT NULL,
    PRIMARY KEY (collection, entry)
  )${end};
  CREATE TABLE federation_parts (
    session ${text} NOT NULL,
    list ${text} NOT NULL,
    part ${integer} NOT NULL,
    piece ${integer} NOT NULL,
    body ${blob} NOT NULL,
    PRIMARY KEY (session, list, part, piece)
  )${end};`;

export const federationMigrations: readonly Migration[] = [
  {
    version: 700,
    name: 'what members and coordinators of a federation keep',
    sqlite: tables('INTEGER', 'BLOB', 'TEXT', ' STRICT'),
    postgres: tables('BIGINT', 'BYTEA', 'TEXT COLLATE "C"', ''),
  },
];

export const bookLimits = {
  /** Entries of one read; more are read on. */
  page: 2000,
  /** Bytes of one row of a part. */
  pieceBytes: 1024 * 1024,
  /** Bytes of one part, as the port says, with room for what stands around a body. */
  partBytes: 16 * 1024 * 1024 + 4096,
} as const;

const keyPattern = /^[\x20-\x7e]{1,200}$/;
/** Behind every key that begins so: keys are printable ASCII. */
const behind = (prefix: string) => `${prefix}\x7f`;

/**
 * @param scope whose book it is, such as `coordinator`: two of them share the tables and see nothing of each other
 */
export function storeBook(store: Store, seals: ByteSeal, scope: string): Book {
  const named = (collection: string) => `${scope}/${collection}`;
  const row = (collection: string, entry: string) => `${named(collection)} ${entry}`;
  const open = (collection: string, entry: string, body: unknown): unknown => {
    const bytes = seals.openBytes(entriesTable.name, 'body', row(collection, entry), body as Uint8Array);
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  };
  const changesOf = (changes: readonly BookChange[]): Change[] => {
    // Each says what stands afterwards, so of several for one entry the last one is all of them.
    const last = new Map(changes.map((change) => [('put' in change ? change.put : change.remove).slice(0, 2).join(' '), change]));
    const puts: Row[] = [];
    const keys: Row[] = [];
    for (const change of last.values()) {
      const [collection, entry] = 'put' in change ? change.put : change.remove;
      if (!keyPattern.test(entry)) throw new RangeError('key: expected 1 to 200 signs of printable ASCII');
      const place = { collection: named(collection), entry };
      if ('put' in change) {
        const text = Buffer.from(JSON.stringify(change.put[2]), 'utf8');
        puts.push({ ...place, body: seals.sealBytes(entriesTable.name, 'body', row(collection, entry), text) });
      } else keys.push(place);
    }
    return [
      ...(puts.length > 0 ? [{ op: 'upsert' as const, table: entriesTable, rows: puts }] : []),
      ...(keys.length > 0 ? [{ op: 'delete' as const, table: entriesTable, keys }] : []),
    ];
  };
  return {
    async write(changes) {
      const made = changesOf(changes);
      if (made.length > 0) await store.transact(made);
    },
    async read(collection, key) {
      const rows = await store.select('SELECT body FROM federation_book WHERE collection = :collection AND entry = :entry', {
        collection: named(collection),
        entry: key,
      });
      return rows[0] && open(collection, key, rows[0].body);
    },
    async list(collection, prefix = '') {
      const entries: { key: string; value: unknown }[] = [];
      for (let from = prefix, first = true; ; first = false) {
        const rows = await store.select(
          `SELECT entry, body FROM federation_book WHERE collection = :collection
            AND entry ${first ? '>=' : '>'} :from AND entry < :behind ORDER BY entry LIMIT ${bookLimits.page}`,
          { collection: named(collection), from, behind: behind(prefix) },
        );
        for (const { entry, body } of rows) {
          entries.push({ key: entry as string, value: open(collection, entry as string, body) });
        }
        if (rows.length < bookLimits.page) return entries;
        from = rows.at(-1)!.entry as string;
      }
    },
  };
}

/** @param scope as in storeBook */
export function storeSpool(store: Store, seals: ByteSeal, scope: string): Spool {
  const named = (session: string) => `${scope}/${session}`;
  // How many pieces there are is sealed with each: a part that lost its end does not open.
  const rowOf = (at: Where, piece: number, pieces: number) => `${named(at.session)} ${at.list} ${at.part} ${piece} ${pieces}`;
  return {
    async put(session, list, part, bytes) {
      if (bytes.length > bookLimits.partBytes) throw new RangeError(`bytes: expected up to ${bookLimits.partBytes}`);
      const at = { session, list, part };
      const pieces = Math.max(1, Math.ceil(bytes.length / bookLimits.pieceBytes));
      const rows = Array.from({ length: pieces }, (_, piece): Row => {
        const slice = bytes.subarray(piece * bookLimits.pieceBytes, (piece + 1) * bookLimits.pieceBytes);
        const body = seals.sealBytes(partsTable.name, 'body', rowOf(at, piece, pieces), slice);
        return { session: named(session), list, part, piece, body };
      });
      await store.transact([removal({ ...at, session: named(session) }), { op: 'insert', table: partsTable, rows }]);
    },
    async get(session, list, part) {
      const rows = await store.select(
        'SELECT piece, body FROM federation_parts WHERE session = :session AND list = :list AND part = :part ORDER BY piece',
        { session: named(session), list, part },
      );
      if (rows.length === 0) return undefined;
      const at = { session, list, part };
      return Buffer.concat(
        rows.map(({ piece, body }) =>
          seals.openBytes(partsTable.name, 'body', rowOf(at, Number(piece), rows.length), body as Uint8Array),
        ),
      );
    },
    async parts(session, list) {
      const rows = await store.select(
        'SELECT DISTINCT part FROM federation_parts WHERE session = :session AND list = :list ORDER BY part',
        { session: named(session), list },
      );
      return rows.map(({ part }) => Number(part));
    },
    async remove(session, list, part) {
      await store.transact([removal({ session: named(session), list, part })]);
    },
    async drop(session) {
      await store.transact([
        { op: 'run', sql: 'DELETE FROM federation_parts WHERE session = :session', params: { session: named(session) } },
      ]);
      await store.scrub([partsTable]);
      await store.emptyLog();
    },
  };
}

type Where = { readonly session: string; readonly list: string; readonly part: number };

const removal = ({ session, list, part }: Where): Change => ({
  op: 'run',
  sql: 'DELETE FROM federation_parts WHERE session = :session AND list = :list AND part = :part',
  params: { session, list, part },
});
