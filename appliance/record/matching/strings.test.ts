// The text comparators against published figures, and their symmetry.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editDistanceText, jaroWinklerText } from './strings.ts';

// Winkler, "String Comparator Metrics and Enhanced Decision Rules" (1990), and the tables the Census Bureau printed after it.
const winkler: [string, string, number][] = [
  ['MARTHA', 'MARHTA', 0.961],
  ['DIXON', 'DICKSONX', 0.813],
  ['DWAYNE', 'DUANE', 0.84],
  ['JELLYFISH', 'SMELLYFISH', 0.896],
  ['SHACKLEFORD', 'SHACKELFORD', 0.982],
  ['DUNNINGHAM', 'CUNNIGHAM', 0.896],
  ['NICHLESON', 'NICHULSON', 0.956],
  ['JONES', 'JOHNSON', 0.832],
  ['MASSEY', 'MASSIE', 0.933],
  ['ABROMS', 'ABRAMS', 0.922],
  ['JERALDINE', 'GERALDINE', 0.926],
  ['MICHELLE', 'MICHAEL', 0.921],
  ['JULIES', 'JULIUS', 0.933],
  ['TANYA', 'TONYA', 0.88],
  ['SEAN', 'SUSAN', 0.805],
  ['JON', 'JOHN', 0.933],
];

test('Jaro-Winkler gives the published figures', () => {
  for (const [a, b, published] of winkler) {
    const found = jaroWinklerText(a, b);
    assert.ok(Math.abs(found - published) < 0.0006, `${a} ${b}: expected ${published}, got ${found.toFixed(4)}`);
  }
});

test('edit distance counts insertions, deletions, replacements and exchanged neighbours', () => {
  assert.equal(editDistanceText('kitten', 'sitting'), 3);
  assert.equal(editDistanceText('smith', 'simth'), 1);
  assert.equal(editDistanceText('', 'abc'), 3);
  assert.equal(editDistanceText('same', 'same'), 0);
  assert.equal(editDistanceText('ca', 'abc'), 3, 'optimal string alignment, not the unrestricted distance');
  assert.equal(editDistanceText('abcdef', 'uvwxyz', 2), 3, 'given up beyond the bound');
});

const word = fc.string({ unit: fc.constantFrom(...'abcde王明'), maxLength: 12 });

test('both are symmetric and know equal texts', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      assert.equal(jaroWinklerText(a, b), jaroWinklerText(b, a));
      assert.equal(editDistanceText(a, b), editDistanceText(b, a));
      assert.equal(jaroWinklerText(a, a), 1);
      assert.ok(jaroWinklerText(a, b) <= 1);
      assert.equal(editDistanceText(a, b) === 0, a === b);
    }),
  );
});

test('edit distance with early end agrees with a slow twin', () => {
  fc.assert(
    fc.property(word, word, fc.nat(6), (a, b, most) => {
      assert.equal(editDistanceText(a, b, most), Math.min(slowDistance(a, b), most + 1));
    }),
  );
});

function slowDistance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const options = [table[i - 1]![j]! + 1, table[i]![j - 1]! + 1, table[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)];
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) options.push(table[i - 2]![j - 2]! + 1);
      table[i]![j] = Math.min(...options);
    }
  }
  return table[a.length]![b.length]!;
}
