// npm run bench:consent: the consent gate over a million people at once, with and without consents that run out and children, against
// a bare loop over a byte for each of them (the ceiling), in turn, in the same run. And what one change costs.

import type { ConsentFact, ConsentState } from '../core/model/consent.ts';
import { wordKey } from '../core/model/consent.ts';
import { purposeTable } from '../core/model/purposes.ts';
import { Columns, type SetAnswer } from '../record/consent/columns.ts';
import { median, quick, report, say } from './bench.ts';
import { seeded } from './load.ts';

const subjects = quick ? 200_000 : 1_000_000;
const rounds = quick ? 15 : 31;
const nowMs = Date.UTC(2026, 5, 1);
const dayMs = 86_400_000;
const random = seeded(20261101);
const table = purposeTable(
  {
    law: 'pipl',
    purposes: [
      { purpose: 'plain', basis: 'consent', channels: ['sms'] },
      { purpose: 'ending', basis: 'consent', channels: ['sms'] },
    ],
  },
  'CN',
);

/** Two in three have said something; one in eight of those took it back. */
function stateOf(by: string): ConsentState {
  const words: ConsentState['words'] = {};
  for (const purpose of ['plain', 'ending']) {
    if (random() < 0.33) continue;
    const status = random() < 0.125 ? 'withdrawn' : 'given';
    const fact: ConsentFact = { atMs: nowMs - dayMs, by, purpose, channel: 'sms', status };
    if (purpose === 'ending') fact.expiresAtMs = nowMs + Math.floor((random() - 0.2) * 700) * dayMs;
    words[wordKey(purpose, 'sms')] = fact;
  }
  return { words, history: [] };
}

/** Every second person has a second record, which comes right after the first. */
function fill(columns: Columns, withChildren: boolean): number {
  let recordId = 0;
  for (let subject = 0; subject < subjects; subject += 1) {
    const personId = recordId;
    for (let of = subject % 2; of >= 0; of -= 1) {
      const birthday = withChildren && random() < 0.05 ? '2014-02-03' : '1980-02-03';
      columns.put(columns.read({ recordId, personId, consents: stateOf(`1 m${recordId}`), birthday }));
      recordId += 1;
    }
  }
  return recordId;
}

function timed(work: () => number, expected: number): number {
  const beganMs = performance.now();
  const found = work();
  const tookMs = performance.now() - beganMs;
  if (found !== expected) throw new Error(`counted ${found}, expected ${expected}`);
  return tookMs;
}

say(`filling columns for ${subjects} people`);
const beganMs = performance.now();
const adults = new Columns(table);
const records = fill(adults, false);
const fillMs = performance.now() - beganMs;
const families = new Columns(table);
fill(families, true);

const cases: { name: string; ask(): SetAnswer }[] = [
  { name: 'plain', ask: () => adults.ask('plain', 'sms', nowMs)! },
  { name: 'ending', ask: () => adults.ask('ending', 'sms', nowMs)! },
  { name: 'children', ask: () => families.ask('ending', 'sms', nowMs)! },
];
const bytes = Uint8Array.from({ length: subjects }, () => (random() < 0.6 ? 1 : 0));
const ones = bytes.reduce((sum, byte) => sum + byte, 0);
/** What no gate can beat: each subject's answer lies ready, and is only looked at. */
function bare(): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) count += bytes[at]!;
  return count;
}

const tookMs = new Map<string, number[]>([['ceiling', []], ...cases.map(({ name }): [string, number[]] => [name, []])]);
for (let round = 0; round < rounds; round += 1) {
  tookMs.get('ceiling')!.push(timed(bare, ones));
  for (const { name, ask } of cases) {
    const expected = ask().allowedCount;
    tookMs.get(name)!.push(timed(() => ask().allowedCount, expected));
  }
}
const changes = 20_000;
const changedMs = performance.now();
for (let at = 0; at < changes; at += 1)
  adults.put(adults.read({ recordId: at, personId: at, consents: stateOf('1 m'), birthday: '1980-02-03' }));
const changeUs = ((performance.now() - changedMs) * 1000) / changes;

const of = (name: string): number => median(tookMs.get(name)!);
const ratio = (name: string): number => of(name) / of('ceiling');
report(
  'consent',
  {
    subjects,
    records,
    plainMs: of('plain'),
    endingMs: of('ending'),
    childrenMs: of('children'),
    ceilingMs: of('ceiling'),
    changeUs,
    fillMs,
  },
  { plain: ratio('plain'), ending: ratio('ending'), children: ratio('children') },
  [
    `the gate over ${subjects} people with ${records} records, medians of ${rounds} rounds on one core:`,
    `  consents without an end       ${of('plain').toFixed(1)} ms, ${ratio('plain').toFixed(1)} times the bare loop`,
    `  consents that run out         ${of('ending').toFixed(1)} ms, ${ratio('ending').toFixed(1)} times`,
    `  and children among the people ${of('children').toFixed(1)} ms, ${ratio('children').toFixed(1)} times`,
    `  bare loop over a Uint8Array   ${of('ceiling').toFixed(2)} ms`,
    `one change: ${changeUs.toFixed(1)} µs; all columns filled from memory: ${(fillMs / 1000).toFixed(1)} s`,
  ],
);
