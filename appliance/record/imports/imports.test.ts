import assert from 'node:assert/strict';
import { stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Fault } from '../../core/errors.ts';
import type { RecordBatch } from '../../core/model/event.ts';
import { folderImportStore } from './checkpoint.ts';
import { type ImportReport, inspectFile } from './imports.ts';
import { importLimits } from './limits.ts';
import { readMap } from './map.ts';
import { file, folder, recorder, run } from './testing-imports.ts';

const numbers = ({ rows, recorded, duplicates, quarantined, rejected }: ImportReport): number[] => [
  rows,
  recorded,
  duplicates,
  quarantined,
  rejected,
];

test('each row of a table is an identify event, its columns recognised by header and content', async () => {
  const path = await file(
    '客户号,姓名,手机号码,Email,性别,出生日期,备用,level\n1001,王小明,138 0013 8001,wang@qq.com,男,1990-3-5,110105 19491231 002X,3\n1002,李四,,,女,,,\n',
  );
  const { report, events } = await run(path);
  assert.deepEqual(numbers(report), [2, 2, 0, 0, 0]);
  assert.deepEqual([report.format, report.encoding, report.mapGuessed], ['csv', 'utf-8', true]);
  const { mtimeMs } = await stat(path);
  assert.deepEqual(events[0], {
    kind: 'identify',
    messageId: events[0]!.messageId,
    userId: '1001',
    traits: {
      name: '王小明',
      phone: '138 0013 8001',
      email: 'wang@qq.com',
      gender: '男',
      birthday: '1990-3-5',
      备用: '110105 19491231 002X',
      memberLevel: '3',
    },
    occurredAtMs: Math.floor(mtimeMs),
    receivedAtMs: 1_700_000_000_000,
  });
  assert.deepEqual(events[1]!.traits, { name: '李四', gender: '女' });
});

test('columns event and timestamp make track events; what identifies the customer goes beside them', async () => {
  const path = await file(
    'user_id;event;timestamp;total;sku;phone\nu1;Order Completed;2024-03-05 10:00:00;12.50;007;13800138001\nu2;Cart Viewed;2024-03-05T11:00:00Z;0;A;\nu3;;2024-03-05;1;B;\nu4;X;275760-09-13;1;B;\n',
  );
  const { report, events, rejects } = await run(path);
  assert.deepEqual(numbers(report), [4, 2, 0, 0, 2]);
  assert.deepEqual(
    events.map(({ messageId: _, receivedAtMs: __, ...rest }) => rest),
    [
      {
        kind: 'track',
        userId: 'u1',
        name: 'Order Completed',
        properties: { total: 12.5, sku: '007' },
        context: { traits: { phone: '13800138001' } },
        occurredAtMs: Date.parse('2024-03-05T02:00:00Z'),
      },
      {
        kind: 'track',
        userId: 'u2',
        name: 'Cart Viewed',
        properties: { total: 0, sku: 'A' },
        occurredAtMs: Date.parse('2024-03-05T11:00:00Z'),
      },
    ],
  );
  assert.match(rejects[0]!, /^4,"an event without a name","u3;;2024-03-05;1;B;"$/);
  assert.match(rejects[1]!, /^5,"timestamp: not a date: the year is outside 1850 to 2199"/);
});

test('a map decides: targets, constants, normalisers, nesting, required columns', async () => {
  const map = readMap({
    columns: {
      no: 'userId',
      mail: ['traits.email', 'traits.contact.email'],
      paid: { to: 'traits.paid', as: 'number' },
      born: { to: 'traits.birthday', as: 'date', required: true },
      junk: null,
    },
    constants: { 'traits.channel': 'store', 'context.locale': 'zh-CN' },
  });
  const { events, rejects } = await run(
    await file('no,mail,paid,born,junk,extra\n7,a@b.cn,"¥1,200.50",5/3/1990,x,y\n8,,n/a,soon,x,y\n'),
    map,
  );
  assert.deepEqual(events[0]!.traits, {
    channel: 'store',
    email: 'a@b.cn',
    contact: { email: 'a@b.cn' },
    paid: 1200.5,
    birthday: '1990-03-05',
  });
  assert.deepEqual(events[0]!.context, { locale: 'zh-CN' });
  assert.match(rejects[0]!, /^3,"column born: not a date: no known way to write a date"/);
});

