// What officers are shown of each way to match is complete, in two languages, and costs what it says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Text } from '../../crypto/psi/psi.ts';
import { counterFor, describeOption, matchOptions, type Need, type Rates, recommend, trialWords } from './match-selector.ts';
import { namesOf } from './match-words.ts';
import { foldMembership } from './membership.ts';
import { durationOf, timeOf } from './plain.ts';
import { federationId, TestLog, testFederation, testMember } from './testing.ts';
import { textsIn, untranslated } from './testing-texts.ts';

const rates: Rates = {
  multiplicationS: 30e-6,
  encodingS: 35e-6,
  hashS: 2e-6,
  stretchedHashS: 5e-3,
  encryptionS: 70e-6,
  additionS: 160e-6,
};
const setting = { sizes: { initiator: 1_000_000, responder: 3_000 }, rates, threads: 2 };

test('every way that the terms allow is offered, and no other', () => {
  // Four who-learns for two modes, where nobody learns only with a counter; count and sums in three ways each.
  assert.equal(matchOptions.length, 2 * (3 * 3 + 2) + 2 * 3);
  assert.ok(matchOptions.every(({ learns, counter }) => learns !== 'neither' || counter));
  assert.ok(matchOptions.every(({ countFirst, counter }) => !countFirst || counter));
  assert.equal(matchOptions[0]?.mode, 'ecdh');
});

test('each has its statement, its cost and its remarks in both languages', () => {
  for (const option of matchOptions) {
    const { statement, cost, trial, postQuantum, name } = describeOption(option, setting);
    const texts = textsIn({ statement, cost, trial, postQuantum, name });
    assert.ok(texts.length > 12, name.en);
    assert.ok(statement.collusion.length > 0 && statement.limits.length > 0);
    assert.equal(trial.length, option.mode === 'salted-hash' ? 2 : 0);
    for (const text of texts) assert.deepEqual(untranslated(text), [], name.en);
  }
});

test('costs are those of the lists, and time is that of the rates', () => {
  const both = matchOptions.find(({ mode, learns, counter }) => mode === 'ecdh' && learns === 'both' && !counter)!;
  const { cost } = describeOption(both, setting);
  assert.deepEqual(cost.multiplications, { initiator: 1_003_000, responder: 1_003_000 });
  assert.equal(cost.bytes.initiatorToResponder, 32 * 1_003_000);
  assert.equal(cost.perItem.initiator.initiatorToResponder, 32);
  assert.equal(cost.perItem.initiator.responderToInitiator, 32);
  assert.ok(Math.abs(cost.seconds.initiator - (1_003_000 * 30e-6 + 1_000_000 * 35e-6) / 2) < 1e-6);
  const sums = matchOptions.find(({ mode }) => mode === 'sums')!;
  assert.equal(describeOption(sums, setting).cost.perItem.responder.responderToInitiator, 32 + 128);
});

test('how long trying every mobile number takes is said in words', () => {
  assert.deepEqual(durationOf((7e9 * 2e-6) / 2), { en: '1.9 hours', zh: '1.9 小时' });
  const [plain, stretched] = trialWords(rates, 2);
  assert.match(plain!.en, /7,000,000,000 mobile numbers .* in 1\.9 hours/);
  assert.match(stretched!.zh, /需要 203 天/);
  assert.equal(trialWords({ hashS: 1e-6 }, 1).length, 1);
});

const need = (wanted: Partial<Need>): Need => ({ wants: 'items', who: 'both', kinds: ['phone'], counter: true, ...wanted });

test('what is recommended gives what is wanted, and salted hashes only to who asks for them by name', () => {
  const chosen = (wanted: Partial<Need>) => {
    const { option } = recommend(need(wanted));
    return `${option.mode} ${option.learns}`;
  };
  assert.equal(chosen({}), 'ecdh both');
  assert.equal(chosen({ who: 'one' }), 'ecdh initiator');
  assert.equal(chosen({ who: 'one', learner: 'responder' }), 'ecdh responder');
  assert.equal(chosen({ who: 'nobody' }), 'ecdh neither');
  assert.equal(chosen({ who: 'nobody', counter: false }), 'count initiator');
  assert.equal(chosen({ wants: 'count', who: 'one' }), 'count initiator');
  assert.equal(chosen({ wants: 'count', who: 'both' }), 'ecdh neither');
  assert.equal(chosen({ wants: 'sum', who: 'one' }), 'sums initiator');
  assert.equal(chosen({ saltedHash: true }), 'salted-hash both');
  for (const wants of ['items', 'count', 'sum'] as const) {
    for (const who of ['nobody', 'one', 'both'] as const) {
      for (const kinds of [['phone'], ['email'], ['phone', 'email', 'card']] as const) {
        for (const counter of [true, false]) {
          const said = recommend(need({ wants, who, kinds, counter }));
          assert.notEqual(said.option.mode, 'salted-hash');
          assert.ok(matchOptions.some((option) => JSON.stringify(option) === JSON.stringify(said.option)));
          for (const text of textsIn(said)) assert.deepEqual(untranslated(text), []);
        }
      }
    }
  }
  assert.match(recommend(need({ saltedHash: true })).butNote[0]!.en, /Telephone numbers/);
});

test('the coordinator counts unless it is one of the two, has left, or is none', () => {
  const { founder, members, log } = testFederation(2);
  const [one, two] = members.map(({ id }) => id) as [string, string];
  const membership = foldMembership(log.statements);
  assert.equal(counterFor(membership, founder.id, one, two).counter, founder.id);
  assert.equal(counterFor(membership, one, one, two).counter, undefined);
  assert.match(counterFor(membership, one, one, two).words.zh, /没有独立的计数方/);
  assert.equal(counterFor(membership, undefined, one, two).counter, undefined);
  const participants = new TestLog(founder);
  const member = testMember(federationId, 'a participant', 'participant');
  participants.admit(founder, member);
  assert.equal(counterFor(participants.fold(), member.id, one, two).counter, undefined);
});

test('an organisation is called by its name of the language, or by the other one', () => {
  const { members, log } = testFederation(1);
  const names = namesOf(foldMembership(log.statements));
  assert.deepEqual(names(members[0]!.id), { en: 'Organisation member 0', zh: '机构' } satisfies Text);
  assert.match(names('ab'.repeat(16)).zh, /未知成员/);
});

test('times say their zone', () => {
  assert.equal(timeOf(Date.UTC(2026, 0, 5, 23), 'Asia/Shanghai'), '2026-01-06T07:00:00+08:00');
  assert.equal(timeOf(0, 'UTC'), '1970-01-01T00:00:00+00:00');
});
