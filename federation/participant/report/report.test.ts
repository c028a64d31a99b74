// The report of a match for compliance: every part of it is there for every way that a match can end, in both languages, in words, and nothing
// in it leads to a customer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fingerprintOf } from '../../protocol/identity.ts';
import { foldMembership } from '../../protocol/membership.ts';
import { textsIn, untranslated } from '../../protocol/testing-texts.ts';
import type { Entry } from '../../protocol/transcript.ts';
import { type ProtocolCode, protocolWords } from '../../protocol/words.ts';
import type { MatchView, Outcome } from '../match/match.ts';
import { type Pair, twoOfUs } from '../match/testing.ts';
import { type Report, type ReportOf, reportOf, writeReport } from './report.ts';
import { matched, phones, type Run } from './testing.ts';

const zone = 'Asia/Shanghai';
const written = [
  ...twoOfUs.flatMap(({ officer, reason }) => [officer, reason]),
  'holdfast normal 1',
  'holdfast federation verify FILE',
  'marketing',
  'whom we both know',
  'spent',
  'where',
];

function inputOf(run: Run, side: Pair['one'], change: Partial<MatchView> = {}): ReportOf {
  const opening = JSON.parse(run.text.split('\n')[0]!) as Extract<Entry, { entry: 'open' }>;
  return {
    match: { ...side.matches.get(run.session), ...change },
    me: side.member.id,
    membership: foldMembership(opening.log),
    transcript: run.text,
    zone,
    writtenAtMs: run.clock.now,
  };
}
const headingsOf = ({ blocks }: Report) => blocks.map(({ heading }) => heading.en);
const linesOf = ({ blocks }: Report, heading: string) =>
  blocks.find((one) => one.heading.en === heading)!.lines.map(({ en }) => en);
const parts = [
  'In short',
  'Who took part',
  'What was agreed',
  'What each side brought',
  'What was learned',
  'Minimum, counter and budget',
  'What each could see',
  'What could leak',
  'How it ended',
  'Proof',
  'About this report',
];

/** Codes are for machines: no text may show one as if it explained something. */
function checkTexts(report: Report, names: readonly string[] = []): void {
  for (const text of textsIn([report.title, report.blocks])) {
    assert.deepEqual(untranslated(text, [...written, ...names]), []);
    assert.doesNotMatch(text.en + text.zh, /\b[a-z]+_[a-z_]+\b/);
  }
}

test('a match that came to its end, as each side reports it', async () => {
  const budget = { budget: '7', spent: 10, limit: 1000 };
  const run = await matched({ budget });
  const [one, two] = [run.one, run.two].map((side) => reportOf(inputOf(run, side))) as [Report, Report];
  for (const report of [one, two]) {
    assert.deepEqual(headingsOf(report), parts);
    assert.deepEqual(report.verdict.findings, []);
    checkTexts(report);
  }
  assert.deepEqual(linesOf(one, 'What each side brought').slice(0, 3), [
    'Organisation one brought 40 telephone numbers, each once.',
    'Organisation two brought 30 telephone numbers, each once.',
    'Our list stands for 40 customers, read once and kept sealed until the match was over.',
  ]);
  assert.deepEqual(linesOf(two, 'What was learned').slice(0, 2), [
    'Organisation two learned which 10 of its own customers the other side has too.',
    'Shared: 10 telephone numbers.',
  ]);
  const who = linesOf(one, 'Who took part');
  assert.equal(who.filter((line) => line.includes(' approved on 2026-01-05T08:01:00+08:00.')).length, 4);
  for (const { member } of [run.one, run.two]) {
    assert.ok(who.some((line) => line.includes(fingerprintOf(member.descriptor.descriptor))));
  }
  assert.match(linesOf(one, 'Minimum, counter and budget').join(), /10 spent of its budget “7”, whose limit is 1,000/);
  assert.ok(linesOf(one, 'Proof')[0]!.includes(one.verdict.head));
  assert.match(linesOf(one, 'In short').join(), /From the first word to the end: /);
});

test('numbers, sums and counts are said to who has them', async () => {
  const values = Array.from({ length: 30 }, (_, at) => at * 1000);
  const sums = await matched({ terms: { mode: 'sums', learns: 'initiator', sumOf: 'spent' }, values });
  const of = (side: Pair['one'], run: Run) => linesOf(reportOf(inputOf(run, side)), 'What was learned').join('\n');
  assert.match(of(sums.one, sums), /Shared: 10 telephone numbers.\n.*“spent” over what both have is 45,000/);
  assert.match(of(sums.two, sums), /45,000/);
  assert.doesNotMatch(of(sums.two, sums), /Shared: /);
  const first = await matched({ terms: { learns: 'neither' } });
  for (const side of [first.one, first.two]) {
    assert.match(of(side, first), /told both sides: 10 telephone numbers shared\.\n.* learned nothing beyond that number/);
    checkTexts(reportOf(inputOf(first, side)));
  }
});

test('approvals after the count are told from those before', async () => {
  const run = await matched({ terms: { countFirst: true } });
  const who = linesOf(reportOf(inputOf(run, run.one)), 'Who took part');
  assert.equal(who.filter((line) => line.endsWith('This was after the count.')).length, 4);
});

