// The verdict as people read it: complete, in both languages, with nothing in it that steers a terminal or hides what was found.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeMarkdown } from '../../protocol/blocks.ts';
import { fingerprintOf } from '../../protocol/identity.ts';
import { testFederation } from '../../protocol/testing.ts';
import { textsIn, untranslated } from '../../protocol/testing-texts.ts';
import { verdictExit, wordsOfVerdict, writeVerdict } from '../../protocol/verdict-words.ts';
import { verifyTranscript } from '../../protocol/verify-transcript.ts';
import { twoOfUs } from '../match/testing.ts';
import { apart, matched, together } from './testing.ts';

/** What the tests' own people wrote, the same in both languages. */
const written = [
  ...twoOfUs.flatMap(({ officer, reason }) => [officer, reason]),
  'holdfast normal 1',
  'marketing',
  'whom we both know',
  'spent',
  'where',
];
const founderOf = (text: string) => verifyTranscript(text).record!.founder.fingerprint;

test('a transcript that is right: who, by what, how it ended, and that nothing was found', async () => {
  const run = await matched({ budget: { budget: '7', spent: 1, limit: 10 } });
  const verdict = verifyTranscript(run.text, founderOf(run.text));
  assert.equal(verdictExit(verdict), 0);
  const blocks = wordsOfVerdict(verdict, 'Asia/Shanghai');
  for (const text of textsIn(blocks)) assert.deepEqual(untranslated(text, written), []);
  const [en, zh] = [writeVerdict(verdict, 'en'), writeVerdict(verdict, 'zh')];
  for (const side of [run.one, run.two]) {
    for (const text of [en, zh]) assert.ok(text.includes(fingerprintOf(side.member.descriptor.descriptor)));
    assert.ok(en.includes(side.member.descriptor.descriptor.name.en));
  }
  for (const said of ['40 telephone numbers', '30 telephone numbers', 'It came to its end.', 'there are enough', verdict.head]) {
    assert.ok(en.includes(said), said);
  }
  assert.ok(zh.includes('与所提供的指纹一致'));
  assert.ok(zh.includes('无问题'));
  assert.deepEqual(
    blocks.map(({ heading }) => heading.en),
    [
      'Result',
      'Who took part',
      'What was agreed',
      'What the two sides say',
      'Whose federation it is',
      'What was checked, and holds',
      'What no transcript can show',
      'Which transcript this is',
    ],
  );
});

test('what is found is said by line, in words, with what to do next', async () => {
  const run = await matched();
  const lines = run.text.trimEnd().split('\n');
  const other = fingerprintOf(testFederation(1, undefined, 'other ').founder.descriptor.descriptor);
  const files = [
    ['', undefined],
    [`${lines.slice(0, -1).join('\n')}\n`, undefined],
    [`${lines.slice(1).join('\n')}\n`, undefined],
    [run.text, other],
    [run.text.replace('"officers":2', '"officers":1'), undefined],
  ] as const;
  for (const [text, founder] of files) {
    const verdict = verifyTranscript(text, founder);
    assert.equal(verdictExit(verdict), 1);
    const blocks = wordsOfVerdict(verdict);
    const found = blocks.find(({ heading }) => heading.en === 'Findings')!;
    assert.equal(found.lines.length, verdict.findings.length + (verdict.more > 0 ? 1 : 0));
    for (const [at, { line, code }] of verdict.findings.entries()) {
      assert.ok(found.lines[at]!.en.startsWith(`Line ${line}: `));
      assert.match(found.lines[at]!.zh, /下一步：/);
      assert.ok(!found.lines[at]!.en.includes(code));
    }
    for (const line of found.lines) assert.doesNotMatch(line.en + line.zh, /[0-9a-f]{32}/);
  }
  const { en } = wordsOfVerdict(verifyTranscript(run.text, other)).find(({ heading }) => heading.en === 'Findings')!.lines[0]!;
  assert.match(en, /founder is not the one/);
});

test('more findings than are named are counted', async () => {
  const { text } = await matched();
  const verdict = verifyTranscript(`${text}${'x\n'.repeat(30)}`);
  assert.deepEqual([verdict.findings.length, verdict.more], [20, 10]);
  assert.match(writeVerdict(verdict, 'zh'), /发现 30 处问题[\s\S]*另有 10 处/);
});

test('what parties wrote cannot steer a terminal, add a line or become Markdown', async () => {
  const run = await matched();
  const honest = apart(run.text);
  const reason = 'x\u001b[2K\nResult\n  All right\u202e # [a](http://b.example) `c`';
  const said = honest.said.map((one) => (one.saying.kind === 'approval' ? { ...one, saying: { ...one.saying, reason } } : one));
  const verdict = verifyTranscript(together(run, { ...honest, said }));
  assert.deepEqual(verdict.findings, []);
  for (const language of ['en', 'zh'] as const) {
    const plain = writeVerdict(verdict, language);
    assert.ok(plain.includes('[2K'));
    assert.doesNotMatch(plain.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assert.equal(plain.split('\n').filter((line) => line.trim() === 'Result').length, language === 'en' ? 1 : 0);
    const markdown = writeMarkdown({ en: 'Verdict', zh: '核查结论' }, wordsOfVerdict(verdict), language);
    assert.ok(markdown.includes('\\[a\\](http://b.example) \\`c\\`'));
  }
});

test('a code that this version does not know is said to be unknown', async () => {
  const run = await matched();
  const honest = apart(run.text);
  const outcome = { kind: 'outcome', result: 'failed', code: '__proto__' } as const;
  const said = honest.said.map((one) => (one.saying.kind === 'outcome' ? { ...one, saying: outcome } : one));
  const text = writeVerdict(verifyTranscript(together(run, { ...honest, said })), 'en');
  assert.match(text, /a code that this version does not know, “__proto__”/);
});
