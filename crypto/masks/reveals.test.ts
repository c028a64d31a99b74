import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decidedSumsMax, type Reveal, RevealRefused, Reveals, type RevealsRecord, survivorsDigest } from './masks.ts';

const members = ['0a', '0b', '0c', '0d', '0e', '0f'];
const rules = { session: 'spring', own: '0a', members, threshold: 4 };
const refused = (reason: RevealRefused['reason']) => (error: unknown) =>
  error instanceof RevealRefused && error.reason === reason;
const reload = (reveals: Reveals) => new Reveals(rules, JSON.parse(JSON.stringify(reveals)) as RevealsRecord);

test('survivors’ selfSeed and droppers’ maskMaster are opened; the same question has the same answer', () => {
  const reveals = new Reveals(rules);
  const answer = reveals.decide(3, ['0a', '0b', '0c', '0d'], ['0e']);
  assert.deepEqual(answer, [
    ...['0a', '0b', '0c', '0d'].map((peer): Reveal => ({ peer, kind: 'selfSeed' })),
    { peer: '0e', kind: 'maskMaster' },
  ]);
  const again = reveals.decide(3, ['0d', '0c', '0b', '0a'], ['0e']);
  assert.deepEqual(new Set(again.map((one) => JSON.stringify(one))), new Set(answer.map((one) => JSON.stringify(one))));
});

test('whatever is asked, and however often it is saved and loaded, no peer’s two secrets are opened for one sum', () => {
  const question = fc.record({
    index: fc.nat(3),
    fates: fc.array(fc.constantFrom('survivor', 'dropped', 'absent', 'both'), { minLength: 6, maxLength: 6 }),
    reload: fc.boolean(),
    close: fc.option(fc.nat(4), { freq: 20 }),
  });
  fc.assert(
    fc.property(fc.array(question, { minLength: 1, maxLength: 40 }), (questions) => {
      let reveals = new Reveals(rules);
      const opened = new Map<string, string>();
      const survivorsOf = new Map<number, number>();
      for (const { index, fates, reload: loads, close } of questions) {
        const having = (...wanted: string[]) => members.filter((_, at) => wanted.includes(fates[at]!));
        if (loads) reveals = reload(reveals);
        if (close !== null) reveals.closeBelow(close);
        let answer: Reveal[];
        try {
          answer = reveals.decide(index, having('survivor', 'both'), having('dropped', 'both'));
        } catch (error) {
          assert.ok(error instanceof RevealRefused);
          continue;
        }
        for (const { peer, kind } of answer) {
          assert.equal(opened.get(`${index} ${peer}`) ?? kind, kind);
          opened.set(`${index} ${peer}`, kind);
        }
        survivorsOf.set(index, answer.filter(({ kind }) => kind === 'selfSeed').length);
      }
      for (const count of survivorsOf.values()) assert.ok(count >= rules.threshold);
    }),
    { seed: 9, numRuns: 300 },
  );
});

test('asking for the other share is refused, after a crash too', () => {
  const reveals = new Reveals(rules);
  reveals.decide(3, ['0a', '0b', '0c', '0d'], ['0e']);
  for (const one of [reveals, reload(reveals)]) {
    assert.throws(() => one.decide(3, ['0a', '0b', '0c', '0e'], ['0d']), refused('other-list'));
    // Nor in pieces: a list that says less or more is another list.
    assert.throws(() => one.decide(3, ['0a', '0b', '0c', '0d'], []), refused('other-list'));
    assert.throws(() => one.decide(3, ['0a', '0b', '0c', '0d', '0f'], ['0e']), refused('other-list'));
    one.decide(4, ['0a', '0b', '0c', '0e'], ['0d']);
  }
});

test('lists that no honest coordinator sends are refused', () => {
  const reveals = new Reveals(rules);
  assert.throws(() => reveals.decide(1, ['0a', '0b', '0c', '0d'], ['0d']), refused('both-lists'));
  assert.throws(() => reveals.decide(1, ['0a', '0b', '0c'], ['0d', '0e', '0f']), refused('too-few-survivors'));
  assert.throws(() => reveals.decide(1, ['0a', '0b', '0c', '0c'], []), refused('repeated-member'));
  assert.throws(() => reveals.decide(1, ['0a', '0b', '0c', '99'], []), refused('unknown-member'));
  assert.throws(() => reveals.decide(1, ['0b', '0c', '0d', '0e'], ['0a']), refused('own-dropped'));
  assert.throws(() => reveals.decide(1, ['0b', '0c', '0d', '0e'], []), refused('own-dropped'));
  // None of them was decided.
  assert.equal(reveals.decide(1, ['0a', '0b', '0c', '0d'], []).length, 4);
});

test('what is closed stays closed, and takes no room', () => {
  const reveals = new Reveals(rules);
  const survivors = members.slice(0, 4);
  for (let index = 0; index < decidedSumsMax; index += 1) reveals.decide(index, survivors, []);
  assert.throws(() => reveals.decide(decidedSumsMax, survivors, []), refused('too-many-sums'));
  reveals.closeBelow(4000);
  reveals.closeBelow(10);
  assert.throws(() => reveals.decide(3999, survivors, []), refused('closed'));
  assert.throws(() => reload(reveals).decide(0, survivors, []), refused('closed'));
  reveals.decide(decidedSumsMax, survivors, []);
  assert.equal(Object.keys(reveals.toJSON().decided).length, 97);
});

test('the digest that members sign is one for each session, sum and pair of lists, whatever their order', () => {
  const place = { session: 'spring', index: 1 };
  const digests = [
    survivorsDigest(place, ['0a', '0b'], ['0c']),
    survivorsDigest(place, ['0a'], ['0b', '0c']),
    survivorsDigest(place, ['0a', '0b', '0c'], []),
    survivorsDigest(place, ['0c'], ['0a', '0b']),
    survivorsDigest({ ...place, index: 2 }, ['0a', '0b'], ['0c']),
    survivorsDigest({ ...place, session: 'autumn' }, ['0a', '0b'], ['0c']),
  ].map((digest) => digest.toString('hex'));
  assert.equal(new Set(digests).size, digests.length);
  assert.equal(survivorsDigest(place, ['0b', '0a'], ['0c']).toString('hex'), digests[0]);
});

test('a record that is of another session or member, or damaged, is not taken', () => {
  const reveals = new Reveals(rules);
  reveals.decide(3, members, []);
  const record = reveals.toJSON();
  const bad: unknown[] = [
    { ...record, session: 'autumn' },
    { ...record, own: '0b' },
    { ...record, v: 2 },
    { ...record, closedBelow: -1 },
    { ...record, decided: null },
    { ...record, decided: { 3: 'ab' } },
    { ...record, decided: { three: record.decided['3'] } },
    { ...record, decided: { '03': record.decided['3'] } },
  ];
  for (const saved of bad) assert.throws(() => new Reveals(rules, saved as RevealsRecord), TypeError);
  assert.throws(() => new Reveals({ ...rules, threshold: 3 }), /threshold: expected an integer from 4 to 6, got 3/);
  assert.throws(() => new Reveals({ ...rules, own: '77' }), /own: expected one of the members/);
  assert.throws(() => new Reveals({ ...rules, members: [...members, '0a'] }), /members: expected each once/);
});
