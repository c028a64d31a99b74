// The power goes while the node writes: unsynced writes are dropped, torn, reordered or replaced by garbage, and the store is opened on
// what is left. Every acknowledged event must be there once, an unacknowledged batch whole or not at all, and the database sound.
//
// better-sqlite3 takes no file system of ours, so the writes are not caught one by one; instead the files are copied after each acknowledged
// commit, when nothing is being written. SQLite (WAL, synchronous=FULL) promises of these copies, and the images rest on it:
// - at the acknowledgement the WAL is synced up to the commit: bytes of the copy are on disk, bytes of the next copy that differ may be or
//   not (two commits between two copies are treated as one, which only allows more disorder than there could be);
// - a checkpoint writes pages to the database while the WAL still has them all, and syncs the database before the WAL may be begun anew: so
//   any mixture of pages before and after goes with the whole WAL, and only the finished database with a WAL begun anew;
// - the header of a WAL begun anew is synced before its first frame.
// What this cannot show is a missing fsync: that the settings are FULL is checked on the open store, and that fsync does what it says is the disk's part.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import Database from 'better-sqlite3';
import { blindIndex } from '../../crypto/blind-index.ts';
import { keyFrom } from '../../crypto/keys.ts';
import { defaultConfig } from '../core/config.ts';
import type { Event } from '../core/model/event.ts';
import { systemPorts } from '../core/ports.ts';
import { checkDatabase, checkStructure } from '../core/store/sqlite/check.ts';
import { openConnection } from '../core/store/sqlite/connection.ts';
import { openSqliteStore, type SqliteStore } from '../core/store/sqlite/sqlite.ts';
import { migrations, type OpenNode, openNode } from '../node.ts';
import { begunAnew, fileImage, imageKinds, walImage } from './testing/crash-images.ts';
import { Ledger } from './testing/ledger.ts';
import { temporaryFolder } from './testing/process.ts';
import { type Chance, rounds, seededRun, summary } from './testing/rounds.ts';

const histories = rounds(2, 12);
const commits = 14;
const imagesPerCommit = rounds(10, 30);
/** One image in so many is opened by the whole node; the others by the store's own connection and its deep check. */
const wholeNodeEvery = 20;
const customers = 12;

const folder = temporaryFolder();
after(() => rmSync(folder, { recursive: true, force: true }));

type Moment = {
  /** After the commit was acknowledged. */
  wal: Buffer;
  /** The database as it is synced: after the last finished checkpoint. */
  database: Buffer;
  /** The database as a checkpoint left it that came right after this commit, if one did. */
  checkpointed?: Buffer;
  /** Batches acknowledged so far. */
  acknowledged: number;
};
type History = {
  moments: Moment[];
  batches: { messageId: string; userId: string }[][];
  keyOf: Map<string, string>;
  restarts: number;
};

const openAll = (store: SqliteStore): Promise<OpenNode> =>
  openNode({ store, root: keyFrom('root', new Uint8Array(32).fill(9)), ports: systemPorts, config: defaultConfig });

const keyText = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Some commits of the whole node, with the files after each, and checkpoints whole and partial in between. */
async function live(random: Chance, name: string): Promise<History> {
  const file = join(folder, `${name}.db`);
  const huge = 1024 ** 3;
  const store = await openSqliteStore({ file, readers: 1, walSoftBytes: huge, walHardBytes: huge });
  await store.migrate(migrations);
  const { keeper } = store.threads;
  const ask = keeper.ask.bind(keeper);
  // The keeper works when this test says so, and never while files are copied.
  keeper.ask = () => Promise.reject(new Error('not now'));
  const node = await openAll(store);
  const { source } = await node.sources.add({ name: 'power', kind: 'server' });
  await ask({ op: 'checkpoint', mode: 'PASSIVE' });
  const history: History = { moments: [], batches: [], keyOf: new Map(), restarts: 0 };
  const ledger = new Ledger(name);
  const messageIndex = node.vault.indexKey('message');
  let database = readFileSync(file);
  for (let commit = 0; commit < commits; commit += 1) {
    const { events } = ledger.make(random, 1 + random.next(30), customers);
    const outcomes = await node.recordBatch(source.id, events.map(asEvent));
    assert.ok(outcomes.every((outcome) => outcome.outcome === 'recorded'));
    if (random.next(3) === 0) await node.profiles.flush();
    history.batches.push(events);
    for (const { messageId } of events)
      history.keyOf.set(keyText(blindIndex(messageIndex, 'message', `${source.id} ${messageId}`)), messageId);
    const moment: Moment = { wal: readFileSync(`${file}-wal`), database, acknowledged: history.batches.length };
    const before = history.moments.at(-1);
    if (before && begunAnew(before.wal, moment.wal)) history.restarts += 1;
    history.moments.push(moment);
    if (random.next(3) > 0) continue;
    // A reader that stays behind keeps the WAL from being begun anew.
    const reader = random.next(2) === 0 ? new Database(file, { readonly: true }) : undefined;
    reader?.exec('BEGIN; SELECT count(*) FROM events');
    await ask({ op: 'checkpoint', mode: 'PASSIVE' });
    database = readFileSync(file);
    moment.checkpointed = database;
    reader?.exec('COMMIT');
    reader?.close();
  }
  keeper.ask = ask;
  await node.close();
  await store.close();
  return history;
}

