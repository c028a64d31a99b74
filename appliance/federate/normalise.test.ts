// The table of docs/federation-normalisation.md as a test, with more awkward input, and what holds for every item.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type MatchKind, matchKinds, normalisation } from '../../federation/protocol/match-terms.ts';
import { projectRoot } from '../../scripts/files.ts';
import { defaultPolicies, identifierKinds, standardIdentifierKinds } from '../core/model/identifier.ts';
import { Normalised, normaliser, refusalCodes } from './normalise.ts';

const china = normaliser({ region: 'CN', kinds: standardIdentifierKinds });
const britain = normaliser({ region: 'GB', kinds: standardIdentifierKinds });

const written = (kind: MatchKind, raw: unknown, by = china): string => {
  const answer = by(kind, raw);
  return answer.ok ? answer.value : `- ${answer.reason}`;
};

const table: readonly (readonly [MatchKind, unknown, string])[] = [
  ['phone', '13812345670', 'phone:+8613812345670'],
  ['phone', '138 1234 5670', 'phone:+8613812345670'],
  ['phone', '１３８１２３４５６７０', 'phone:+8613812345670'],
  ['phone', '１３８‐１２３４‐５６７０', 'phone:+8613812345670'],
  ['phone', '+86 138-1234-5670', 'phone:+8613812345670'],
  ['phone', '(+86)13812345670', 'phone:+8613812345670'],
  ['phone', '008613812345670', 'phone:+8613812345670'],
  ['phone', '8613812345670', 'phone:+8613812345670'],
  ['phone', '013812345670', 'phone:+8613812345670'],
  ['phone', 'Tel: 13812345670', 'phone:+8613812345670'],
  ['phone', 13812345670, 'phone:+8613812345670'],
  ['phone', '13812345670.0', 'phone:+8613812345670'],
  ['phone', '010-62345670-801', 'phone:+861062345670'],
  ['phone', '+44 20 7946 0958', 'phone:+442079460958'],
  ['phone', '00442079460958', 'phone:+442079460958'],
  ['phone', '1.381234567e10', '- phone_length'],
  ['phone', '95588', '- phone_length'],
  ['phone', '١٣٨١٢٣٤٥٦٧٠', '- phone_length'],
  ['phone', '13812345670 13912345670', '- phone_length'],
  ['phone', `1${'3'.repeat(70)}`, '- placeholder'],
  ['phone', `1${'38'.repeat(40)}`, '- phone_length'],
  ['phone', '+8612745678902', '- phone_range'],
  ['phone', '13800138000', '- placeholder'],
  ['phone', '13888888888', '- placeholder'],
  ['phone', '无', '- placeholder'],
  ['phone', '138\ud8001234567', '- damaged'],
  ['phone', '', '- empty'],
  ['phone', ' \u3000\t', '- empty'],
  ['phone', true, '- not_text'],
  ['phone', null, '- not_text'],
  ['email', 'Li.Lei+shop@GMAIL.com', 'email:li.lei+shop@gmail.com'],
  ['email', 'lilei@gmail.com', 'email:lilei@gmail.com'],
  ['email', ' ＬＩ＠ＱＱ．ＣＯＭ ', 'email:li@qq.com'],
  ['email', '"Li Lei" <li@qq.com>', 'email:li@qq.com'],
  ['email', 'mailto:LI@QQ.com', 'email:li@qq.com'],
  ['email', 'li @ qq.com', 'email:li@qq.com'],
  ['email', 'li\u200b@qq.com', 'email:li@qq.com'],
  ['email', 'li@qq.com.', 'email:li@qq.com'],
  ['email', 'li@例子.中国', 'email:li@xn--fsqu00a.xn--fiqs8s'],
  ['email', '李雷@例子.公司', 'email:李雷@xn--fsqu00a.xn--55qx5d'],
  ['email', 'strasse@faß.de', 'email:strasse@xn--fa-hia.de'],
  ['email', '\u0430dmin1@qq.com', 'email:\u0430dmin1@qq.com'],
  ['email', 'ﬁ@qq.com', 'email:fi@qq.com'],
  ['email', 'li@qq', '- email_domain'],
  ['email', 'li@[1.2.3.4]', '- email_domain'],
  ['email', 'a..b@qq.com', '- email_form'],
  ['email', 'a@b@c.com', '- email_form'],
  ['email', 'li@qq.com,wang@qq.com', '- email_form'],
  ['email', `${'x'.repeat(65)}@qq.com`, '- email_length'],
  ['email', 'test@test.com', '- placeholder'],
  ['email', 'N/A', '- placeholder'],
  ['email', 'li\udfff@qq.com', '- damaged'],
  ['card', 'vip 0012-3456', 'card:VIP00123456'],
  ['card', 'ＶＩＰ００１２３４５６', 'card:VIP00123456'],
  ['card', '0012', 'card:0012'],
  ['card', '12', '- placeholder'],
  ['card', '742', '- card_length'],
  ['card', 'x7'.repeat(33), '- card_length'],
  ['card', '00000000', '- placeholder'],
  ['card', '13812345670', 'card:13812345670'],
];

