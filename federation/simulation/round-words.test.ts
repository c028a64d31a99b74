// Verdict and report of rounds as people read them: complete, in both languages, and with what was found in them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roundReportOf, writeRoundReport } from '../participant/report/round-report.ts';
import { Unreachable } from '../protocol/coordinator-api.ts';
import { fingerprintOf } from '../protocol/identity.ts';
import { same } from '../protocol/plain.ts';
import { leakageOfRound } from '../protocol/round/round-leakage.ts';
import { type Learning, privacyFor, type RoundTerms } from '../protocol/round/round-terms.ts';
import { wordsOfRoundTerms } from '../protocol/round/round-terms-words.ts';
import { wordsOfRoundVerdict, writeRoundVerdict } from '../protocol/round/round-verdict-words.ts';
import { type RoundVerdict, verifyRound } from '../protocol/round/verify-round.ts';
import { startMs } from '../protocol/testing.ts';
import { textsIn, untranslated } from '../protocol/testing-texts.ts';
import { toEnd, vector } from './round-stories.ts';
import { agreedRound, wholeRound } from './round-whole.ts';
import { learnBy, type RoundMember, RoundWorld } from './round-world.ts';

/** What the tests' own people wrote, and names that are the same in both languages. */
const written = [
  ...[
    'fedavg',
    'fedadam',
    'relu',
    'first 0',
    'first 1',
    'custodian 0',
    'custodian 1',
    'because',
    'wang',
    'good',
    'one model for all',
  ],
  ...['other 0', 'other 1', 'other 2', 'other 3', 'churn.prevention', 'tenure', 'left', 'yes', 'bfv-4096', 'AUC', 'epsilon'],
  ...['holdfast federation verify FILE', 'where', 'sum', 'model', 'contribution', 'not this one', 'li', 'Organisation'],
];
const zone = 'Asia/Shanghai';

/** The same terms with noise, where there can be any: for all who are counted on at most, and for one. */
function promising(terms: RoundTerms): RoundTerms[] {
  if (terms.learn.kind === 'logistic') return [];
  const privacy = privacyFor(terms, { epsilon: 2.5, delta: 1e-6 });
  return [
    { ...terms, privacy },
    { ...terms, privacy: { ...privacy, honest: 1 } },
  ];
}

function checkTexts(value: unknown): void {
  for (const text of textsIn(value)) assert.deepEqual(untranslated(text, written), []);
}

async function told(
  world: RoundWorld,
  member: RoundMember,
  round: string,
): Promise<{ en: string; zh: string; report: string } & RoundVerdict> {
  const text = await member.rounds.transcript(round);
  const verdict = verifyRound(text, fingerprintOf(world.founder.descriptor.descriptor));
  checkTexts(wordsOfRoundVerdict(verdict, zone));
  const report = roundReportOf({ transcript: text, me: member.who.id, zone, writtenAtMs: startMs });
  checkTexts(report.blocks);
  checkTexts(report.title);
  assert.ok(writeRoundReport(report, 'zh').startsWith('# '));
  return {
    ...verdict,
    en: writeRoundVerdict(verdict, 'en', zone),
    zh: writeRoundVerdict(verdict, 'zh', zone),
    report: writeRoundReport(report, 'en'),
  };
}

test('a round that was adopted: who, by what, what came out and who could have learned what', async () => {
  const world = await RoundWorld.open(4);
  try {
    const budget = { budget: 'epsilon', spent: 1, limit: 8 };
    const learn = (at: number) => learnBy((sum) => vector(at, sum), 2);
    const round = await wholeRound(world, { learn, budget: (at) => (at === 1 ? budget : undefined) });
    const { findings, en, zh, report, head, record } = await told(world, world.members[0]!, round);
    assert.deepEqual(findings, []);
    for (const { who } of [...world.all, { who: world.coordinator }]) {
      const fingerprint = fingerprintOf(who.descriptor.descriptor);
      for (const text of [en, zh, report]) assert.ok(text.includes(fingerprint), `${who.id} is not in it`);
    }
    for (const said of [
      ...[
        'All right',
        '“first 1” approved',
        'the model was adopted',
        '1 spent of its budget “epsilon”, whose limit is 8',
        'AUC 0.5',
      ],
      ...[
        '2 of 2 sums were opened',
        'up to 2 members learn no more than the sums',
        'was not recomputed',
        head,
        record!.model!.hash,
      ],
      ...['It is the fingerprint that was given', 'The sum of the fewest members was over 4'],
    ]) {
      assert.ok(en.includes(said), said);
    }
    for (const said of ['无问题', '已采用该模型', '与所提供的指纹一致', '至多 2 个成员串通']) assert.ok(zh.includes(said), said);
    assert.ok(report.includes('We were one of them.') && report.includes('All took part to the end.'));
    const verdict = verifyRound(await world.members[0]!.rounds.transcript(round));
    assert.deepEqual(
      wordsOfRoundVerdict(verdict).map(({ heading }) => heading.en),
      [
        ...['Result', 'Who took part', 'What was agreed', 'What came out', 'Who could have learned what', 'What could leak'],
        ...['Whose federation it is', 'What was checked, and holds', 'What no transcript can show', 'Which transcript this is'],
      ],
    );
    // The custodian has neither sums nor model: it is told whom to ask.
    const custodians = await told(world, world.custodian, round);
    assert.match(custodians.en, /An opened sum is not in the transcript.*Get the copy of a member that took part to the end/);
    assert.match(custodians.report, /We kept the key/);
    assert.match(custodians.zh, /第 \d+ 行/);
  } finally {
    await world.close();
  }
});

