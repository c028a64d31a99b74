import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConsentFact, ConsentRecord } from '../../core/model/consent.ts';
import type { PurposeTable } from '../../core/model/purposes.ts';
import { Columns } from './columns.ts';
import { type Answer, adultFromMs, columnsOf, type Judged, judge } from './judge.ts';
import { anyBirthday, anyFact, beginMs, type Random, seeded, stateOf, tables } from './testing.ts';
import { wordsOf } from './words.ts';

const rounds = process.env.HOLDFAST_LONG === '1' ? 600 : 30;
const hourMs = 3_600_000;

type Subject = { facts: ConsentFact[]; birthday: string | undefined; personId: number; overflow: boolean };

function judgedOf(table: PurposeTable, subjects: readonly Subject[]): Judged[] {
  return subjects.map(({ facts, birthday, overflow }) => ({
    words: wordsOf(stateOf(facts, overflow)),
    overflow,
    adultFromMs: adultFromMs(birthday, table.minorsAge),
  }));
}

function recordOf(recordId: number, { facts, birthday, personId, overflow }: Subject): ConsentRecord {
  return { recordId, personId, consents: stateOf(facts, overflow), ...(birthday !== undefined && { birthday }) };
}

/** Purposes and channels, those that are not declared too. */
function* questions(table: PurposeTable): Generator<[purpose: string, channel: string]> {
  for (const purpose of table.purposes.values()) for (const channel of columnsOf(purpose)) yield [purpose.purpose, channel];
  yield ['ads', '*'];
}

/** The set form against the single form, asked of everybody at a moment and at the moments at which answers say they may change. */
function compare(table: PurposeTable, columns: Columns, subjects: readonly Subject[], nowMs: number, hint: string): void {
  const persons = Map.groupBy(subjects, ({ personId }) => personId);
  for (const [purpose, channel] of questions(table)) {
    const moments = new Set([nowMs]);
    for (const atMs of moments) {
      const set = columns.ask(purpose, channel, atMs);
      assert.ok(set);
      const where = `${hint}, ${table.pack.law} ${purpose} ${channel} at ${new Date(atMs).toISOString()}`;
      assert.equal(set.subjects, persons.size, where);
      let allowed = 0;
      for (const [personId, records] of persons) {
        const single = judge(table, judgedOf(table, records), purpose, channel, atMs);
        assert.equal(set.allowed[personId], single.allowed ? 1 : 0, `${where}: ${JSON.stringify(single)}`);
        if (single.allowed) allowed += 1;
        if (moments.size < 5 && single.untilMs !== undefined) moments.add(single.untilMs).add(single.untilMs - 1);
      }
      assert.equal(set.allowedCount, allowed, where);
      if (set.untilMs !== undefined) assert.ok(set.untilMs > atMs, where);
      const before = columns.ask(purpose, channel, (set.untilMs ?? atMs + 900 * 24 * hourMs) - 1)!;
      assert.deepEqual(before.allowed, set.allowed, `${where}: nothing changes before it says so`);
    }
  }
}

function change(random: Random, subjects: Subject[], message: number): number {
  const at = random(subjects.length);
  const subject = subjects[at]!;
  const what = random(4);
  if (what === 0) {
    // A merge, or an unmerge: persons bear the least number of their records.
    const other = random(subjects.length);
    const together = random(2) === 0;
    const mine = subjects.filter(
      (one) => one.personId === subject.personId || (together && one.personId === subjects[other]!.personId),
    );
    const least = Math.min(...mine.map((one) => subjects.indexOf(one)));
    for (const one of mine) one.personId = together ? least : subjects.indexOf(one);
  } else if (what === 1 && random(8) === 0) subject.overflow = true;
  else subject.facts.push(anyFact(random, at % 3, message));
  return at;
}

test('the set form answers as the single form: random ledgers, merges, unmerges, late facts, moments of expiry and of age', () => {
  for (let round = 0; round < rounds; round += 1) {
    const random = seeded(round);
    const table = tables[round % tables.length]!;
    const columns = new Columns(table);
    const subjects = Array.from({ length: 12 }, (_, at): Subject => {
      const facts = Array.from({ length: random(5) }, (_, message) => anyFact(random, at % 3, message));
      return { facts, birthday: anyBirthday(random), personId: at, overflow: random(20) === 0 };
    });
    const putAll = () => {
      for (const [at, subject] of subjects.entries()) columns.put(columns.read(recordOf(at, subject)));
    };
    putAll();
    for (let step = 0; step < 6; step += 1) {
      compare(table, columns, subjects, beginMs + random(24 * 100) * hourMs, `seed ${round}, step ${step}`);
      change(random, subjects, 100 + step);
      putAll();
    }
  }
});