test('values are written as the table says', () => {
  for (const [kind, raw, expected] of table) assert.equal(written(kind, raw), expected, `${kind} ${JSON.stringify(raw)}`);
});

test('a number without its country is of the region', () => {
  assert.equal(written('phone', '020 7946 0958', britain), 'phone:+442079460958');
  assert.equal(written('phone', '+86 138 1234 5670', britain), 'phone:+8613812345670');
});

test('the look of a letter says nothing: a Cyrillic one is another address', () => {
  assert.notEqual(written('email', '\u0430lice@qq.com'), written('email', 'alice@qq.com'));
});

test('what an organisation blocks is refused, in whatever form it comes', () => {
  const kinds = identifierKinds([{ ...defaultPolicies.phone, blocked: ['+861062345670'] }]);
  const own = normaliser({ region: 'CN', kinds });
  for (const raw of ['010-62345670', '+86 10 6234 5670', '010-62345670-801'])
    assert.equal(written('phone', raw, own), '- placeholder');
  assert.equal(written('phone', '010-62345671', own), 'phone:+861062345671');
});

test('placeholders of a kind of its own hold for cards of it', () => {
  const kinds = identifierKinds([{ ...defaultPolicies.loyalty_card, kind: 'custom:meter', blocked: ['M-0001'] }]);
  const meter = normaliser({ region: 'CN', kinds, cardKind: 'custom:meter' });
  assert.equal(written('card', 'm-0001', meter), '- placeholder');
  assert.equal(written('card', 'm-0002', meter), 'card:M0002');
});

test('an item is written once and for all, well-formed, and every refusal has a known code', () => {
  const raw = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'0123456789+-() xX.@ａＡ１ß́İΣ\ud800\u200b転转') }),
    fc.emailAddress(),
    fc.integer(),
    fc.constantFrom(undefined, {}, [], false),
  );
  fc.assert(
    fc.property(fc.constantFrom(...matchKinds), raw, (kind, value) => {
      const first = china(kind, value);
      if (!first.ok) assert.ok((refusalCodes as readonly string[]).includes(first.reason), first.reason);
      else {
        assert.ok(first.value.startsWith(`${kind}:`) && first.value.isWellFormed());
        assert.deepEqual(china(kind, first.value.slice(kind.length + 1)), first);
      }
    }),
    { numRuns: 3_000 },
  );
});

test('the document has the rows of this table that it gives', () => {
  const text = readFileSync(join(projectRoot, 'docs/federation-normalisation.md'), 'utf8');
  assert.ok(text.includes(`\`${normalisation}\``));
  const rows = [...text.matchAll(/^\| (phone|email|card) \| `(.*)` \| `(.*)` \|/gm)];
  assert.ok(rows.length >= 20);
  for (const [, kind, raw, item] of rows) {
    const value = JSON.parse(`"${raw!.replaceAll('"', '\\"').replaceAll('\\\\"', '\\"')}"`) as string;
    assert.equal(written(kind as MatchKind, value), item!.replace(/^refused /, '- '), raw);
  }
  for (const code of refusalCodes) assert.ok(text.includes(`\`${code}\``), code);
});

test('counts add up by code', () => {
  const counts = new Normalised();
  counts.given = 4;
  counts.taken = 1;
  counts.refuse('phone_range');
  counts.refuse('empty');
  counts.refuse('phone_range');
  assert.deepEqual(counts.report(), { given: 4, taken: 1, repeats: 0, refused: { empty: 1, phone_range: 2 } });
});
