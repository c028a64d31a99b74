import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { isAccessLog, parseHit } from './access-log.ts';
import { detectEncoding, type Encoding, toUtf8 } from './encoding.ts';
import { jsonRows, ndjsonRows, parseRow } from './json-stream.ts';
import { importLimits } from './limits.ts';
import { linesOf } from './lines.ts';
import type { Row } from './rows.ts';

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function all(rows: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const batch of rows) found.push(...batch);
  return found;
}
const shown = (rows: readonly Row[]): unknown[] => rows.map((row) => (row.ok ? row.fields : row.reason));
const array = async (text: string, size = 64 * 1024): Promise<unknown[]> =>
  shown(await all(jsonRows(cut(Buffer.from(text), size))));

// GB18030 of the sentences below, as iconv writes them.
const gb = (hex: string): Buffer => Buffer.from(hex, 'hex');

test('encodings are told from the bytes', () => {
  const cases: [Buffer, Encoding | 'binary' | undefined][] = [
    [Buffer.from('id,name\n1,Ann\n'), undefined],
    [Buffer.from('id,name\n1,王小明\n'), 'utf-8'],
    [Buffer.from('\ufeffid,name'), 'utf-8'],
    [Buffer.concat([Buffer.from('id,name\n1,'), gb('cdf5d0a1c3f7'), Buffer.from('\n')]), 'gb18030'],
    [Buffer.concat([Buffer.from('a,'), gb('cdf5'), Buffer.from('\n')]), 'gb18030'],
    [Buffer.from('id,name\n1,Ren\xe9e M\xfcller, Stra\xdfe\n', 'latin1'), 'windows-1252'],
    [Buffer.from('\ufeffid,name\n', 'utf16le'), 'utf-16le'],
    [Buffer.from('id,name\n1,王小明\n', 'utf16le'), 'utf-16le'],
    [Buffer.from('id,name\n1,王小明\n', 'utf16le').swap16(), 'utf-16be'],
    [Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 200, 201, 202, 203]), 'binary'],
  ];
  for (const [bytes, expected] of cases) assert.equal(detectEncoding(bytes), expected, bytes.toString('latin1'));
  // A sample that ends inside a character is still UTF-8.
  const long = Buffer.from('王小明'.repeat(10));
  for (let end = 4; end < long.length; end++) assert.equal(detectEncoding(long.subarray(0, end)), 'utf-8', `${end} bytes`);
});

test('any encoding becomes UTF-8, however the bytes are cut', async () => {
  const text = 'id,name\n1,王小明\n2,欧阳\n3,Renée\n';
  const sources: [Buffer, Encoding | undefined][] = [
    [Buffer.from(text), undefined],
    [Buffer.from(text, 'utf16le'), 'utf-16le'],
    [Buffer.from(text, 'utf16le').swap16(), 'utf-16be'],
    [Buffer.concat([Buffer.from('x'.repeat(500)), Buffer.from('\n王\n')]), undefined],
  ];
  for (const [bytes, encoding] of sources) {
    for (const size of [1, 2, 3, 7, 64]) {
      let out = '';
      for await (const chunk of toUtf8(cut(bytes, size), encoding)) out += chunk.bytes.toString('latin1');
      const expected = encoding ? text : bytes.toString('utf8');
      assert.equal(Buffer.from(out, 'latin1').toString('utf8'), expected, `${encoding} cut by ${size}`);
    }
  }
  let gbText = '';
  for await (const chunk of toUtf8(cut(gb('cdf5d0a1c3f70a8130b3340a'), 1), undefined)) gbText += chunk.bytes.toString('utf8');
  assert.ok(gbText.startsWith('王小明\n'));
});

test('GB18030 text of any characters comes back, however it is cut', async () => {
  const character = fc.constantFrom(...'王小明欧阳娜娜，。12abc,"\n龘㐀𠀀é');
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: character, maxLength: 60 }), fc.integer({ min: 1, max: 9 }), async (text, size) => {
      let out = '';
      for await (const chunk of toUtf8(cut(iconv.encode(text, 'gb18030'), size), 'gb18030')) out += chunk.bytes.toString('utf8');
      assert.equal(out, text);
    }),
    { numRuns: 500 },
  );
});

