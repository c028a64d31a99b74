import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { sampleEvents, sampleLeavers, sampleSources, sampleTruth, writeSample } from './sample.ts';

const options = { seed: 11, people: 250 };
const folder = await mkdtemp(join(tmpdir(), 'holdfast-sample-'));
after(() => rm(folder, { recursive: true, force: true }));
const written = await writeSample(join(folder, 'a'), options);
const bytes = (file: string, which = 'a') => readFile(join(folder, which, file));
const text = async (file: string) => {
  const raw = await bytes(file);
  if (file === 'newsletter.csv') return iconv.decode(raw, 'gb18030');
  return (file.endsWith('.gz') ? gunzipSync(raw) : raw).toString();
};
const table = async (file: string) =>
  parse(await text(file), { columns: true, bom: true, delimiter: file === 'till.csv' ? '|' : ',' }) as Record<string, string>[];

test('the same options write the same bytes', async () => {
  await writeSample(join(folder, 'b'), options);
  const names = await readdir(join(folder, 'a'));
  assert.deepEqual(
    names.sort(),
    written.map(({ file }) => file),
  );
  for (const name of names) assert.ok((await bytes(name)).equals(await bytes(name, 'b')), name);
});

test('every file of a source is written, has its columns, and as many lines as said', async () => {
  const described = sampleSources.flatMap(({ files }) => files.map(({ file }) => file));
  assert.deepEqual(
    [...described, 'truth.csv', 'leavers.csv'].sort(),
    written.map(({ file }) => file),
  );
  for (const { file, lines } of written) assert.equal((await text(file)).trimEnd().split('\n').length, lines, file);
  for (const { file, fields } of sampleSources.flatMap(({ files }) => files)) {
    if (!fields) continue;
    const [first] = await table(file);
    for (const column of Object.keys(fields)) assert.ok(first && column in first, `${file} has no column ${column}`);
  }
});

test('no event is lost between the files', async () => {
  const count = async (file: string) => written.find((one) => one.file === file)!.lines;
  const events = [...sampleEvents(options)];
  const of = (source: string) => events.filter((found) => found.source === source);
  assert.equal(await count('shop-events.ndjson'), of('shop').length);
  assert.equal(await count('desk.ndjson.gz'), of('desk').length);
  assert.equal((await count('till.csv')) - 1, of('till').filter(({ event }) => event.kind === 'track').length);
  assert.equal((await count('newsletter.csv')) - 1 + (await count('newsletter-events.ndjson')), of('newsletter').length);
  assert.equal(
    (await count('crm.csv')) - 1 + (await count('crm-bank.csv')) - 1 + (await count('crm-events.ndjson')),
    of('crm').length,
  );
});

test('lines of the protocol say what the events say', async () => {
  const shop = [...sampleEvents(options)].filter(({ source }) => source === 'shop');
  const lines = (await text('shop-events.ndjson')).trimEnd().split('\n');
  for (const [i, line] of lines.entries()) {
    const { event } = shop[i]!;
    const said = JSON.parse(line);
    assert.equal(said.type, event.kind);
    assert.equal(said.messageId, event.messageId);
    assert.equal(Date.parse(said.timestamp), event.occurredAtMs);
    assert.equal(event.kind === 'track' ? said.event : said.name, event.name);
    assert.deepEqual(
      [said.userId, said.anonymousId, said.traits, said.properties],
      [event.userId, event.anonymousId, event.traits, event.properties],
    );
  }
});

test('the tables keep Chinese in their encodings, and full-width digits as typed', async () => {
  const crm = await table('crm.csv');
  assert.ok(crm.filter((row) => /^\p{Script=Han}{2,4}$/u.test(row.姓名 ?? '')).length / crm.length > 0.7);
  const newsletter = await table('newsletter.csv');
  assert.ok(newsletter.some((row) => /^\p{Script=Han}+$/u.test(row.称呼 ?? '')));
  assert.ok(
    !newsletter.some((row) => Object.values(row).some((cell) => cell.includes('\ufffd') || cell.includes('?'))),
    'a character GB18030 lost',
  );
  assert.ok((await bytes('crm.csv')).subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])));
});

test('the log is in the combined format', async () => {
  const combined =
    /^100\.\d+\.\d+\.\d+ - (-|u_\d{10}) \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0800\] "GET \/\S* HTTP\/2\.0" 200 \d+ "-" "Mozilla[^"]+"$/;
  for (const line of (await text('access.log')).trimEnd().split('\n')) assert.match(line, combined);
});

test('the truth lies beside them', async () => {
  const truth = [...sampleTruth(options)].map(({ source, recordKey, personId }) => ({
    source,
    kind: recordKey.kind as string,
    value: recordKey.value,
    person_id: personId,
  }));
  assert.deepEqual(await table('truth.csv'), truth);
  assert.equal((await table('leavers.csv')).length, [...sampleLeavers(options)].length);
  const known = new Set(truth.filter(({ kind }) => kind === 'user_id').map(({ source, value }) => `${source} ${value}`));
  for (const row of await table('crm.csv')) assert.ok(known.has(`crm ${row.客户编号}`));
  for (const row of await table('till.csv')) assert.ok(known.has(`till ${row.会员号}`));
  for (const row of await table('newsletter.csv')) assert.ok(known.has(`newsletter ${row.订阅号}`));
});
