// Tables and progress lines: they line up on a terminal, and control characters from data do not reach it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressLine, startProgress } from './progress.ts';
import { displayWidth, formatTable } from './table.ts';

test('the width of text is counted as a terminal shows it', () => {
  const widths: [text: string, columns: number][] = [
    ['abc', 3],
    ['王小明', 6],
    ['ｆｕｌｌ', 8],
    ['e\u0301', 1],
    ['👍', 2],
    ['', 0],
  ];
  for (const [text, columns] of widths) assert.equal(displayWidth(text), columns, JSON.stringify(text));
});

test('columns line up, numbers to the right, missing cells empty', () => {
  const lines = formatTable(
    [{ title: '姓名' }, { title: 'orders', align: 'right' }, { title: 'city' }],
    [['王小明', '3', '上海'], ['Li', '1200'], []],
  );
  assert.deepEqual(lines, ['姓名    orders  city', '王小明       3  上海', 'Li        1200', '']);
});

test('control characters in data are shown, not obeyed', () => {
  const [, row] = formatTable([{ title: 'name' }], [['\u001b[31mred\u0007\u202e\nnext']]);
  assert.equal(row, '\ufffd[31mred\ufffd\ufffd\ufffdnext');
});

test('a progress line shows share, counts and what is left once a rate is known', () => {
  assert.equal(progressLine('Load', 500, 2000, 1000), 'Load [######------------------]  25%  500/2,000');
  assert.equal(progressLine('Load', 500, 2000, 10_000), 'Load [######------------------]  25%  500/2,000  0:30 left');
  assert.equal(progressLine('Load', 2000, 2000, 10_000), 'Load [########################] 100%  2,000/2,000');
  assert.equal(progressLine('Load', 1500, undefined, 65_000), 'Load  1,500  1:05');
  assert.equal(progressLine('Load', 3000, 2000, 10_000), 'Load [########################] 100%  3,000/2,000');
});

test('progress is drawn on a terminal only, not too often, and ends with its last state', () => {
  let nowMs = 0;
  const clock = { nowMs: () => nowMs };
  const drawn: string[] = [];
  const write = (text: string) => drawn.push(text);
  const silent = startProgress('Load', { write, isTTY: false }, clock);
  silent.update(1, 2);
  silent.end();
  assert.deepEqual(drawn, []);

  const progress = startProgress('Load', { write, isTTY: true, columns: 100 }, clock);
  for (nowMs = 1; nowMs <= 1000; nowMs += 1) progress.update(nowMs, 1000);
  assert.ok(drawn.length <= 11, `${drawn.length} lines in one second`);
  progress.end();
  progress.update(5, 1000);
  progress.end();
  assert.match(drawn.at(-2) ?? '', /100%/);
  assert.equal(drawn.at(-1), '\n');
});