test('a map with a mistake is refused with the place of it', () => {
  const cases: [unknown, RegExp][] = [
    [[], /map: expected an object/],
    [{ colums: {} }, /map\.colums: no such setting/],
    [{ columns: { a: 'trait.x' } }, /map\.columns\.a: no such target/],
    [{ columns: { a: 'traits.__proto__.x' } }, /no such target/],
    [{ columns: { a: { to: 'traits.x', as: 'nonsense' } } }, /map\.columns\.a\.as/],
    [{ columns: { a: { to: [] } } }, /no target/],
    [{ constants: { kind: 'sing' } }, /map\.constants\.kind/],
    [{ timeZone: 'Mars/Olympus' }, /no such IANA/],
    [{ csv: { delimiter: '::' } }, /one character/],
    [{ format: 'xlsx' }, /map\.format/],
    [{ region: 86 }, /two letters/],
  ];
  for (const [map, expected] of cases)
    assert.throws(
      () => readMap(map),
      (error) => error instanceof Fault && error.code === 'bad_request' && expected.test(error.where ?? ''),
      JSON.stringify(map),
    );
});

test('encodings and packing: the same table comes out of all of them', async () => {
  const text = 'id,name\n1,王小明\n2,欧阳 娜娜\n';
  const gbText = Buffer.concat([
    Buffer.from('id,name\n1,'),
    Buffer.from('cdf5d0a1c3f7', 'hex'),
    Buffer.from('\n2,'),
    Buffer.from('c5b7d1f420c4c8c4c8', 'hex'),
    Buffer.from('\n'),
  ]);
  const contents: [string, Buffer][] = [
    ['utf-8', Buffer.from(text)],
    ['utf-8', Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`)],
    ['utf-8', Buffer.from(text.replaceAll('\n', '\r'))],
    ['gb18030', gbText],
    ['utf-16le', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['utf-16be', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ];
  for (const [encoding, bytes] of contents) {
    for (const [compression, packed] of [
      ['none', bytes],
      ['gzip', gzipSync(bytes)],
      ['gzip', Buffer.concat([gzipSync(bytes.subarray(0, 9)), gzipSync(bytes.subarray(9))])],
      ['zstd', zstdCompressSync(bytes)],
      ['zstd', Buffer.concat([...bytes].map((byte) => zstdCompressSync(Buffer.from([byte]))))],
    ] as const) {
      const { report, events } = await run(await file(packed));
      assert.deepEqual([report.encoding, report.compression], [encoding, compression]);
      assert.deepEqual(
        events.map((e) => [e.userId, e.traits?.name]),
        [
          ['1', '王小明'],
          ['2', '欧阳 娜娜'],
        ],
        `${encoding} ${compression}`,
      );
    }
  }
});

test('JSON, NDJSON, events as they are, and access logs', async () => {
  const rows = [
    { id: 1, name: '王小明', address: { city: '北京' } },
    { id: 2, name: '李四', tags: ['a', null] },
  ];
  for (const text of [JSON.stringify(rows), JSON.stringify({ data: rows }), rows.map((row) => JSON.stringify(row)).join('\n')]) {
    const { events } = await run(await file(text, 'x.json'));
    assert.deepEqual(
      events.map((e) => [e.userId, e.traits?.name]),
      [
        ['1', '王小明'],
        ['2', '李四'],
      ],
      text,
    );
    assert.deepEqual(events[0]!.traits?.address, { city: '北京' });
  }
  const events = [
    { type: 'track', event: 'Paid', userId: 'u', messageId: 'm1', properties: { total: 3 }, timestamp: '2024-03-05T10:00:00Z' },
    { type: 'identify', anonymousId: 'a', traits: { x: 1 } },
    { type: 'group', userId: 'u' },
  ];
  const made = await run(await file(events.map((e) => JSON.stringify(e)).join('\n'), 'e.ndjson'));
  assert.deepEqual(made.events[0], {
    kind: 'track',
    messageId: 'm1',
    userId: 'u',
    name: 'Paid',
    properties: { total: 3 },
    occurredAtMs: Date.parse('2024-03-05T10:00:00Z'),
    receivedAtMs: 1_700_000_000_000,
  });
  assert.match(made.rejects[0]!, /^3,"a group event without groupId"/);
  const hits = Array.from(
    { length: 3 },
    (_, i) => `203.0.113.${i} - - [05/Mar/2024:10:00:0${i} +0800] "GET /p${i}?a=1 HTTP/1.1" 200 512 "-" "UA"`,
  );
  const log = await run(await file(`${hits.join('\n')}\nbroken\n`, 'access.log'));
  assert.deepEqual(numbers(log.report), [4, 3, 0, 0, 1]);
  assert.deepEqual(
    [log.events[0]!.kind, log.events[0]!.name, log.events[0]!.properties],
    ['page', '/p0', { path: '/p0', search: '?a=1', method: 'GET', status: 200, sizeBytes: 512 }],
  );
});

test('the same rows are recorded once: again, packed, renamed, and when a log has grown', async () => {
  const held = recorder();
  const again = async (content: string | Buffer, name: string): Promise<number[]> =>
    numbers((await run(await file(content, name), undefined, { recordBatch: held.recordBatch })).report);
  const csv = 'user_id,event,timestamp\nu1,a,2024-03-05\nu1,a,2024-03-05\n';
  assert.deepEqual(await again(csv, 'a.csv'), [2, 2, 0, 0, 0]);
  assert.deepEqual(await again(csv, 'b.csv'), [2, 0, 2, 0, 0]);
  assert.deepEqual(await again(gzipSync(csv), 'b.csv.gz'), [2, 0, 2, 0, 0]);
  const hit = (i: number): string => `1.1.1.1 - - [05/Mar/2024:10:00:00 +0800] "GET /${i} HTTP/1.1" 200 1\n`;
  assert.deepEqual(await again(hit(1) + hit(1), 'l.log'), [2, 2, 0, 0, 0]);
  assert.deepEqual(await again(hit(1) + hit(1) + hit(2), 'l.log'), [3, 1, 2, 0, 0]);
  const map = readMap({ columns: { user_id: 'userId', event: 'name', timestamp: 'timestamp' }, messageIds: 'row' });
  const byRow = async (text: string, edition?: string): Promise<number[]> =>
    numbers((await run(await file(text), edition ? { ...map, edition } : map, { recordBatch: held.recordBatch })).report);
  assert.deepEqual(await byRow('user_id,event,timestamp\nu1,a,2024-03-05\nu2,b,2024-03-05\n'), [2, 2, 0, 0, 0]);
  assert.deepEqual(await byRow('user_id,event,timestamp\nu2,b,2024-03-05\nu3,b,2024-03-05\n'), [2, 1, 1, 0, 0]);
  assert.deepEqual(await byRow('user_id,event,timestamp\nu2,b,2024-03-05\n', 'second'), [1, 1, 0, 0, 0]);
});

/** Rows of every fate: good, with line breaks in quotes, too few columns, a quote that never closes. */
function mixed(rows: number): string {
  const lines = ['id,name,note'];
  for (let i = 0; i < rows; i++)
    lines.push(
      i % 17 === 3 ? `${i},short` : i % 13 === 5 ? `${i},"n","two\nlines"` : i === 40 ? `${i},"open,x` : `${i},王${i},n`,
    );
  return `${lines.join('\n')}\n`;
}

test('stopped after any batch, it goes on there: every row once, rejects as in one run', async () => {
  const rows = importLimits.batchEvents * 4;
  for (const [name, content] of [
    ['plain', Buffer.from(mixed(rows))],
    ['zstd', zstdCompressSync(mixed(rows))],
    ['utf16', Buffer.from(`\ufeff${mixed(rows)}`, 'utf16le')],
  ] as const) {
    const whole = await run(await file(content));
    const batches = Math.ceil(whole.report.recorded / importLimits.batchEvents);
    assert.ok(batches >= 4);
    for (let stopAt = 1; stopAt <= batches; stopAt++) {
      for (const way of ['abort', 'fault'] as const) {
        const path = await file(content);
        const held = recorder();
        const checkpoint = folderImportStore(join(folder, `checkpoints-${name}-${stopAt}-${way}`));
        const abort = new AbortController();
        const dying: RecordBatch = async (source, events) => {
          if (held.batches + 1 === stopAt && way === 'fault') throw new Fault('store_unavailable');
          const outcomes = await held.recordBatch(source, events);
          if (held.batches === stopAt) abort.abort();
          return outcomes;
        };
        const first = run(path, undefined, { recordBatch: dying, checkpoint, signal: abort.signal });
        if (way === 'fault') await assert.rejects(first, (e) => e instanceof Fault && e.code === 'store_unavailable');
        else await first;
        const second = await run(path, undefined, { recordBatch: held.recordBatch, checkpoint });
        assert.equal(second.report.stopped, false);
        assert.deepEqual(new Set(held.events.keys()), new Set(whole.events.map((e) => e.messageId)), `${name} ${way} ${stopAt}`);
        assert.equal(second.report.rejected, whole.report.rejected);
        assert.deepEqual(second.rejects, whole.rejects);
        assert.equal(second.report.rows, whole.report.rows);
      }
    }
  }
});

test('a checkpoint that is damaged, or rejects that were deleted, cost nothing but time', async () => {
  const path = await file(mixed(2500));
  const checkpoints = join(folder, 'damaged');
  const held = recorder();
  const abort = new AbortController();
  const checkpoint = folderImportStore(checkpoints);
  const stopping: RecordBatch = async (s, e) => {
    abort.abort();
    return held.recordBatch(s, e);
  };
  await run(path, undefined, { recordBatch: stopping, checkpoint, signal: abort.signal });
  await truncate(`${path}.rejects.csv`, 3);
  const { report } = await run(path, undefined, { recordBatch: held.recordBatch, checkpoint });
  assert.ok(report.resumedAtLine !== undefined && report.resumedAtLine > 1);
  assert.equal(held.events.size, report.recorded);
});

test('a node at capacity is waited for as long as it says, and given up after a quarter of an hour', async () => {
  const waits: number[] = [];
  const held = recorder();
  let refusals = 3;
  const busy: RecordBatch = async (s, e) => {
    if (refusals-- > 0) throw new Fault('too_busy', undefined, { retryAfterS: 2 });
    return held.recordBatch(s, e);
  };
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  const seen: boolean[] = [];
  const { report } = await run(await file('id\n1\n2\n'), undefined, {
    recordBatch: busy,
    wait,
    onProgress: (p) => seen.push(p.waiting),
  });
  assert.deepEqual(
    [waits, numbers(report)],
    [
      [2000, 2000, 2000],
      [2, 2, 0, 0, 0],
    ],
  );
  assert.ok(seen.includes(true) && seen.at(-1) === false);
  refusals = Number.MAX_SAFE_INTEGER;
  waits.length = 0;
  await assert.rejects(
    run(await file('id\n1\n'), undefined, { recordBatch: busy, wait }),
    (e) => e instanceof Fault && e.code === 'too_busy',
  );
  assert.ok(waits.reduce((a, b) => a + b) >= importLimits.busyWaitMs);
});

test('a file can be looked at without importing it', async () => {
  const plan = await inspectFile(await file('phone\tx\n13800138001\t1\n'));
  assert.deepEqual(
    [plan.format, plan.header, plan.map.columns],
    ['csv', ['phone', 'x'], { phone: 'traits.phone', x: 'traits.x' }],
  );
  const bare = await inspectFile(await file('王小明,13800138001\n李四,13800138002\n张三,13800138003\n陈五,13800138004\n'));
  assert.deepEqual(bare.map.columns, { column1: 'traits.name', column2: 'traits.phone' });
});