function asEvent({ type, event, ...rest }: { type?: unknown; event?: unknown; [name: string]: unknown }): Event {
  const { timestamp, ...fields } = rest as { timestamp: string };
  const occurredAtMs = Date.parse(timestamp);
  return {
    ...fields,
    kind: type,
    ...(event !== undefined && { name: event }),
    occurredAtMs,
    receivedAtMs: 1_790_000_000_000,
  } as unknown as Event;
}

type Image = { database: Buffer; wal: Buffer; acknowledged: number; what: string };

/** The power goes between this moment and the next. */
function imageAfter(history: History, at: number, random: Chance): Image {
  const moment = history.moments[at]!;
  const next = history.moments[at + 1] ?? moment;
  const kind = random.pick(imageKinds);
  const anew = begunAnew(moment.wal, next.wal);
  if (!anew && moment.checkpointed && random.next(2) === 0) {
    const pages = random.pick(imageKinds);
    const database = fileImage({ synced: moment.database, written: moment.checkpointed }, pages, random);
    return { database, wal: moment.wal, acknowledged: moment.acknowledged, what: `checkpoint ${pages}` };
  }
  if (anew && random.next(4) === 0) {
    const database = fileImage({ synced: moment.database, written: moment.checkpointed! }, kind, random);
    return { database, wal: moment.wal, acknowledged: moment.acknowledged, what: `checkpoint ${kind} before a new WAL` };
  }
  const database = moment.checkpointed ?? moment.database;
  const wal = walImage({ synced: moment.wal, written: next.wal }, kind, random);
  return { database, wal, acknowledged: moment.acknowledged, what: `${anew ? 'new WAL' : 'WAL'} ${kind}` };
}

function writeImage({ database, wal }: Image): string {
  const place = join(folder, 'image');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  const file = join(place, 'holdfast.db');
  writeFileSync(file, database);
  writeFileSync(`${file}-wal`, wal);
  return file;
}

/** Batches found must be all that were acknowledged, and at most the one after, each whole. @returns how many are there */
function judgeBatches(history: History, present: readonly string[], acknowledged: number): number {
  const found = new Set(present);
  assert.equal(found.size, present.length, 'an event is there twice');
  let whole = 0;
  history.batches.forEach((batch, at) => {
    const there = batch.filter((event) => found.has(event.messageId)).length;
    if (at < acknowledged)
      assert.equal(there, batch.length, `${batch.length - there} acknowledged events of commit ${at} are lost`);
    else if (at > acknowledged) assert.equal(there, 0, `commit ${at} is there, which had not begun`);
    else assert.ok(there === 0 || there === batch.length, `${there} of ${batch.length} events of commit ${at} are there`);
    whole += there;
  });
  assert.equal(whole, present.length, 'events are there that nobody sent');
  return whole;
}

function checkByConnection(history: History, image: Image): number {
  const file = writeImage(image);
  const settings = {
    file,
    pageSizeBytes: 4096,
    cacheBytes: 1024 ** 2,
    busyTimeoutMs: 1000,
    checkpointWaitMs: 200,
    walHardBytes: 1024 ** 3,
    maxPages: 0,
  };
  const db = openConnection('writer', settings);
  try {
    const looked = [...checkDatabase(db, settings), ...checkStructure(db, { op: 'checkStructure', deep: true })];
    const faults = looked.filter(({ severity, check }) => severity === 'error' && check !== 'free-disk');
    assert.deepEqual(faults, []);
    const rows = db.prepare('SELECT message_key FROM events').all() as { message_key: Buffer }[];
    return judgeBatches(
      history,
      rows.map((row) => history.keyOf.get(keyText(row.message_key))!),
      image.acknowledged,
    );
  } finally {
    db.close();
  }
}

