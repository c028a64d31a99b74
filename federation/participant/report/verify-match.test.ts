// The verifier against transcripts that the engine made: every change of theirs is found, and so is what two sides who sign everything anew
// could pretend together.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { fingerprintOf } from '../../protocol/identity.ts';
import type { MatchTerms } from '../../protocol/match-terms.ts';
import { testFederation } from '../../protocol/testing.ts';
import { verifyTranscript } from '../../protocol/verify-transcript.ts';
import type { ProtocolCode } from '../../protocol/words.ts';
import { type Apart, apart, matched, type Run, type Said, together } from './testing.ts';

const budget = { budget: 'questions a year', spent: 10, limit: 1000 };
const codesOf = (text: string | Uint8Array, founder?: string) => verifyTranscript(text, founder).findings.map(({ code }) => code);

describe('a transcript that was changed', () => {
  let run: Run;
  let lines: string[];
  const put = (changed: readonly string[]) => changed.map((line) => `${line}\n`).join('');
  before(async () => {
    run = await matched({ terms: { countFirst: true }, budget });
    lines = run.text.trimEnd().split('\n');
    assert.deepEqual(codesOf(run.text), []);
    assert.deepEqual(codesOf(Buffer.from(run.text)), []);
  });

  test('in any line: removed, doubled, moved, exchanged, cut', () => {
    for (const [at, line] of lines.entries()) {
      assert.notDeepEqual(codesOf(put(lines.toSpliced(at, 1))), [], `without line ${at + 1}`);
      assert.notDeepEqual(codesOf(put(lines.toSpliced(at, 0, line))), [], `line ${at + 1} twice`);
      assert.notDeepEqual(codesOf(put([...lines, line])), [], `line ${at + 1} again at the end`);
      assert.notDeepEqual(codesOf(put(lines.slice(0, at))), [], `cut before line ${at + 1}`);
      for (const other of new Set([at + 1, at + 3, lines.length - 1])) {
        if (other <= at || other >= lines.length) continue;
        const exchanged = lines.with(at, lines[other]!).with(other, line);
        assert.notDeepEqual(codesOf(put(exchanged)), [], `lines ${at + 1} and ${other + 1} exchanged`);
      }
    }
  });

  test('in any byte: another one, one less, one more', () => {
    const bytes = Buffer.from(run.text);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.constantFrom('set', 'remove', 'insert'), (at, value, how) => {
        const changed = [...bytes];
        changed.splice(at, how === 'insert' ? 0 : 1, ...(how === 'remove' ? [] : [value]));
        if (!Buffer.from(changed).equals(bytes)) assert.notDeepEqual(codesOf(Buffer.from(changed)), []);
      }),
      { numRuns: process.env.HOLDFAST_LONG === '1' ? 5_000 : 150 },
    );
  });

  test('in its encoding alone', () => {
    assert.deepEqual(codesOf(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(run.text)]))[0], 'malformed');
    assert.deepEqual(codesOf(Buffer.from([...Buffer.from(run.text), 0xff]))[0], 'malformed');
    assert.notDeepEqual(codesOf(run.text.replaceAll('\n', '\r\n')), []);
  });

  test("or is another federation's than the officers compared", () => {
    const other = fingerprintOf(testFederation(1, undefined, 'other ').founder.descriptor.descriptor);
    const { record, founderCompared } = verifyTranscript(run.text);
    assert.equal(founderCompared, false);
    const founder = record!.founder.fingerprint;
    assert.deepEqual(codesOf(run.text, founder), []);
    assert.deepEqual(codesOf(run.text, ` ${founder.replaceAll(' ', '')}\n`), []);
    assert.deepEqual(codesOf(run.text, other), ['founder_differs']);
    assert.deepEqual(codesOf(run.text, ''), ['founder_differs']);
    // Also where something else is wrong with the opening.
    assert.ok(codesOf(run.text.replace('"federation":"fe', '"federation":"ab'), other).includes('founder_differs'));
  });
});

type Lie = {
  readonly name: string;
  readonly code: ProtocolCode;
  /** Which of the honest runs it starts from. */
  readonly from?: 'plain' | 'first' | 'alone';
  readonly lie: (honest: Apart, run: Run) => Apart;
};
const saidBy = (of: Apart, by: string, kind: Said['saying']['kind']) =>
  of.said.filter((one) => one.by === by && one.saying.kind === kind);
