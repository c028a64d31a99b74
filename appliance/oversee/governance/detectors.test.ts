// The detectors on generated fields whose truth is known: every class in the forms systems write it, with a share of dirt, under telling
// and silent names; and shapes that only look like one. Precision and recall of each class are printed and asserted with a margin.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { classOfName, type DataClass, dataClasses } from './classes.ts';
import { bitOf, detect, luhn } from './detectors.ts';
import { FieldSketch } from './field-sketch.ts';
import { seedOf } from './hash.ts';
import { heldOut, lookalikes, namesOf, nowMs, type Rng, type Sample, seeded, valuesOf } from './testing.ts';
import { judgeField, type Verdict, verdictLimits } from './verdict.ts';

const seed = seedOf(Uint8Array.from([9, 8, 7, 6, 5, 4, 3, 2]));

function judge(path: readonly string[], values: Iterable<unknown>): Verdict {
  const sketch = new FieldSketch();
  const seen = { seed, hash: { high: 0, low: 0 }, customer: 0, region: 'CN', nowMs };
  for (const value of values) sketch.add(value, seen);
  const { tested, counts, scalars, filled } = sketch;
  return judgeField({
    path,
    tested,
    counts,
    distinct: sketch.distinct(),
    counted: scalars,
    scalarShare: filled === 0 ? 0 : scalars / filled,
  });
}

const dirt: readonly string[] = ['n/a', '-', '无', 'unknown', '测试', '0', '暂无'];

function fieldsOf(rng: Rng, rounds: number): Sample[] {
  const fields: Sample[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const [truth, value] of Object.entries(valuesOf)) {
      for (const name of namesOf[truth]!) {
        const dirty = rng() * 0.12;
        fields.push({
          name: `${truth} as ${name}`,
          path: ['traits', name],
          truth: truth as DataClass,
          value: (draw) => (draw() < dirty ? dirt[Math.floor(draw() * dirt.length)]! : value(draw)),
        });
      }
    }
    fields.push(...lookalikes);
  }
  return fields;
}

test('precision and recall of each class over generated fields', () => {
  const rng = seeded(20261126);
  const count = new Map(dataClasses.map((name) => [name, { right: 0, wrong: 0, missed: 0 }]));
  const mistakes = new Map<string, number>();
  for (const { name, path, truth, value } of fieldsOf(rng, 5)) {
    const found =
      judge(
        path,
        Array.from({ length: 120 }, () => value(rng)),
      ).dataClass ?? 'none';
    if (found === truth) count.get(truth)!.right += 1;
    else {
      count.get(found)!.wrong += 1;
      count.get(truth)!.missed += 1;
      const mistake = `${name}: ${truth} taken for ${found}`;
      mistakes.set(mistake, (mistakes.get(mistake) ?? 0) + 1);
    }
  }
  for (const [name, { right, wrong, missed }] of count) {
    if (right + wrong + missed === 0) continue;
    const precision = right / Math.max(1, right + wrong);
    const recall = right / Math.max(1, right + missed);
    console.log(`${name.padEnd(12)} precision ${precision.toFixed(3)} recall ${recall.toFixed(3)} (${right + missed} fields)`);
    assert.ok(precision >= 0.9, `precision of ${name} ${precision}: ${[...mistakes.keys()].join('; ')}`);
    assert.ok(recall >= 0.9, `recall of ${name} ${recall}: ${[...mistakes.keys()].join('; ')}`);
  }
  for (const [mistake, times] of mistakes) console.log(`  ${mistake}, ${times} times`);
});

test('what only looks like a class is never taken for one that tells of a person by itself', () => {
  const rng = seeded(7);
  for (const { name, path, value } of lookalikes) {
    const { dataClass } = judge(
      path,
      Array.from({ length: 300 }, () => value(rng)),
    );
    assert.ok(dataClass === 'none' || dataClass === 'identifier', `${name}: ${dataClass}`);
  }
});

test('no class is given by one value, and too few say only what the name suggests', () => {
  const rng = seeded(3);
  for (const [truth, value] of Object.entries(valuesOf)) {
    for (let count = 0; count < verdictLimits.values; count += 1) {
      const values = Array.from({ length: count }, () => value(rng));
      assert.equal(judge(['properties', 'x'], values).dataClass, undefined, truth);
    }
  }
  const few = judge(['traits', 'phone'], ['13800138000']);
  assert.deepEqual([few.dataClass, few.by], ['phone', 'name']);
  // One right value among many others decides nothing either.
  const words = Array.from({ length: 200 }, (_, at) => (at === 5 ? '13800138000' : ['yes', 'no'][at % 2]!));
  assert.equal(judge(['properties', 'x'], words).dataClass, 'none');
  assert.equal(judge(['traits', 'phone'], words).dataClass, 'none');
});

test('checksums count: a wrong check digit is no identity number, and no card', () => {
  const rng = seeded(11);
  for (let round = 0; round < 300; round += 1) {
    const id = valuesOf.national_id(rng);
    assert.ok(detect(id, { nowMs }) & bitOf.national_id, id);
    const last = id[17] === 'X' ? '0' : String((Number(id[17]) + 1) % 10);
    assert.equal(detect(id.slice(0, 17) + last, { nowMs }) & bitOf.national_id, 0);
    const card = valuesOf.bank_card(rng);
    assert.ok(detect(card, { nowMs }) & bitOf.bank_card, card);
    const bare = card.replaceAll(' ', '');
    assert.equal(detect(bare.slice(0, -1) + String((Number(bare.at(-1)) + 1) % 10), { nowMs }) & bitOf.bank_card, 0);
  }
  // ISO/IEC 7812-1's own and the cards that payment networks publish for tests.
  for (const card of [
    '4111111111111111',
    '5555555555554444',
    '378282246310005',
    '6011111111111117',
    '30569309025904',
    '3530111333300000',
  ])
    assert.ok(detect(card, { nowMs }) & bitOf.bank_card, card);
  assert.ok(luhn('79927398713') && !luhn('79927398710'));
});

test('names of fields speak in both languages, by their last word', () => {
  const cases: [string, DataClass | undefined][] = [
    ['traits.手机号码', 'phone'],
    ['traits.E-Mail', 'email'],
    ['properties.收货地址', 'address'],
    ['properties.customer.name', 'person_name'],
    ['properties.name', undefined],
    ['traits.name', 'person_name'],
    ['traits.身份证', 'national_id'],
    ['context.ip', 'ip_address'],
    ['context.device.id', 'device_id'],
    ['properties.phoneCount', undefined],
    ['traits.hasEmail', undefined],
  ];
  for (const [path, expected] of cases) assert.equal(classOfName(path.split('.')), expected, path);
});

test('a detector takes any text without a fault', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 600 }), fc.stringMatching(/^[\d +\-().@:/#x]{0,60}$/)),
      (text) => {
        assert.ok(Number.isInteger(detect(text, { nowMs, region: 'CN' })));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('held-out shapes: what the detectors were not made with', () => {
  const rng = seeded(99);
  let right = 0;
  const wrong: string[] = [];
  for (const { name, path, truth, value } of heldOut) {
    const found = judge(
      path,
      Array.from({ length: 150 }, () => value(rng)),
    );
    if ((found.dataClass ?? 'none') === truth) right += 1;
    else wrong.push(`${name}: ${truth} taken for ${found.dataClass} (${found.share.toFixed(2)})`);
  }
  console.log(`held out: ${right} of ${heldOut.length}${wrong.map((line) => `\n  ${line}`).join('')}`);
  assert.ok(right / heldOut.length >= 0.75);
});
