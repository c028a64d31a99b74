import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConsentFact, wordKey } from '../../core/model/consent.ts';
import { type ConsentDeclaration, purposeTable } from '../../core/model/purposes.ts';
import { adultFromMs, judge } from './judge.ts';
import { beginMs, stateOf } from './testing.ts';
import { wordsOf } from './words.ts';

type Said = Partial<ConsentFact> & { purpose: string; status: ConsentFact['status'] };
const hourMs = 3_600_000;

/** Each list is one record; times go on by an hour from fact to fact unless they are named. */
function answer(
  declaration: ConsentDeclaration,
  records: Said[][],
  purpose: string,
  channel = '*',
  options: { nowMs?: number; birthday?: string } = {},
) {
  const table = purposeTable(declaration, 'CN');
  const judged = records.map((said, source) => ({
    words: wordsOf(
      stateOf(said.map((one, at) => ({ channel: '*', atMs: beginMs + at * hourMs, by: `${source} m${at}`, ...one }))),
    ),
    overflow: false,
    adultFromMs: adultFromMs(options.birthday, table.minorsAge),
  }));
  return judge(table, judged, purpose, channel, options.nowMs ?? beginMs + 100 * hourMs);
}
const ruleOf = (...asked: Parameters<typeof answer>) => answer(...asked).rule;
const pipl: ConsentDeclaration = {
  law: 'pipl',
  purposes: [
    { purpose: 'ads', basis: 'consent', channels: ['email', 'sms'], under: 'marketing' },
    { purpose: 'partners', basis: 'consent', shared: true },
    { purpose: 'service', basis: 'contract' },
  ],
};
const gdpr: ConsentDeclaration = {
  law: 'gdpr',
  minorsAge: 14,
  purposes: [
    { purpose: 'fraud', basis: 'legitimate_interests' },
    { purpose: 'partners', basis: 'consent', shared: true },
    { purpose: 'health', basis: 'consent', sensitive: true },
  ],
};

test('silence is denied for consent and allowed for a contract', () => {
  assert.deepEqual(answer(pipl, [[]], 'ads', 'sms'), { allowed: false, rule: 'consent_missing', article: 'PIPL art. 14' });
  assert.deepEqual(answer(pipl, [[]], 'service'), { allowed: true, rule: 'basis_allows', article: 'PIPL art. 13(1)(2)' });
  assert.deepEqual(answer(gdpr, [[]], 'fraud'), { allowed: true, rule: 'not_objected', article: 'GDPR art. 6(1)(f)' });
  assert.equal(ruleOf(gdpr, [[{ purpose: 'fraud', status: 'denied' }]], 'fraud'), 'objected');
  assert.equal(ruleOf(pipl, [[{ purpose: 'service', status: 'withdrawn' }]], 'service'), 'basis_allows');
  assert.equal(ruleOf(pipl, [[]], 'nothing'), 'unknown_purpose');
  assert.equal(ruleOf(pipl, [[]], 'ads', 'pigeon'), 'unknown_channel');
});

test('in one record the latest word counts, a no to a channel stands until a yes to it, and a broader no is a no', () => {
  const given = { purpose: 'ads', status: 'given' } as const;
  const withdrawn = { purpose: 'ads', status: 'withdrawn' } as const;
  assert.equal(ruleOf(pipl, [[given, withdrawn]], 'ads', 'sms'), 'consent_refused');
  assert.equal(ruleOf(pipl, [[withdrawn, given]], 'ads', 'sms'), 'consent_given');
  assert.equal(ruleOf(pipl, [[{ ...withdrawn, channel: 'sms' }, given]], 'ads', 'sms'), 'consent_refused');
  assert.equal(ruleOf(pipl, [[{ ...withdrawn, channel: 'sms' }, given]], 'ads', 'email'), 'consent_given');
  assert.equal(ruleOf(pipl, [[{ ...withdrawn, channel: 'sms' }, given]], 'ads'), 'consent_refused', 'all channels: one refuses');
  assert.equal(ruleOf(pipl, [[withdrawn, { ...given, channel: 'SMS ' }]], 'ads', 'sms'), 'consent_given');
  assert.equal(ruleOf(pipl, [[given, { purpose: 'Marketing', status: 'withdrawn' }]], 'ads', 'sms'), 'consent_refused');
  assert.equal(ruleOf(pipl, [[{ purpose: 'marketing', status: 'given' }]], 'ads', 'sms'), 'consent_missing');
  const mail = { purpose: 'marketing', channel: 'email', status: 'withdrawn' } as const;
  assert.equal(ruleOf(pipl, [[given, mail]], 'ads', 'sms'), 'consent_given');
  assert.equal(ruleOf(pipl, [[given, mail]], 'ads', 'email'), 'consent_refused');
});

