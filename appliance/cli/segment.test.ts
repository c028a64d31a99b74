// `holdfast segment read` as it is typed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { main } from '../main.ts';
import { exitCodes } from './faults.ts';
import { fakeIo } from './testing.ts';

async function read(...args: string[]) {
  const io = fakeIo({});
  const entry = { name: 'segment', about: { en: 'segments', zh: '人群' }, load: () => import('./segment.ts') };
  const code = await main(['segment', 'read', ...args], io, [entry]);
  return { code, out: io.out(), err: io.err() };
}

test('a rule is said back in both languages, and reads the same again', async () => {
  const first = await read('monthly spend > 5000 and active in 30 days = platinum');
  assert.equal(first.code, exitCodes.ok);
  const [en, zh] = first.out
    .trim()
    .split('\n')
    .map((line) => line.slice(4));
  assert.match(zh!, /30天内消费 > 5000 且 30天内活跃/);
  for (const text of [en!, zh!]) assert.equal((await read(text)).out, first.out);
  const json = JSON.parse((await read('age between 18 and 30', '--json')).out) as {
    rule: { when: { kind: string } };
    findings: unknown[];
  };
  assert.deepEqual(json.findings, []);
});

test('what cannot be read is told with its place, in the language asked for', async () => {
  const { code, err } = await read('monthly spend >> 5000');
  assert.notEqual(code, exitCodes.ok);
  assert.match(err, /column 16/);
  assert.match((await read('monthly spend >> 5000', '--lang', 'zh')).err, /第 1 行第 16 列/);
  assert.match((await read('colour = red')).err, /No trait "colour"/);
});
