// Heads over syslog: messages as RFC 5424 has them, framed for TCP as RFC 6587 has them, read back as heads; and only to addresses nearby.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { generateKey } from '../../../crypto/keys.ts';
import { publicKeyOf } from '../../../crypto/signing.ts';
import { headText, signHead } from './head.ts';
import { HeadSink, readHeadFile } from './sink.ts';
import { parseSyslog, syslogMessage, syslogWriter } from './syslog.ts';

const key = generateKey('signing');
const headOf = (size: number) =>
  headText(signHead(key, size, 1_790_000_000_000 + size, Buffer.alloc(32, size)), publicKeyOf(key));

test('addresses of this machine and of private networks, as numbers; none beyond', () => {
  for (const [url, host, port] of [
    ['udp://127.0.0.1:5514', '127.0.0.1', 5514],
    ['tcp://192.168.1.9', '192.168.1.9', 514],
    ['tcp://10.1.2.3:601', '10.1.2.3', 601],
    ['udp://172.31.0.1', '172.31.0.1', 514],
    ['udp://[::1]:514', '::1', 514],
    ['tcp://[fd00::7]:601', 'fd00::7', 601],
  ] as const)
    assert.deepEqual([parseSyslog(url).host, parseSyslog(url).port], [host, port]);
  for (const url of [
    ...['udp://8.8.8.8', 'tcp://172.32.0.1', 'udp://[2001:db8::1]', 'udp://192.169.0.1', 'udp://0.0.0.0'],
    ...[
      'udp://log.example.com',
      'http://127.0.0.1',
      'udp://127.0.0.1:0',
      'udp://127.0.0.1:99999',
      'udp://999.1.1.1',
      'udp://',
      '',
    ],
  ])
    assert.throws(() => parseSyslog(url), Error, url);
});

test('a message has the header of RFC 5424 and the whole head', () => {
  const text = syslogMessage(headOf(3)).toString('utf8');
  // PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID SP STRUCTURED-DATA SP MSG; "-" is NILVALUE.
  const parts = /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) - holdfast - audit-head - (\{.*\})$/.exec(text);
  assert.ok(parts, text);
  assert.equal(Number(parts[1]), 13 * 8 + 5, 'log audit, notice');
  assert.deepEqual(JSON.parse(parts[3]!), headOf(3));
  assert.ok(Buffer.byteLength(text) <= 480, 'RFC 5426: what every receiver takes');
});

test('by UDP to a server of its own, whose file verify reads', async () => {
  const server = createSocket('udp4');
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  const got = new Promise<string>((resolve) => server.once('message', (message) => resolve(message.toString('utf8'))));
  const sink = new HeadSink(syslogWriter(parseSyslog(`udp://127.0.0.1:${server.address().port}`)));
  sink.offer(headOf(1));
  sink.offer(headOf(2));
  await sink.close();
  const line = await got;
  server.close();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-syslog-'));
  writeFileSync(join(folder, 'log'), `Nov 26 01:00:00 host ${line}\nNov 26 01:00:01 host other: words\n`);
  assert.deepEqual(
    (await readHeadFile(join(folder, 'log')))?.map(({ size }) => size),
    [2],
    'the newest alone',
  );
  rmSync(folder, { recursive: true });
});

test('by TCP with the length of each message before it; a broken connection is made again, and failing is told', async () => {
  let text = '';
  const sockets = new Set<Socket>();
  const serve = () =>
    createServer((socket) => {
      sockets.add(socket);
      socket.on('data', (bytes) => {
        text += bytes.toString('utf8');
      });
    });
  let server = serve();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sink = new HeadSink(syslogWriter(parseSyslog(`tcp://127.0.0.1:${port}`)));
  sink.offer(headOf(1));
  await sink.flush();
  assert.deepEqual([sink.state.state, sink.state.size], ['ok', 1]);
  while (!text.endsWith('}')) await new Promise(setImmediate);
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await new Promise((resolve) => setTimeout(resolve, 50));
  sink.offer(headOf(2));
  await sink.flush();
  assert.equal(sink.state.state, 'failing');
  assert.match(String(sink.state.code), /^E/);
  server = serve();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  sink.offer(headOf(3));
  await sink.flush();
  assert.equal(sink.state.state, 'ok');
  await sink.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  const sizes: number[] = [];
  for (let rest = text; rest !== ''; ) {
    const [, length] = /^([1-9]\d*) /.exec(rest)!;
    const message = rest.slice(length!.length + 1, length!.length + 1 + Number(length));
    assert.match(message, /^<109>1 /);
    sizes.push((JSON.parse(message.slice(message.indexOf('{'))) as { size: number }).size);
    rest = rest.slice(length!.length + 1 + Number(length));
  }
  assert.deepEqual(sizes, [1, 3]);
});