test('a member that was gone is named with the sum, and what the difference could tell', async () => {
  const world = await RoundWorld.open(5);
  try {
    const gone = world.members[2]!;
    gone.between = (api) => ({
      ...api,
      post: async (signed) => {
        if (signed.entry.says.kind === 'contribution' && signed.entry.says.sum === 1) throw new Unreachable('gone');
        await api.post(signed);
      },
    });
    const round = await agreedRound(world, { learn: (at) => learnBy((sum) => vector(at, sum), 3) });
    const stay = world.members.filter((member) => member !== gone);
    await toEnd(world, round, stay);
    const { en, zh, report, findings, record } = await told(world, stay[0]!, round);
    assert.deepEqual(findings, []);
    assert.deepEqual([record!.sums.changes, record!.sums.fewest], [1, 4]);
    assert.equal(record!.members.find(({ out }) => out)!.member, gone.who.id);
    assert.match(en, /was left out on .*, at sum 1: it had not answered in time/);
    assert.match(en, /1 time a sum was of fewer members/);
    assert.match(zh, /被排除，时在第 1 号汇总/);
    assert.match(report, /4 of them took part to the end/);
  } finally {
    await world.close();
  }
});

test('one that was voted down, and one that an officer stopped', async () => {
  const world = await RoundWorld.open(3);
  try {
    const learn = (at: number) => learnBy((sum) => vector(at, sum), 1);
    const rejected = await wholeRound(world, { learn, adopt: (at) => at === 0 });
    assert.match((await told(world, world.members[0]!, rejected)).en, /the model was not adopted/);
    const stopped = await world.members[0]!.rounds.propose(
      { ...(world.members[0]!.rounds.get(rejected).board.terms as object), officers: 1 } as never,
      world.coordinator.id,
      {},
      [{ officer: 'li', reason: 'because' }],
    );
    await world.members[0]!.rounds.stop(stopped, { officer: 'li', reason: 'not this one' });
    while (!world.members[0]!.rounds.get(stopped).state.over) await new Promise((resolve) => setTimeout(resolve, 2));
    const { en, findings } = await told(world, world.members[0]!, stopped);
    assert.deepEqual(findings, []);
    assert.match(en, /In its own words: “not this one \(li\)”/);
    assert.match(en, /No member has said a model/);
  } finally {
    await world.close();
  }
});

test('terms of every kind of learning are in words', async () => {
  const world = await RoundWorld.open(3);
  try {
    const learnings: Learning[] = [
      {
        ...{ kind: 'trees', trees: 4, learningRate: 0.3, growth: 'leaf', maxDepth: 4, maxLeaves: 16, minChildHessian: 1 },
        ...{ lambda: 1, alpha: 0, gamma: 0, columnSample: 0.8, seed: 7, bins: 32, leastCount: 20 },
      },
      { kind: 'logistic', l2: 0.1, iterations: 20, tolerance: 1e-6, fewest: 20 },
      {
        ...{ kind: 'averaging', model: 'neural', hidden: [16], activation: 'relu', optimiser: 'fedadam', rounds: 5, patience: 5 },
        ...{ epochs: 1, batch: 100, learningRate: 0.1, l2: 0, serverLearningRate: 1, mu: 0, clip: 1, fewest: 0, seed: 1 },
        ...{ weighting: { by: 'rows', rowsCap: 1000 }, adaptive: { beta1: 0.9, beta2: 0.99, tau: 0.001 } },
        robust: { rule: { kind: 'median' }, groupSize: 4 },
      },
    ];
    const features = [
      { name: 'tenure', kind: 'number' as const },
      { name: 'tier', kind: 'category' as const, levels: ['gold', 'silver'] },
      ...Array.from({ length: 40 }, (_, at) => ({ name: `c${at}`, kind: 'number' as const })),
    ];
    const members = world.members.map(({ who }) => who.id);
    const [id] = members as [string];
    for (const learn of learnings) {
      for (const against of ['malicious', 'semi-honest'] as const) {
        const terms: RoundTerms = {
          ...{ v: 1, kind: 'round', members, coordinator: id, custodian: id, purpose: 'churn', reason: 'because' },
          ...{ schema: { label: { name: 'left', positive: 'yes' }, features }, learn, against, agreement: 'x-wing' },
          ...{ encryption: 'bfv-4096', patienceMs: 60_000, officers: 1, minRows: 1000, proposedAtMs: startMs },
          log: { size: 3, head: '0'.repeat(64) },
        };
        const lines = [terms, ...promising(terms)].flatMap((one) => wordsOfRoundTerms(one, () => same('Organisation'), zone));
        for (const one of promising(terms)) {
          checkTexts(leakageOfRound(one));
          const said = JSON.stringify(leakageOfRound(one));
          assert.match(said, new RegExp(`${one.privacy!.honest} members that stay and tell nobody their noise have all of it`));
          assert.match(said, learn.kind === 'trees' ? /Promised to each row/ : /Promised to each member/);
        }
        for (const { label, text } of lines)
          for (const words of [label, text])
            assert.deepEqual(untranslated(words, [...written, 'tier', 'gold, silver', 'churn']), []);
        assert.ok(lines.some(({ text }) => text.en.includes('12 more')));
      }
    }
  } finally {
    await world.close();
  }
});