const no = { officer: 'o', reason: '7' };
const endings: readonly [name: string, run: () => Promise<Run>, how: RegExp, learned: RegExp][] = [
  [
    'too small, by the counter',
    () => matched({ terms: { minIntersection: 11 } }),
    /Too few were shared.*Why: .*fewer customers/,
    /Organisation two was told only that there are too few/,
  ],
  [
    'too small, without a counter',
    () => matched({ terms: { minIntersection: 11, counter: undefined as never } }),
    /Too few were shared/,
    /Organisation two can have found out at most which of its own items/,
  ],
  [
    'declined',
    () => matched({ answer: ({ two }, session) => two.matches.stop(session, no) }),
    /It was stopped\..*declined.*In an officer's words: “7 \(o\)”/,
    /No list of ours had left this node/,
  ],
  [
    'withdrawn',
    () => matched({ answer: ({ one }, session) => one.matches.stop(session, no) }),
    /An officer stopped the match.*“7 \(o\)”/,
    /No list of ours had left this node/,
  ],
  ['a set that is too small', () => matched({ terms: { minSize: 31 } }), /It failed\..*fewer customers than/, /No list of ours/],
];
for (const [name, start, how, learned] of endings) {
  test(`a match that ended otherwise: ${name}`, async () => {
    const run = await start();
    for (const side of [run.one, run.two]) {
      const report = reportOf(inputOf(run, side));
      assert.deepEqual(headingsOf(report), parts);
      assert.match(linesOf(report, 'How it ended').join(' '), how);
      if (side === run.one) assert.match(linesOf(report, 'What was learned').join(' '), learned);
      checkTexts(report, ['7 (o)', '7（o）']);
    }
  });
}

test('every code is explained in both languages, and one that is unknown is called so', async () => {
  const run = await matched();
  const codes = Object.keys(protocolWords) as ProtocolCode[];
  for (const result of ['failed', 'stopped', 'too-small'] as const) {
    for (const code of codes) {
      const outcome: Outcome = { result, code, where: '7' };
      const report = reportOf(inputOf(run, run.one, { outcome, theirOutcome: { result: 'failed' } }));
      const lines = report.blocks.find(({ heading }) => heading.en === 'How it ended')!.lines;
      const { message, next } = protocolWords[code];
      for (const language of ['en', 'zh'] as const) {
        const text = lines.map((line) => line[language]).join('\n');
        assert.ok(text.includes(message[language]) && text.includes(next[language]), code);
      }
      checkTexts(report);
    }
  }
  const unknown = reportOf(inputOf(run, run.one, { outcome: { result: 'failed', code: 'not-of-today' } }));
  assert.match(linesOf(unknown, 'How it ended').join(), /a code that this version does not know, “not-of-today”/);
});

test('a match that is not over has its report too', async () => {
  const run = await matched();
  const {
    outcome: _outcome,
    theirOutcome: _theirs,
    learned: _learned,
    endedAtMs: _ended,
    ...open
  } = run.one.matches.get(run.session);
  for (const phase of ['proposed', 'asked', 'running', 'counted', 'ending'] as const) {
    const report = reportOf({ ...inputOf(run, run.one), match: { ...open, phase }, transcript: '' });
    assert.deepEqual(headingsOf(report), parts);
    checkTexts(report);
  }
});

test('what became of our values is told by reason, and reasons of later versions too', async () => {
  const run = await matched();
  const report = {
    given: 1234,
    taken: 1200,
    repeats: 30,
    refused: { phone_length: 2, empty: 1, placeholder: 1, customer_left_out: 0, later_reason: 3 },
  };
  const told = reportOf(inputOf(run, run.one, { reports: { phone: report } }));
  const lines = linesOf(told, 'What each side brought');
  assert.match(lines.join('\n'), /1,234 in the records, 1,200 used, 30 repeats of one that was used, 7 not used/);
  assert.match(lines.join('\n'), /2 not of a possible length for a telephone number/);
  assert.match(lines.join('\n'), /3 for a reason that this version does not know \(“later_reason”\)/);
  assert.equal(lines.filter((line) => line.startsWith('Not used')).length, 4);
});

test('a transcript that does not hold is said to, with what was found', async () => {
  const run = await matched();
  const report = reportOf({ ...inputOf(run, run.one), transcript: run.text.replace('"officers":2', '"officers":1') });
  assert.deepEqual(headingsOf(report), parts.toSpliced(-1, 0, 'Findings'));
  assert.match(linesOf(report, 'Proof').join(), /not all of it holds/);
  const other = reportOf({ ...inputOf(run, run.one), founder: '1'.repeat(40) });
  assert.match(linesOf(other, 'Findings').join(), /founder is not the one/);
});

test('no customer is in a report: neither an identifier nor an id', async () => {
  const secret = ['canary-zephyr@example.com', 'canary-quartz@example.com'];
  const lists = { ...phones(0, 20), email: secret.map((address) => [`email:${address}`]) };
  for (const mode of ['ecdh', 'salted-hash', 'count'] as const) {
    const terms = {
      mode,
      learns: mode === 'count' ? ('initiator' as const) : ('both' as const),
      kinds: ['phone', 'email'] as const,
    };
    const run = await matched({ terms: { ...terms, kinds: ['phone', 'email'] }, one: lists, two: lists });
    for (const side of [run.one, run.two]) {
      const report = reportOf(inputOf(run, side));
      for (const text of [JSON.stringify(report), writeReport(report, 'en'), writeReport(report, 'zh')]) {
        assert.doesNotMatch(text, /canary|zephyr|quartz|13800|\bc\d+\b|example\.com/);
      }
    }
  }
});

test('as Markdown: a title, headings, a line each', async () => {
  const run = await matched();
  const report = reportOf(inputOf(run, run.one));
  for (const [language, title] of [
    ['en', '# Match with Organisation two'],
    ['zh', '# 与机构的匹配'],
  ] as const) {
    const lines = writeReport(report, language).split('\n');
    assert.equal(lines[0], title);
    assert.equal(lines.filter((line) => line.startsWith('## ')).length, parts.length);
    assert.ok(lines.every((line) => line === '' || /^(#{1,2}|-) /.test(line)));
  }
});