/** The whole node opens, shows every event in its customer's timeline, counts as many, and takes new ones. */
async function checkByNode(history: History, image: Image): Promise<number> {
  const store = await openSqliteStore({ file: writeImage(image), readers: 1 });
  try {
    await store.migrate(migrations);
    const node = await openAll(store);
    const found = await readNode(node, new Set(history.batches.flat().map((event) => event.userId)));
    const held = judgeBatches(history, found, image.acknowledged);
    const [source] = (await node.sources.list()).filter(({ name }) => name === 'power');
    // All of it comes again, as clients send what was not answered: what is there stays once, what is not comes in.
    for (const batch of history.batches) {
      const again = batch.map((event) => asEvent(event as { [name: string]: unknown }));
      const outcomes = await node.recordBatch(source!.id, again);
      const fresh = outcomes.filter(({ outcome }) => outcome === 'recorded').map(({ messageId }) => messageId);
      assert.ok(
        fresh.every((messageId) => !found.includes(messageId)),
        'an event was taken twice',
      );
      found.push(...fresh);
    }
    judgeBatches(history, found, history.batches.length);
    const afterwards = await readNode(node, new Set(history.batches.flat().map((event) => event.userId)));
    assert.deepEqual(afterwards.sort(), found.sort());
    await node.close();
    return held;
  } finally {
    await store.close();
  }
}

async function readNode(node: OpenNode, userIds: ReadonlySet<string>): Promise<string[]> {
  const found: string[] = [];
  for (const identifier of userIds) {
    const persons = await node.profiles.find({ identifier, kind: 'user_id' });
    if (persons.length === 0) continue;
    assert.equal(persons.length, 1);
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await node.profiles.timeline(persons[0]!, { limit: 200, ...(cursor !== undefined && { cursor }) });
      ids.push(...page.events.map((event) => event.messageId));
      cursor = page.next;
    } while (cursor !== undefined);
    assert.equal((await node.profiles.profile(persons[0]!)).events.count, ids.length);
    found.push(...ids);
  }
  return found;
}

test('after any power loss every acknowledged event is there once', () =>
  seededRun('power-loss', async (random) => {
    const figures = new Map<string, number>();
    let [images, byNode, restarts, checkpoints, unanswered] = [0, 0, 0, 0, 0];
    for (let round = 0; round < histories; round += 1) {
      const history = await live(random, `power${round}`);
      restarts += history.restarts;
      checkpoints += history.moments.filter((moment) => moment.checkpointed).length;
      for (let at = 0; at < history.moments.length; at += 1) {
        for (let n = 0; n < imagesPerCommit; n += 1) {
          const image = imageAfter(history, at, random);
          const whole = images % wholeNodeEvery === 0;
          try {
            const held = whole ? await checkByNode(history, image) : checkByConnection(history, image);
            const promised = history.batches.slice(0, image.acknowledged).flat().length;
            if (held > promised) unanswered += 1;
          } catch (error) {
            throw new Error(`image ${images} (${image.what}, after commit ${at})`, { cause: error });
          }
          images += 1;
          byNode += whole ? 1 : 0;
          figures.set(image.what, (figures.get(image.what) ?? 0) + 1);
        }
      }
    }
    assert.ok(restarts > 0 && checkpoints > 0, 'no WAL was begun anew: the histories are too short to show anything');
    summary('power-loss', {
      images,
      'kinds of loss': figures.size,
      'opened by the whole node': byNode,
      checkpoints,
      'WALs begun anew': restarts,
      'with a batch that survived unanswered': unanswered,
      'acknowledged events lost or doubled': 0,
      seed: random.seed,
    });
  }));

test('the check notices when what was synced is lost all the same', () =>
  seededRun('power-loss negative', async (random) => {
    const history = await live(random, 'negative');
    const at = history.moments.findLastIndex((one, i) => i > 0 && !begunAnew(history.moments[i - 1]!.wal, one.wal));
    const moment = history.moments[at]!;
    const before = history.moments[at - 1]!;
    const lost = { database: moment.database, wal: before.wal, acknowledged: moment.acknowledged, what: 'a lie of the disk' };
    assert.throws(() => checkByConnection(history, lost), /acknowledged events of commit/);
    const torn = Buffer.from(moment.checkpointed ?? moment.database);
    torn.fill(0xab, 4096 * 3, 4096 * 6);
    assert.throws(() => checkByConnection(history, { ...lost, database: torn, wal: Buffer.alloc(0) }));
  }));
