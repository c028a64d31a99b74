// Months of yes and no over everybody's facts: each fact once, refusals apart from consents, old months left out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConsentFact, ConsentRecord } from '../../core/model/consent.ts';
import { HistoryBook, historyLimits } from './history.ts';

const fact = (by: string, atMs: number, status: ConsentFact['status'], channel = '*'): ConsentFact => ({
  by,
  atMs,
  status,
  purpose: 'marketing',
  channel,
});
const recordOf = (recordId: number, facts: ConsentFact[]): ConsentRecord => ({
  recordId,
  personId: recordId,
  consents: { words: Object.fromEntries(facts.map((one, at) => [String(at), one])), history: facts },
});

const january = Date.UTC(2026, 0, 5);
const march = Date.UTC(2026, 2, 5);

test('facts are counted once by month and purpose, while whoever asks does not wait', async () => {
  let nowMs = march;
  const records = [
    recordOf(1, [fact('1:a', january, 'given'), fact('1:b', march, 'withdrawn')]),
    recordOf(2, [fact('1:c', march, 'denied', 'sms'), fact('1:c', march, 'given', 'email'), fact('1:d', march, 'expired')]),
  ];
  let passes = 0;
  const book = new HistoryBook({
    nowMs: () => nowMs,
    pages: async function* (visit) {
      passes += 1;
      for (const record of records) {
        visit([record]);
        yield record;
      }
    },
    rest: async () => undefined,
    stopping: () => false,
  });
  const begun = book.ask();
  assert.deepEqual([begun.state, begun.months], ['reading', []]);
  await book.settled();
  const counted = book.ask();
  assert.deepEqual(counted, {
    state: 'ready',
    subjectsRead: 2,
    countedAtMs: march,
    months: [
      { month: '2026-01', purpose: 'marketing', given: 1, refused: 0 },
      { month: '2026-03', purpose: 'marketing', given: 1, refused: 2 },
    ],
  });
  assert.equal(passes, 1);
  nowMs += historyLimits.keptMs + 1;
  // The old count is told until the new one is there.
  assert.deepEqual(book.ask(), counted);
  await book.settled();
  assert.equal(passes, 2);
  assert.equal(book.ask().countedAtMs, nowMs);
});

test('a pass that fails keeps what was known, and the next question begins again', async () => {
  let fails = true;
  const book = new HistoryBook({
    nowMs: () => march,
    pages: async function* (visit) {
      if (fails) throw new Error('away');
      visit([recordOf(1, [fact('1:a', january, 'given')])]);
      yield 1;
    },
    rest: async () => undefined,
    stopping: () => false,
  });
  book.ask();
  await book.settled();
  fails = false;
  assert.equal(book.ask().state, 'reading');
  await book.settled();
  assert.equal(book.ask().months.length, 1);
});