const without = (of: Apart, gone: readonly Said[]): Apart => ({ ...of, said: of.said.filter((one) => !gone.includes(one)) });
const changed = (of: Apart, kind: Said['saying']['kind'], change: (one: Said) => Said): Apart => ({
  ...of,
  said: of.said.map((one) => (one.saying.kind === kind ? change(one) : one)),
});
const withTerms = (of: Apart, change: Partial<MatchTerms> & { [name: string]: unknown }): Apart => ({
  ...of,
  opening: { ...of.opening, parameters: { ...of.opening.parameters, ...change } },
});
const lastAtMs = (of: Apart) => Math.max(...of.said.map(({ atMs }) => atMs), ...of.sent.map(({ atMs }) => atMs));

const lies: readonly Lie[] = [
  {
    name: 'approved after the lists had gone',
    code: 'approval_missing',
    lie: (of, { two }) => {
      const late = saidBy(of, two.member.id, 'approval').map((one) => ({ ...one, atMs: lastAtMs(of) - 1 }));
      return {
        ...of,
        said: of.said.map((one) => (one.by === two.member.id && one.saying.kind === 'approval' ? late.shift()! : one)),
      };
    },
  },
  {
    name: 'approved after the sizes were said',
    code: 'approval_missing',
    lie: (of, { one }) => {
      const mine = of.said.filter(({ by }) => by === one.member.id);
      const sizes = saidBy(of, one.member.id, 'sizes')[0]!;
      const early = { ...sizes, atMs: mine[0]!.atMs };
      return { ...of, said: [early, ...of.said.filter((said) => said !== sizes)] };
    },
  },
  {
    name: 'one person under two spellings',
    code: 'approval_missing',
    lie: (of, { two }) => {
      const names = ['Officer  1', 'ｏfficer 1 '];
      const rename = (one: Said): Said =>
        one.by === two.member.id && one.saying.kind === 'approval'
          ? { ...one, saying: { ...one.saying, officer: names.shift() ?? 'officer 1' } }
          : one;
      return changed(of, 'approval', rename);
    },
  },
  {
    name: 'a budget spent twice',
    code: 'budget_exceeded',
    lie: (of, { one }) => {
      const spent = saidBy(of, one.member.id, 'budget')[0]!;
      return { ...of, said: of.said.flatMap((said) => (said === spent ? [spent, spent] : [said])) };
    },
  },
  {
    name: 'a budget spent when all was over',
    code: 'transcript_order',
    lie: (of, { one }) => changed(of, 'budget', (said) => (said.by === one.member.id ? { ...said, atMs: lastAtMs(of) } : said)),
  },
  {
    name: 'an outcome of one side alone',
    code: 'outcome_missing',
    lie: (of, { two }) => without(of, saidBy(of, two.member.id, 'outcome')),
  },
  {
    name: 'a word after the outcome',
    code: 'transcript_order',
    lie: (of, { two }) => ({
      ...of,
      said: [
        ...of.said,
        { by: two.member.id, atMs: lastAtMs(of), saying: { kind: 'approval', officer: 'late', reason: 'late' } },
      ],
    }),
  },
  {
    name: 'an outcome that was said twice',
    code: 'transcript_order',
    lie: (of, { two }) => ({ ...of, said: [...of.said, ...saidBy(of, two.member.id, 'outcome')] }),
  },
  {
    name: 'another counter than the agreed one',
    code: 'parameters_changed',
    lie: (of, { one }) =>
      changed(of, 'counted', (said) => ({ ...said, saying: { ...said.saying, counter: one.member.id } as Said['saying'] })),
  },
  {
    name: 'a count that was not to be told',
    code: 'parameters_changed',
    lie: (of) =>
      changed(of, 'counted', (said) => ({ ...said, saying: { ...said.saying, counts: { phone: 10 } } as Said['saying'] })),
  },
  {
    name: 'a count above what a side has',
    code: 'outcome_differs',
    from: 'first',
    lie: (of) =>
      changed(of, 'counted', (said) => ({ ...said, saying: { ...said.saying, counts: { phone: 31 } } as Said['saying'] })),
  },
  {
    name: 'two different counts',
    code: 'outcome_differs',
    from: 'first',
    lie: (of, { two }) =>
      changed(of, 'counted', (said) =>
        said.by === two.member.id ? { ...said, saying: { ...said.saying, counts: { phone: 9 } } as Said['saying'] } : said,
      ),
  },
  {
    name: 'enough, with a count below the minimum',
    code: 'outcome_differs',
    from: 'first',
    lie: (of) =>
      changed(of, 'counted', (said) => ({ ...said, saying: { ...said.saying, counts: { phone: 0 } } as Said['saying'] })),
  },
  {
    name: 'done although the counter said too few',
    code: 'outcome_differs',
    lie: (of) =>
      changed(of, 'counted', (said) => ({ ...said, saying: { ...said.saying, verdict: 'too-small' } as Said['saying'] })),
  },
  {
    name: 'done without a word of the counter',
    code: 'outcome_differs',
    lie: (of, { two }) => without(of, saidBy(of, two.member.id, 'counted')),
  },
  {
    name: 'a count although there is no counter',
    code: 'parameters_changed',
    from: 'alone',
    lie: (of, { one, counter }) => {
      const outcome = saidBy(of, one.member.id, 'outcome')[0]!;
      const counted: Said = { ...outcome, saying: { kind: 'counted', counter: counter.id, verdict: 'enough' } };
      return { ...of, said: of.said.flatMap((said) => (said === outcome ? [counted, said] : [said])) };
    },
  },
  {
    name: 'more shown than the terms allow',
    code: 'list_wrong',
    lie: (of) => ({ ...of, sent: of.sent.flatMap((one) => (one.kind === 'match-part' ? [one, one] : [one])) }),
  },
  {
    name: 'done with a list that never went',
    code: 'list_wrong',
    lie: (of, { one }) => ({ ...of, sent: of.sent.filter(({ kind, from }) => kind !== 'match-part' || from !== one.member.id) }),
  },
  {
    name: 'lists before their sizes were said',
    code: 'list_wrong',
    lie: (of, { two }) => without(of, saidBy(of, two.member.id, 'sizes')),
  },
  {
    name: 'a side larger than the terms allow',
    code: 'set_too_large',
    lie: (of) => changed(of, 'sizes', (said) => ({ ...said, saying: { kind: 'sizes', lists: { phone: 1001 } } })),
  },
  {
    name: 'a side smaller than the terms allow',
    code: 'set_too_small',
    lie: (of) => changed(of, 'sizes', (said) => ({ ...said, saying: { kind: 'sizes', lists: { phone: 0 } } })),
  },
  {
    name: 'lists of other kinds',
    code: 'list_wrong',
    lie: (of) => changed(of, 'sizes', (said) => ({ ...said, saying: { kind: 'sizes', lists: { email: 30 } } })),
  },
  { name: 'terms of another log', code: 'log_forked', lie: (of) => withTerms(of, { log: { size: 3, head: 'a'.repeat(64) } }) },
  {
    name: 'a log longer than the terms go by',
    code: 'log_forked',
    lie: (of) => withTerms(of, { log: { size: 2, head: 'a'.repeat(64) } }),
  },
  { name: 'terms that ask for no officer', code: 'malformed', lie: (of) => withTerms(of, { officers: 0 }) },
  { name: 'terms that no node would take', code: 'terms_wrong', lie: (of) => withTerms(of, { minSize: 900, maxSize: 800 }) },
  { name: 'a counter who is no member', code: 'member_unknown', lie: (of) => withTerms(of, { counter: 'ab'.repeat(16) }) },
  {
    name: 'parties in other roles than the terms have',
    code: 'terms_wrong',
    lie: (of) => ({ ...of, opening: { ...of.opening, parties: of.opening.parties.toReversed() } }),
  },
  {
    name: 'opened at another time than proposed',
    code: 'terms_wrong',
    lie: (of) => ({ ...of, opening: { ...of.opening, openedAtMs: of.opening.openedAtMs + 1 } }),
  },
  {
    name: 'a message of another session',
    code: 'session_unknown',
    lie: (of) => ({
      ...of,
      sent: of.sent.map((one) => (one.kind === 'match-ready' ? { ...one, session: 'ab'.repeat(16) } : one)),
    }),
  },
  {
    name: 'a message that its role does not send',
    code: 'transcript_order',
    lie: (of) => ({
      ...of,
      sent: of.sent.map((one) => (one.kind === 'match-ready' ? { ...one, kind: 'match-acceptance' } : one)),
    }),
  },
  {
    name: 'a message that these terms have no use for',
    code: 'transcript_order',
    lie: (of) => ({ ...of, sent: of.sent.map((one) => (one.kind === 'match-ready' ? { ...one, kind: 'match-total' } : one)) }),
  },
  {
    name: 'a list after the end',
    code: 'transcript_order',
    lie: (of) => {
      const rank = (kind: string) => ['match-proposal', 'match-acceptance', 'match-end'].indexOf(kind) + 1 || 4;
      return { ...of, sent: of.sent.toSorted((a, b) => rank(a.kind) - rank(b.kind)) };
    },
  },
  {
    name: 'sizes that were said twice',
    code: 'transcript_order',
    lie: (of, { one }) => {
      const sizes = saidBy(of, one.member.id, 'sizes')[0]!;
      return { ...of, said: of.said.flatMap((said) => (said === sizes ? [sizes, sizes] : [said])) };
    },
  },
  {
    name: 'compared, with nothing to compare',
    code: 'list_wrong',
    lie: (of) => {
      const ended = changed(of, 'outcome', (said) => ({ ...said, saying: { kind: 'outcome', result: 'too-small' } }));
      const gone = ended.said.filter(({ saying }) => saying.kind === 'sizes');
      return { ...without(ended, gone), sent: ended.sent.filter(({ kind }) => kind !== 'match-part') };
    },
  },
  {
    name: 'failed, with lists that were sent before their sizes were said',
    code: 'list_wrong',
    lie: (of, { two }) => {
      const ended = changed(of, 'outcome', (said) => ({ ...said, saying: { kind: 'outcome', result: 'failed' } }));
      return without(ended, saidBy(ended, two.member.id, 'sizes'));
    },
  },
  {
    name: 'no proposal at the beginning',
    code: 'transcript_order',
    lie: (of) => ({ ...of, sent: of.sent.filter(({ kind }) => kind !== 'match-proposal') }),
  },
  {
    name: 'messages left out at the end by both',
    code: 'sequence_gap',
    lie: (of) => ({ ...of, sent: of.sent.filter(({ kind }) => kind !== 'match-end') }),
  },
  {
    name: 'released by nobody',
    code: 'approval_missing',
    from: 'first',
    lie: (of) => ({ ...of, sent: of.sent.filter(({ kind }) => kind !== 'match-release') }),
  },
  {
    name: 'released by fewer people than the terms ask for',
    code: 'approval_missing',
    from: 'first',
    lie: (of, { two }) => without(of, saidBy(of, two.member.id, 'approval').slice(-1)),
  },
];