test('NDJSON: one object a line, with what is wrong said', async () => {
  const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`;
  const text = [
    '{"a":1}',
    '',
    '[1]',
    '{"a":',
    '{"__proto__":{"x":1}}',
    '{"\\u005f_proto__":1}',
    '{"中":"\\ud800"}',
    deep,
    '"x"',
    '{"b":{"c":[1,2]}}',
  ].join('\r\n');
  assert.deepEqual(shown(await all(ndjsonRows(linesOf(cut(Buffer.from(text), 5), 'lf')))), [
    { a: 1 },
    'not a JSON object',
    'not valid JSON',
    'a key that is refused (__proto__)',
    'a key that is refused (__proto__)',
    { 中: '\ud800' },
    'nested deeper than 32',
    'not a JSON object',
    { b: { c: [1, 2] } },
  ]);
  assert.equal(({} as { x?: number }).x, undefined);
});

test('JSON documents give their elements one by one', async () => {
  assert.deepEqual(await array('[{"a":1},{"a":"],}\\""},  {"a":[{"b":[]}]} ]'), [{ a: 1 }, { a: '],}"' }, { a: [{ b: [] }] }]);
  assert.deepEqual(
    await array('\ufeff{"meta":{"tags":["x",{"y":1}]},"empty":[],"numbers":[1,2],"rows":[{"a":1},{"a":2}],"more":1}'),
    [{ a: 1 }, { a: 2 }],
  );
  assert.deepEqual(await array('[]'), []);
  assert.deepEqual(await array('[1,{"a":1},nonsense,{"b":2}]'), ['not a JSON object', { a: 1 }, 'not valid JSON', { b: 2 }]);
  assert.deepEqual(await array('{"a":1}'), ['no array of objects in the document']);
  assert.deepEqual(await array('[{"a":1},{"b":'), [{ a: 1 }, 'the document ends inside its array']);
  assert.deepEqual(await array('['.repeat(100_000)), ['the document ends inside its array']);
});

test('an element beyond the limit is passed over without being held', async () => {
  async function* bomb(): AsyncGenerator<Buffer> {
    yield Buffer.from('[{"a":1},{"b":"');
    for (let i = 0; i < 100; i++) yield Buffer.alloc(256 * 1024, 'x');
    yield Buffer.from('"},{"c":3}]');
  }
  const rows = await all(jsonRows(bomb()));
  assert.deepEqual(shown(rows), [{ a: 1 }, `element longer than ${importLimits.lineBytes} bytes`, { c: 3 }]);
  assert.ok(rows[1]!.raw.length <= importLimits.rejectRawBytes);
});

test('any array of objects comes back whole, however it is cut, and reading goes on from any element', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 4 })), { maxLength: 8 }),
      fc.integer({ min: 1, max: 30 }),
      fc.boolean(),
      async (objects, size, pretty) => {
        const clean = objects
          .filter((o) => !JSON.stringify(o).includes('__proto__'))
          .map((o) => JSON.parse(JSON.stringify(o)) as object);
        const bytes = Buffer.from(JSON.stringify(clean, null, pretty ? 2 : 0));
        const rows = await all(jsonRows(cut(bytes, size)));
        assert.deepEqual(shown(rows), clean);
        for (const [index, row] of rows.entries()) {
          const rest = await all(jsonRows(cut(bytes.subarray(row.next.offset), size), row.next));
          // After the last element the array is closed, which a reader that begins there cannot know.
          if (index < rows.length - 1) assert.deepEqual(shown(rest), clean.slice(index + 1));
        }
      },
    ),
    { numRuns: 200 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', ',', ':', '\\', 'a', '1', ' ') }),
      async (text) => void (await array(text, 3)),
    ),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void parseRow(Buffer.from(bytes))),
    { numRuns: 1000 },
  );
});

test('access logs: common, combined, nginx with additions', () => {
  const common = '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326';
  const combined =
    '203.0.113.9 - - [05/Mar/2024:10:00:00 +0800] "GET /p/%E7%8E%8B?utm_source=wx&q=1 HTTP/1.1" 200 512 "https://www.baidu.com/" "Mozilla/5.0 (X)"';
  const nginx = `${combined} "10.0.0.1" rt=0.123 "uid=7F00000112345678"`;
  const hit = (line: string): Record<string, unknown> => {
    const parsed = parseHit(line, 'salt');
    assert.ok(parsed.ok, line);
    return parsed.fields;
  };
  assert.deepEqual(hit(common), {
    timestamp: Date.parse('2000-10-10T20:55:36Z'),
    status: 200,
    path: '/apache_pb.gif',
    method: 'GET',
    sizeBytes: 2326,
    userId: 'frank',
    anonymousId: hit(common).anonymousId,
  });
  const fields = hit(combined);
  assert.deepEqual(
    [fields.path, fields.search, fields.referrer, fields.userAgent],
    ['/p/王', '?utm_source=wx&q=1', 'https://www.baidu.com/', 'Mozilla/5.0 (X)'],
  );
  assert.match(String(fields.anonymousId), /^log:[0-9a-f]{32}$/);
  assert.deepEqual([hit(nginx).anonymousId, hit(nginx).latencyMs], ['7F00000112345678', 123]);
  assert.ok(!JSON.stringify(hit(nginx)).includes('203.0.113.9'), 'the address is kept nowhere');
  assert.notEqual(hit(combined).anonymousId, hit(combined.replace('203.0.113.9', '203.0.113.10')).anonymousId);
  const other = parseHit(combined, 'other');
  assert.ok(other.ok && other.fields.anonymousId !== fields.anonymousId, 'another source has other visitors');
  assert.equal(
    hit('shop.cn:443 2001:db8::1 - - [05/Mar/2024:10:00:00 +0800] "GET / HTTP/2.0" 304 0 "-" "-"').url,
    'http://shop.cn/',
  );
  assert.equal(hit('1.2.3.4 - - [05/Mar/2024:10:00:00 +0800] "\\x16\\x03\\x01" 400 0 "-" "-"').status, 400);
  assert.equal(
    hit('1.2.3.4 - - [05/Mar/2024:10:00:00 +0800] "GET /a HTTP/1.1" 200 0 "-" "\\xE7\\x8E\\x8B \\"q\\""').userAgent,
    '王 "q"',
  );
  for (const bad of ['', 'hello', combined.replace('05/Mar/2024', '45/Mar/2024'), combined.replace('Mar', 'Foo')])
    assert.equal(parseHit(bad, '').ok, false, bad);
  assert.equal(isAccessLog('id,name'), false);
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.nat(combined.length),
      (noise, at) => void parseHit(combined.slice(0, at) + noise + combined.slice(at), 's'),
    ),
    { numRuns: 1000 },
  );
});