test('what is said again changes nothing, and no answer changes but with the version or with time', () => {
  for (let round = 0; round < rounds; round += 1) {
    const random = seeded(3000 + round);
    const table = tables[round % tables.length]!;
    const columns = new Columns(table);
    const subjects = Array.from({ length: 8 }, (_, at): Subject => {
      const facts = Array.from({ length: random(5) }, (_, message) => anyFact(random, at % 3, message));
      return { facts, birthday: anyBirthday(random), personId: at, overflow: false };
    });
    const putAll = () => {
      for (const [at, subject] of subjects.entries()) columns.put(columns.read(recordOf(at, subject)));
      return columns.version;
    };
    const nowMs = beginMs + random(24 * 100) * hourMs;
    const answers = () => JSON.stringify([...questions(table)].map(([purpose, channel]) => columns.ask(purpose, channel, nowMs)));
    let [version, before] = [putAll(), answers()];
    for (let step = 0; step < 12; step += 1) {
      assert.equal(putAll(), version, `seed ${3000 + round}, step ${step}: said again`);
      change(random, subjects, 100 + step);
      const [after, now] = [putAll(), answers()];
      if (now !== before) assert.notEqual(after, version, `seed ${3000 + round}, step ${step}: ${now}`);
      [version, before] = [after, now];
    }
    columns.remove(3);
    assert.notEqual(columns.version, version);
  }
});

test('an answer does not depend on the order of records, and holds until it says', () => {
  for (let round = 0; round < rounds; round += 1) {
    const random = seeded(1000 + round);
    const table = tables[round % tables.length]!;
    const subjects = Array.from({ length: 1 + random(4) }, (_, at): Subject => {
      const facts = Array.from({ length: random(6) }, (_, message) => anyFact(random, at, message));
      return { facts, birthday: anyBirthday(random), personId: 0, overflow: false };
    });
    const nowMs = beginMs + random(24 * 100) * hourMs;
    for (const [purpose, channel] of questions(table)) {
      const ask = (atMs: number, records = subjects): Answer => judge(table, judgedOf(table, records), purpose, channel, atMs);
      const answer = ask(nowMs);
      assert.deepEqual(ask(nowMs, [...subjects].reverse()), answer, `seed ${1000 + round}`);
      const lastMs = (answer.untilMs ?? nowMs + 900 * 24 * hourMs) - 1;
      for (const atMs of [lastMs, nowMs + Math.floor((lastMs - nowMs) / 2)])
        assert.equal(ask(atMs).allowed, answer.allowed, `seed ${1000 + round}: ${purpose} ${channel}`);
    }
  }
});

test('a merge never widens: what one of the records refuses stays refused', () => {
  for (let round = 0; round < rounds; round += 1) {
    const random = seeded(2000 + round);
    const table = tables[round % tables.length]!;
    const [a, b] = [0, 1].map((source): Subject => {
      const facts = Array.from({ length: random(6) }, (_, message) => anyFact(random, source, message));
      return { facts, birthday: undefined, personId: 0, overflow: false };
    });
    for (const [purpose, channel] of questions(table)) {
      const one = judge(table, judgedOf(table, [a!]), purpose, channel, beginMs);
      if (one.rule !== 'consent_refused' && one.rule !== 'objected') continue;
      assert.equal(judge(table, judgedOf(table, [a!, b!]), purpose, channel, beginMs).allowed, false, `seed ${2000 + round}`);
    }
  }
});

test('columns grow, forget when cleared, and know whose a record is', () => {
  const columns = new Columns(tables[0]!);
  const put = (recordId: number, personId: number) =>
    columns.put(columns.read(recordOf(recordId, { facts: [], birthday: undefined, personId, overflow: false })));
  put(5, 5);
  put(90_000, 5);
  put(70_000, 70_000);
  assert.equal(columns.personOf(90_000), 5);
  assert.equal(columns.personOf(6), undefined);
  assert.equal(columns.ask('books', '*', 0)?.subjects, 2);
  assert.equal(columns.ask('nothing', '*', 0), undefined);
  assert.equal(columns.ask('ads', 'pigeon', 0), undefined);
  columns.clear();
  assert.equal(columns.ask('books', '*', 0)?.subjects, 0);
});