describe('what two sides pretend together', () => {
  const runs = new Map<string, Run>();
  before(async () => {
    runs.set('plain', await matched({ budget }));
    runs.set('first', await matched({ terms: { countFirst: true } }));
    runs.set('alone', await matched({ terms: { counter: undefined as never } }));
    for (const run of runs.values()) assert.deepEqual(codesOf(together(run, apart(run.text))), []);
  });

  for (const { name, code, from = 'plain', lie } of lies) {
    test(name, () => {
      const run = runs.get(from)!;
      const found = codesOf(together(run, lie(apart(run.text), run)));
      assert.ok(found.includes(code), `${code} is not among ${found.join()}`);
    });
  }
});

describe('honest runs verify', () => {
  const without = { counter: undefined as never };
  const settings = [
    { learns: 'initiator' },
    { learns: 'responder', ...without },
    { learns: 'neither' },
    { mode: 'salted-hash', learns: 'initiator' },
    { mode: 'salted-hash', learns: 'neither' },
    { mode: 'count', learns: 'initiator' },
    { mode: 'sums', learns: 'initiator', sumOf: 'spent' },
    { minIntersection: 11 },
    { minIntersection: 11, ...without },
    { minSize: 31 },
    { maxSize: 35 },
  ] as const;
  for (const terms of settings) {
    test(JSON.stringify(terms), async () => {
      const run = await matched({ terms, values: Array.from({ length: 30 }, (_, at) => at) });
      assert.deepEqual(verifyTranscript(run.text).findings, []);
      assert.deepEqual(codesOf(together(run, apart(run.text))), []);
    });
  }
  test('declined, and withdrawn', async () => {
    const officer = { officer: 'o', reason: 'no' };
    const declined = await matched({ answer: ({ two }, session) => two.matches.stop(session, officer) });
    assert.deepEqual(codesOf(declined.text), []);
    const withdrawn = await matched({ answer: ({ one }, session) => one.matches.stop(session, officer) });
    assert.deepEqual(codesOf(withdrawn.text), []);
    const { record } = verifyTranscript(withdrawn.text);
    assert.deepEqual(
      record?.parties.map(({ approvals }) => approvals.length),
      [2, 0],
    );
  });
});
