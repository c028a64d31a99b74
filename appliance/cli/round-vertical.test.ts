// What `holdfast round propose --vertical` makes of the files that `columns` wrote on each side: terms that the protocol takes, whoever's id comes first.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readRoundTerms } from '../../federation/protocol/round/round-terms.ts';
import type { Api } from './connect.ts';
import type { CliContext } from './context.ts';
import type { federationCalled } from './federation-book.ts';
import { exposedWords, verticalTerms } from './round-vertical.ts';

const cwd = mkdtempSync(join(tmpdir(), 'holdfast-vertical-'));
after(() => rmSync(cwd, { recursive: true }));
const write = (name: string, value: object) => {
  writeFileSync(join(cwd, name), JSON.stringify(value));
  return name;
};
const context = { io: { cwd } } as CliContext;
const id = (digit: string) => digit.repeat(32);
const api = {
  call: async () => ({ matches: [{ session: id('5') }, { session: id('6') }] }),
} as unknown as Api;
const member = (digit: string, en: string) => ({ member: id(digit), name: { en, zh: en }, status: 'member' });
type View = Awaited<ReturnType<typeof federationCalled>>;
const view = {
  member: id('7'),
  members: [member('9', 'South Bank'), member('1', 'East Telecom'), member('7', 'North Retail')],
} as unknown as View;

const feature = (name: string) => ({ name, kind: 'number' });
const own = write('own.json', {
  asOfMs: 1_700_000_000_000,
  label: { name: 'churn', positive: 'yes' },
  question: { name: 'churn', horizonDays: 28, activeDays: 56 },
  features: [feature('orders')],
});
const bank = write('bank.json', { asOfMs: 1_700_000_000_000, features: [feature('orders'), feature('balance')] });
const telecom = write('telecom.json', { asOfMs: 1_700_000_000_000, features: [feature('calls')] });
const options = { with: ['South Bank', 'East Telecom'], match: ['5555', '6666'], columns: [bank, telecom], schema: own };

test('columns of all sides stand in the order that trees are joined in, each with whose it is', async () => {
  const { schema, learn } = await verticalTerms(context, api, view, { ...options, trees: 5, depth: 2 });
  assert.deepEqual(
    schema.features.map(({ name, of }) => [name, of[0]]),
    [
      ['orders', '7'],
      ['calls', '1'],
      ['orders', '9'],
      ['balance', '9'],
    ],
  );
  assert.deepEqual(learn.rows.matches, { [id('9')]: id('5'), [id('1')]: id('6') });
  const usual = {
    learningRate: 0.2,
    growth: 'depth',
    minChildHessian: 20,
    lambda: 1,
    alpha: 0,
    gamma: 0,
    columnSample: 1,
    seed: 0,
  };
  const terms = readRoundTerms({
    ...{ v: 1, kind: 'round', members: [id('1'), id('7'), id('9')], coordinator: id('c'), custodian: id('7') },
    ...{ purpose: 'churn.prevention', reason: 'annex 5', schema, against: 'semi-honest', agreement: 'x-wing' },
    learn: { ...usual, bins: 16, exposedMost: 0.05, owner: id('7'), ...learn },
    ...{ encryption: 'bfv-8192', patienceMs: 60_000, officers: 2, minRows: 200, proposedAtMs: 1 },
    log: { size: 1, head: 'a'.repeat(64) },
  });
  assert.equal(terms.learn.kind, 'vertical-trees');
});

test('what does not go together is said', async () => {
  const later = write('later.json', { asOfMs: 1_700_086_400_000, features: [feature('balance')] });
  const cases: readonly (readonly [Partial<typeof options>, RegExp])[] = [
    [{ columns: [bank] }, /one file for each/],
    [{ match: ['5555'] }, /one for each/],
    [{ columns: [later, telecom] }, /later\.json: of another day/],
    [{ schema: bank }, /question/],
    [{ schema: 'nowhere.json' }, /nowhere\.json/],
  ];
  for (const [more, why] of cases) {
    await assert.rejects(verticalTerms(context, api, view, { ...options, ...more }), (error: { where?: string }) =>
      why.test(error.where ?? ''),
    );
  }
  assert.match(exposedWords(0.01234).en, /1\.2 %/);
  assert.match(exposedWords(0).zh, /0 %/);
});