test('over records the strictest wins; one that ran out is silence', () => {
  const given = { purpose: 'ads', status: 'given' } as const;
  const nowMs = beginMs + 100 * hourMs;
  assert.equal(
    ruleOf(pipl, [[given], [{ purpose: 'ads', status: 'denied', atMs: beginMs - 1 }]], 'ads', 'sms'),
    'consent_refused',
  );
  const ends = { ...given, expiresAtMs: nowMs };
  assert.equal(ruleOf(pipl, [[ends]], 'ads', 'sms', { nowMs: nowMs - 1 }), 'consent_given');
  assert.equal(answer(pipl, [[ends]], 'ads', 'sms', { nowMs: nowMs - 1 }).untilMs, nowMs);
  assert.equal(ruleOf(pipl, [[ends]], 'ads', 'sms', { nowMs }), 'consent_expired');
  assert.equal(ruleOf(pipl, [[ends], [given]], 'ads', 'sms', { nowMs }), 'consent_given');
  assert.equal(ruleOf(pipl, [[given, { purpose: 'ads', status: 'expired' }]], 'ads', 'sms'), 'consent_expired');
});

test('separate consent: for sharing under PIPL, for special categories under GDPR', () => {
  const plain = (purpose: string): Said => ({ purpose, status: 'given' });
  const apart = (purpose: string): Said => ({ ...plain(purpose), separate: true });
  assert.deepEqual(
    [answer(pipl, [[plain('partners')]], 'partners'), answer(pipl, [[apart('partners')]], 'partners')].map((one) => one.rule),
    ['separate_consent_missing', 'consent_given'],
  );
  assert.equal(answer(pipl, [[plain('partners')]], 'partners').article, 'PIPL art. 23');
  assert.equal(ruleOf(gdpr, [[plain('partners')]], 'partners'), 'consent_given');
  assert.equal(answer(gdpr, [[plain('health')]], 'health').article, 'GDPR art. 9(2)(a)');
});

test('children need the guardian until the birthday that the law sets', () => {
  const birthday = '2012-03-01';
  const cases = [
    { declaration: pipl, said: { separate: true }, before: 'guardian_consent_missing' },
    { declaration: pipl, said: { guardian: true }, before: 'separate_consent_missing' },
    { declaration: pipl, said: { guardian: true, separate: true }, before: 'consent_given' },
    { declaration: { ...gdpr, purposes: pipl.purposes!.slice(0, 2) }, said: { guardian: true }, before: 'consent_given' },
  ] as const;
  for (const { declaration, said, before } of cases) {
    const asked = (nowMs: number) =>
      answer(declaration, [[{ purpose: 'ads', status: 'given', ...said }]], 'ads', 'sms', { nowMs, birthday });
    const adultMs = Date.UTC(2026, 2, 1);
    assert.equal(asked(adultMs - 1).rule, before);
    if (before !== 'consent_given') assert.equal(asked(adultMs - 1).untilMs, adultMs);
    assert.equal(asked(adultMs).rule, 'consent_given');
  }
  assert.equal(adultFromMs('2012-02-29', 14), Date.UTC(2026, 2, 1));
  assert.equal(adultFromMs('soon', 14), undefined);
});

test('a declaration that the law does not bear is refused with the reason', () => {
  const refused = (declaration: ConsentDeclaration, message: RegExp) =>
    assert.throws(() => purposeTable(declaration, 'CN'), message);
  refused({ law: 'pipl', purposes: [{ purpose: 'x', basis: 'legitimate_interests' }] }, /no legal basis of pipl/);
  refused({ law: 'gdpr', purposes: [{ purpose: 'x', basis: 'disclosed_data' }] }, /no legal basis of gdpr/);
  refused({ law: 'gdpr', minorsAge: 12 }, /GDPR art. 8\(1\) sets 13 to 16/);
  refused({ law: 'pipl', minorsAge: 16 }, /PIPL art. 31 sets 14/);
  refused({ purposes: [{ purpose: 'x', basis: 'consent', byDefault: 'allowed' }] }, /silence is no consent/);
  refused({ purposes: [{ purpose: 'x', basis: 'contract', byDefault: 'denied' }] }, /does not rest on the customer's word/);
  refused({ purposes: [{ purpose: 'x', basis: 'consent', under: 'x' }] }, /under itself/);
  const twice = { purpose: 'x', basis: 'consent' } as const;
  refused({ purposes: [twice, twice] }, /declared twice/);
  assert.equal(purposeTable({}, 'CN').pack.law, 'pipl');
  assert.equal(purposeTable({}, 'DE').pack.law, 'gdpr');
  assert.equal(wordKey('a', '*'), '["a","*"]');
});
