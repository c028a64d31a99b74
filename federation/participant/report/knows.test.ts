// What officers are told of each way to match before they choose is what the engine does when both sides follow the steps.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Knowledge, statementOf } from '../../../crypto/psi/psi.ts';
import { matchOptions, optionName } from '../../protocol/match-selector.ts';
import { modeWords, namesOf, psiTerms, wordsOfTerms } from '../../protocol/match-words.ts';
import { textsIn, untranslated } from '../../protocol/testing-texts.ts';
import { datasetOf, drive, newPair, type Pair, proposal, twoOfUs } from '../match/testing.ts';

function observed(side: Pair['one'], session: string): Knowledge {
  const { learned, counted } = side.matches.get(session);
  if (side.results.has(session)) return 'items';
  const counts = (learned?.items ?? counted?.counts) !== undefined;
  if (learned?.sum !== undefined) return counts ? 'count-and-sum' : 'sum';
  return counts ? 'count' : 'nothing';
}

for (const option of matchOptions) {
  const statement = statementOf(psiTerms(option));
  test(`the engine tells each side what the statement says: ${optionName(option).en}`, async () => {
    const pair = await newPair();
    const phones = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => [`phone:+86138${String(from + at).padStart(8, '0')}`]);
    pair.one.dataset = datasetOf({ phone: phones(0, 6) });
    const values = option.mode === 'sums' ? Array.from({ length: 6 }, (_, at) => at) : undefined;
    pair.two.dataset = datasetOf({ phone: phones(3, 9) }, values);
    await Promise.all([pair.one.open(), pair.two.open()]);
    const { mode, learns, countFirst } = option;
    const terms = {
      mode,
      learns,
      countFirst,
      counter: option.counter ? pair.counter.id : (undefined as never),
      ...(mode === 'sums' && { sumOf: 'spent' }),
    };
    const session = await pair.one.matches.propose(proposal(pair, terms), {}, twoOfUs);
    await drive(pair, () => pair.two.matches.list().length > 0);
    await pair.two.matches.accept(session, {}, twoOfUs);
    const both = [pair.one, pair.two];
    const phases = (phase: string) => both.every(({ matches }) => matches.get(session).phase === phase);
    if (countFirst) {
      await drive(pair, () => phases('counted'));
      for (const { matches } of both) await matches.release(session, twoOfUs);
    }
    await drive(pair, () => phases('ended'));
    await Promise.all(both.map((side) => side.close()));
    assert.deepEqual(
      {
        initiator: observed(pair.one, session),
        responder: observed(pair.two, session),
        coordinator: pair.exchange.counted.length > 0 ? 'count' : 'nothing',
      },
      statement.knows,
    );
  });
}

test('terms are read line by line, every term in words', async () => {
  const pair = await newPair();
  await pair.one.open();
  const names = namesOf({ members: new Map() });
  for (const option of matchOptions) {
    const { mode, learns, countFirst, counter } = option;
    const wanted = proposal(pair, {
      mode,
      learns,
      countFirst,
      counter: counter ? pair.counter.id : (undefined as never),
      kinds: mode === 'sums' ? ['email'] : ['phone', 'email', 'card'],
      reason: '42',
      purpose: 'p1',
      ...(mode === 'sums' && { sumOf: '7' }),
      ...(mode === 'salted-hash' && { stretch: 14 }),
    });
    const session = await pair.one.matches.propose(wanted, {}, twoOfUs);
    const { terms } = pair.one.matches.get(session);
    const lines = wordsOfTerms(terms, names, 'Asia/Shanghai');
    const said = new Set(lines.map(({ term }) => term));
    const parts = { v: 1, kind: 1, initiator: 1, responder: 1, normalisation: 1, minSize: 1, maxSize: 1 };
    for (const term of Object.keys(terms)) assert.ok(term in parts || said.has(term), term);
    for (const text of textsIn(lines)) assert.deepEqual(untranslated(text, ['p1', 'holdfast normal 1']), []);
    const how = lines.find(({ term }) => term === 'mode');
    assert.deepEqual(how?.text, modeWords[mode]);
  }
  await pair.one.close();
});
